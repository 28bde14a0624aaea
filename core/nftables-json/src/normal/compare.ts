/** The differences between two rulesets by meaning. In: documents or listings. Out: one entry for each thing that differs, in order of name. */
import type { NftDocument } from '../types/command.ts';
import type { Listing } from '../read/listing.ts';
import { normalize } from './ruleset.ts';

/** One thing that the two sides do not have alike. */
export interface RulesetDifference {
  /** What differs: `inet t chain c`. */
  readonly subject: string;
  /** Index of the first line that differs: 0 is the thing itself, then rules or elements in normal order. */
  readonly line: number;
  /** That line on each side; undefined where there is none. */
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** Compares two rulesets by meaning; none means that they do the same. */
export function compareRulesets(
  left: NftDocument | Listing,
  right: NftDocument | Listing,
): readonly RulesetDifference[] {
  const [a, b] = [normalize(left), normalize(right)];
  const differences: RulesetDifference[] = [];
  for (const subject of [...new Set([...a.keys(), ...b.keys()])].toSorted()) {
    const [ours, theirs] = [a.get(subject) ?? [], b.get(subject) ?? []];
    const length = Math.max(ours.length, theirs.length);
    for (let line = 0; line < length; line += 1) {
      if (isAlike(ours[line], theirs[line])) continue;
      differences.push({ subject, line, left: ours[line], right: theirs[line] });
      break;
    }
  }
  return differences;
}

const NO_DEVICE = /^chain \{"dev":\[\],"hook":"(?:in|e)gress"/;

/** WHY: nft 1.0.6 leaves the devices of ingress and egress chains out of its JSON listing; what is not told cannot differ. */
function isAlike(left: string | undefined, right: string | undefined): boolean {
  if (left === right || left === undefined || right === undefined) return left === right;
  if (!NO_DEVICE.test(left) && !NO_DEVICE.test(right)) return false;
  return withoutDevice(left) === withoutDevice(right);
}

function withoutDevice(chain: string): string {
  return chain.replace(/"dev":\[[^\]]*\],/, '');
}
