/**
 * Destination translations of different networks that want the same packets: the first network in the ruleset would
 * silently take them all.
 *
 * In: what the modes contributed. Out: one finding for each rule that an earlier network's rule meets. Guaranteed: asks
 * the rules alone, so it holds for every mode; two rules are said to meet only when one packet can match both.
 */
import { defineDiagnostic, type Label, type NetworkMatch, type NetworkRule } from '@weir/plugin';
import type { NetworkDeclaration } from '../../model/inventory.ts';
import type { ValueRange } from '../../policy/match.ts';
import { addressBits, parseAddress } from '../../values/address.ts';
import { intersection, normalise, one, prefixRange } from '../../values/ranges.ts';
import type { Findings } from './findings.ts';

export const translationTaken = defineDiagnostic<{ network: string; other: string; labels: readonly Label[] }>(
  { code: 'inventory/translation-taken', severity: 'error', title: 'a forwarding that another network has' },
  ({ network, other, labels }) => ({
    message: `network \`${other}\` already forwards what network \`${network}\` forwards here`,
    labels,
    help: 'choose another port, or another outer address or uplink for one of them',
  }),
);

interface Translation {
  readonly network: string;
  readonly rule: NetworkRule;
}

export function checkTranslations(networks: readonly NetworkDeclaration[], findings: Findings): void {
  const seen: Translation[] = [];
  const reported = new Set<string>();
  for (const { view, rules } of networks) {
    const own = rules
      .filter((rule) => rule.hook === 'dstnat' && rule.action.kind === 'dnat')
      .map((rule) => ({ network: view.name, rule }));
    for (const translation of own) {
      const clash = seen.find((other) => canMeet(translation.rule.matches, other.rule.matches));
      const { span } = translation.rule;
      const place = span && `${span.file}:${span.start}`;
      if (clash === undefined || (place !== undefined && reported.has(place))) continue;
      if (place !== undefined) reported.add(place);
      const labels = clash.rule.span ? [{ span: clash.rule.span, text: 'forwarded here' }] : [];
      const params = { network: view.name, other: clash.network, labels };
      findings.report(translationTaken(span ?? view.span, params), view.name, clash.network);
    }
    seen.push(...own);
  }
}

/** Whether one packet can match both lists, as far as devices, families, addresses, protocols and ports say. */
function canMeet(a: readonly NetworkMatch[], b: readonly NetworkMatch[]): boolean {
  return a.every((x) => b.every((y) => !excludes(x, y)));
}

function excludes(a: NetworkMatch, b: NetworkMatch): boolean {
  const [familyA, familyB] = [familyOf(a), familyOf(b)];
  if (familyA !== undefined && familyB !== undefined && familyA !== familyB) return true;
  if (a.kind === 'protocol' && b.kind === 'protocol') return !a.protocols.some((name) => b.protocols.includes(name));
  if (a.kind === 'port' && b.kind === 'port') return a.side === b.side && (a.low > b.high || b.low > a.high);
  if (a.kind === 'device' && b.kind === 'device') return a.side === b.side && devicesExclude(a, b);
  if (a.kind === 'address' && b.kind === 'address') {
    if (a.side !== b.side || a.negated || b.negated) return false;
    return intersection(blocksOf(a), blocksOf(b)).length === 0;
  }
  return false;
}

type DeviceMatch = Extract<NetworkMatch, { kind: 'device' }>;

/** WHY: `this-network` is another bridge in each network; other words may be any device. */
function devicesExclude(a: DeviceMatch, b: DeviceMatch): boolean {
  if (a.negated || b.negated) return false;
  if (a.device === 'this-network' || b.device === 'this-network') return true;
  return typeof a.device === 'object' && typeof b.device === 'object' && a.device.name !== b.device.name;
}

function familyOf(match: NetworkMatch): string | undefined {
  return match.kind === 'address' || match.kind === 'family' ? match.family : undefined;
}

function blocksOf(match: Extract<NetworkMatch, { kind: 'address' }>): readonly ValueRange[] {
  const bits = addressBits(match.family);
  const value = (text: string): bigint => parseAddress(match.family, text) ?? 0n;
  return normalise(
    match.blocks.map((block) => {
      if (block.kind === 'prefix') return prefixRange(value(block.address), block.length, bits);
      return block.low === block.high ? one(value(block.low)) : { low: value(block.low), high: value(block.high) };
    }),
  );
}
