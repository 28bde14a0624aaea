/**
 * Why no packet can match a rule: the two of its parts that exclude each other.
 *
 * In: the match of a rule. Out: words and places, or nothing where a packet may match. Guaranteed: says so only where
 * {@link canMatch} is certain.
 */
import type { Label, Span } from '@weir/plugin';
import { ETHERTYPES } from '../policy/field-names.ts';
import type { Match } from '../policy/match.ts';
import { all, numbers } from './end-match.ts';
import type { Environment } from './environment.ts';
import { canMatch } from './feasible.ts';

/** What `resolve/never-matches` says. */
export interface Never {
  readonly why: string;
  readonly labels?: readonly Label[];
}

/** Undefined when some packet may match. */
export function whyNever(match: Match, of: 'guard' | 'filter', env: Environment): Never | undefined {
  if (!canMatch(match))
    return excluding(match, env) ?? { why: 'its protocols, addresses and conditions exclude each other' };
  if (of === 'guard' || canMatch(all([numbers('ether.type', [ETHERTYPES.ipv4, ETHERTYPES.ipv6]), match]))) {
    return undefined;
  }
  return { why: 'filters decide IPv4 and IPv6 only, and it asks for something else; put it into a guard' };
}

interface Part {
  readonly span: Span;
  readonly match: Match;
}

/** The first two parts, as they are written, that no packet satisfies together. */
function excluding(match: Match, env: Environment): Never | undefined {
  const parts = partsOf(match);
  for (const [at, second] of parts.entries()) {
    const first = parts.slice(0, at).find((one) => !canMatch(all([one.match, second.match])));
    if (first === undefined) continue;
    const [a, b] = [first, second].map(({ span }) => env.world.files.get(span.file)?.text.slice(span.start, span.end));
    return {
      why: `\`${a ?? ''}\` and \`${b ?? ''}\` exclude each other`,
      labels: [
        { span: first.span, text: 'no packet is this' },
        { span: second.span, text: 'and this as well' },
      ],
    };
  }
  return undefined;
}

/** What must all hold, joined by the place that it was written at. */
function partsOf(match: Match): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const one of match.kind === 'all' ? match.of : [match]) {
    const span = placeOf(one);
    if (span === undefined) continue;
    const key = `${span.file} ${span.start} ${span.end}`;
    const known = parts.get(key);
    parts.set(key, { span, match: known === undefined ? one : all([known.match, one]) });
  }
  return [...parts.values()];
}

/** From the first test of a match to its last one. */
function placeOf(match: Match): Span | undefined {
  switch (match.kind) {
    case 'always':
      return undefined;
    case 'not':
      return placeOf(match.of);
    case 'test':
      return match.span;
    case 'all':
    case 'any': {
      const places = match.of.flatMap((part) => placeOf(part) ?? []);
      const [first] = places;
      if (first === undefined) return undefined;
      const own = places.filter(({ file }) => file === first.file);
      return {
        file: first.file,
        start: Math.min(...own.map(({ start }) => start)),
        end: Math.max(...own.map(({ end }) => end)),
      };
    }
    default:
      return match satisfies never;
  }
}
