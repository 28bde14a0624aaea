/** Lowers hand-made policies for named targets, and shows what came of them. */
import type { Diagnostic } from '@weir/plugin';
import type { Match } from '../../policy/match.ts';
import type { Policy, Profile } from '../../policy/policy.ts';
import type { PolicyNode } from '../../policy/rule.ts';
import { findTarget } from '../../target/targets.ts';
import type { Target } from '../../target/target.ts';
import type { Layout } from '../layout.ts';
import { lower } from '../lower.ts';
import { printChain } from './print-chain.ts';
import { ACCEPT, ATTACHMENTS, DROP, all, filter, is, list, profile, rule, sets } from './sample-policy.ts';

/** The target of that name; throws when there is none. */
export function targetNamed(name: string): Target {
  const found = findTarget(name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found;
}

/** TCP to these ports. */
export const tcp = (...ports: readonly (number | string)[]): Match =>
  all(is('packet.protocol', 6), is('tcp.destination', ...ports));

/** Lowers a policy of which only some parts matter. */
export function lowerFor(
  target: string,
  policy: Partial<Policy>,
): { readonly layout: Layout; readonly found: readonly Diagnostic[] } {
  const hostAddresses = { ipv4: [], ipv6: [] };
  const whole: Policy = { ports: [], profiles: [], sets: sets([]), networks: [], hostAddresses, ...policy };
  const { value, diagnostics } = lower(whole, { target: targetNamed(target), attachments: ATTACHMENTS });
  return { layout: value, found: diagnostics };
}

/** A layout that must be without findings. */
function clean(target: string, policy: Partial<Policy>): Layout {
  const { layout, found } = lowerFor(target, policy);
  if (found.length > 0) throw new Error(`not expected: ${codes(found).join(', ')}`);
  return layout;
}

/** The chains of profiles whose names have that part, printed. */
export function printed(layout: Layout, part: string): Record<string, readonly string[]> {
  const chains = layout.profiles.flatMap(({ chains: own }) => own);
  return Object.fromEntries(
    chains.filter(({ name }) => name.includes(part)).map((chain) => [chain.name, printChain(chain)]),
  );
}

/** The chains of a profile with one filter of these rules in direction in, and no guard. */
export function filterChains(nodes: readonly PolicyNode[], target = 'debian-12'): Record<string, readonly string[]> {
  return printed(clean(target, { profiles: [unguarded([filter(list(DROP, ...nodes), list(ACCEPT))])] }), 'in');
}

/** A profile named `p` without a guard. */
export function unguarded(filters: Profile['filters'], more: Partial<Profile> = {}): Profile {
  const { guard: _none, ...bare } = profile('p', filters, more);
  return bare;
}

/** The chains of a guard that accepts what one match says, at a port whose connections are followed. */
export function guardChains(
  match: Match,
  target = 'debian-12',
  more: Partial<Profile> = {},
): Record<string, readonly string[]> {
  const guard = { name: 'g', in: list(DROP, rule(ACCEPT, match)), out: list(DROP) };
  return printed(clean(target, { profiles: [profile('p', [], { guard, stateful: true, ...more })] }), 'in');
}

/** The codes of diagnostics. */
export const codes = (found: readonly Diagnostic[]): readonly string[] => found.map(({ code }) => code);
