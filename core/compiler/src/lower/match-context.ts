/** What a match is lowered against: the port's facts, the sets, and who notes what was used. */
import type { Span } from '@weir/plugin';
import type { SelfFact } from '../policy/match.ts';
import type { NamedSet, Profile } from '../policy/policy.ts';
import type { Direction } from '../policy/rule.ts';
import type { Findings } from './findings.ts';
import type { OwnChecks } from './own-check.ts';
import type { Place } from './place.ts';

/** Sets of own facts that some rule looks up. */
export type OwnSet = 'mac' | 'ip4' | 'ip4-net' | 'ip6' | 'ip6-net' | 'mac-raw';

/** What the rules of one place look up; filled while rules are lowered, read when sets are declared. */
export interface Usage {
  readonly named: Set<string>;
  /** By profile, so that a port's elements depend on its own profile alone. */
  readonly own: Map<string, Set<OwnSet>>;
  readonly counters: Set<string>;
  readonly checks: OwnChecks;
}

export interface MatchContext {
  readonly place: Place;
  readonly direction: Direction;
  readonly profile: Profile;
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly usage: Usage;
  readonly findings: Findings;
  /** True where the frame is known to be untagged IPv4 or IPv6: in filters. */
  readonly isIp: boolean;
  /** The rule's place, for findings about tests that have none. */
  readonly span: Span;
}

/** Notes that the profile looks up own facts of that kind. */
export function useOwn(context: MatchContext, set: OwnSet): void {
  const { own } = context.usage;
  const used = own.get(context.profile.name) ?? new Set<OwnSet>();
  used.add(set);
  own.set(context.profile.name, used);
}

/** The sets in which a fact of the profile's ports stands. */
export function ownSets(profile: Profile, fact: SelfFact): readonly OwnSet[] {
  if (fact === 'mac') return ['mac'];
  if (fact === 'ifname') return [];
  const kinds = fact === 'ipv4' ? profile.own.ipv4 : profile.own.ipv6;
  const name = fact === 'ipv4' ? 'ip4' : 'ip6';
  return [...(kinds.single ? ([name] as const) : []), ...(kinds.ranges ? ([`${name}-net`] as const) : [])];
}
