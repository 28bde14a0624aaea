/**
 * The lowering: from policy to nftables objects.
 *
 * In: a policy, the target, and what the attachments are. Out: a layout, and what the target cannot express, located.
 * Guaranteed: nothing is left out silently; the order of the policy's lists does not show; no attachment is asked for by name.
 */
import type { TableName } from '@weir/nftables-json';
import type { HostTopology, Sysctl } from '@weir/plugin';
import type { PassResult } from '../pass-result.ts';
import type { NamedSet, Policy, Port, Profile } from '../policy/policy.ts';
import type { Registry } from '../registry.ts';
import { checkMarks } from '../target/mark-bits.ts';
import type { Target } from '../target/target.ts';
import { BRIDGE_TABLE, CARRIED_STATE_SYSCTLS, INET_TABLE, answerChains, carriedStateChains } from './carried-state.ts';
import { Findings, attachmentClash, unknownAttachment } from './findings.ts';
import type {
  Layout,
  LayoutChain,
  LayoutCounter,
  LayoutElements,
  LayoutInterface,
  LayoutProfile,
  LayoutSet,
} from './layout.ts';
import { lowerNetworks } from './lower-networks.ts';
import { answersIn, lowerProfile, profileRejects } from './lower-profile.ts';
import type { OwnSet, Usage } from './match-context.ts';
import { OwnChecks, layOutOwnChecks } from './own-check.ts';
import { placeOf } from './place.ts';
import type { Place } from './place.ts';
import { baseChains, contributions, dispatchMaps, namedSet, ownFactSets, portElements } from './skeleton.ts';

/** What the lowering needs beside the policy. */
export interface LowerEnv {
  readonly target: Target;
  readonly attachments: Registry['attachments'];
}

/** Lowers a policy. The layout is of use only when no diagnostic is an error. */
export function lower(policy: Policy, env: LowerEnv): PassResult<Layout> {
  const { target } = env;
  const findings = new Findings();
  for (const problem of checkMarks(target.marks)) findings.add(problem);
  const sorted = sortPolicy(policy);
  requireProfiles(sorted);
  const places = placesOf(sorted.profiles, env, findings);
  const parts = places.map((place) => lowerPlace(sorted, place, findings));
  const networks = lowerNetworks(sorted.networks);
  const state = stateParts(parts, target);
  const chains = [...networks.chains, ...state.chains, ...parts.flatMap((part) => part.chains)];
  const layout: Layout = {
    target,
    tables: tablesOf([...chains, ...parts.flatMap((part) => part.sets)]),
    sets: [...networks.sets, ...parts.flatMap((part) => part.sets)],
    counters: parts.flatMap((part) => part.counters),
    chains,
    profiles: byName(parts.flatMap((part) => part.profiles)),
    interfaces: parts.flatMap((part) => part.interfaces).toSorted((a, b) => compare(a.ifname, b.ifname)),
    topology: topologyOf(sorted, state.sysctls),
  };
  return { value: layout, diagnostics: findings.list() };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byName = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] =>
  list.toSorted((a, b) => compare(a.name, b.name));

function sortPolicy(policy: Policy): Policy {
  return {
    ...policy,
    ports: policy.ports.toSorted((a, b) => compare(a.ifname, b.ifname)),
    profiles: byName(policy.profiles),
    sets: policy.sets.toSorted((a, b) => compare(a.id, b.id)),
    networks: policy.networks.toSorted((a, b) => compare(a.view.name, b.view.name)),
  };
}

/** The places that profiles ask for, in the order of their attachments' names. */
function placesOf(profiles: readonly Profile[], env: LowerEnv, findings: Findings): readonly Place[] {
  const places: Place[] = [];
  for (const name of [...new Set(profiles.map((profile) => profile.attachment))].toSorted(compare)) {
    const known = env.attachments.get(name);
    if (known === undefined) {
      findings.add(unknownAttachment(undefined, { name }));
      continue;
    }
    const place = placeOf(known.attachment, env.target);
    const clash = places.find(
      ({ attachment: { family, prefix } }) => family === known.attachment.family && prefix === known.attachment.prefix,
    );
    if (clash === undefined) places.push(place);
    else findings.add(attachmentClash(undefined, { first: clash.attachment.name, second: name }));
  }
  return places;
}

/** A port of a profile that is not there would silently get no rules. */
function requireProfiles({ ports, profiles }: Policy): void {
  const names = new Set(profiles.map(({ name }) => name));
  const lost = ports.find(({ profile }) => !names.has(profile));
  if (lost !== undefined)
    throw new Error(`port ${lost.ifname} has the profile ${lost.profile}, which the policy does not have`);
}

/** What one attachment contributes to the layout. */
interface PlacePart {
  readonly place: Place;
  readonly sets: readonly LayoutSet[];
  readonly counters: readonly LayoutCounter[];
  readonly chains: readonly LayoutChain[];
  readonly profiles: readonly LayoutProfile[];
  readonly interfaces: readonly LayoutInterface[];
  /** Some filter may ask for the state of connections. */
  readonly asksState: boolean;
  readonly rejects: boolean;
}

function lowerPlace(policy: Policy, place: Place, findings: Findings): PlacePart {
  const profiles = policy.profiles.filter((profile) => profile.attachment === place.attachment.name);
  const names = new Set(profiles.map(({ name }) => name));
  const ports = policy.ports.filter((port) => names.has(port.profile));
  const sets = new Map(policy.sets.map((set) => [set.id, set]));
  const usage: Usage = { named: new Set(), own: new Map(), counters: new Set(), checks: new OwnChecks() };
  const lowered = profiles.map((profile) => lowerProfile(profile, place, { sets, usage, findings }));
  const checks = layOutOwnChecks(place, usage.checks, ports);
  const named = policy.sets.filter(({ id }) => usage.named.has(id));
  const contributed = named.map((set) => contributions(place, set));
  const used = (port: Port): ReadonlySet<OwnSet> => usage.own.get(port.profile) ?? new Set();
  return {
    place,
    sets: [
      ...dispatchMaps(place),
      ...ownFactSets(place, usage.own),
      ...checks.sets,
      ...named.map((set: NamedSet) => namedSet(place, set)),
    ],
    counters: [...usage.counters].toSorted(compare).map((name) => ({ table: place.table, name })),
    chains: [...checks.chains, ...baseChains(place)],
    profiles: lowered,
    interfaces: ports.map((port) => {
      const given = contributed.flatMap((by): readonly LayoutElements[] => {
        const own = by.get(port.ifname);
        return own === undefined ? [] : [own];
      });
      const elements = [...given, ...checks.elementsOf(port), ...portElements(place, port, used(port))];
      return { ifname: port.ifname, guest: port.guest, network: port.network, profile: port.profile, elements };
    }),
    asksState: profiles.some(({ filters }) => filters.length > 0),
    rejects: answersIn(place) && profiles.some((profile) => profileRejects(profile, 'out')),
  };
}

/** The marks that places need: for connection state, and for the answers of rejects. */
function stateParts(
  parts: readonly PlacePart[],
  target: Target,
): { readonly chains: readonly LayoutChain[]; readonly sysctls: readonly Sysctl[] } {
  const isCarried = parts.some(({ place, asksState }) => place.state === 'carried' && asksState);
  const answers = parts.some(({ rejects }) => rejects);
  return {
    chains: [...(isCarried ? carriedStateChains(target.marks) : []), ...(answers ? answerChains(target.marks) : [])],
    sysctls: isCarried ? CARRIED_STATE_SYSCTLS : [],
  };
}

/** WHY: both tables always: a table that is no longer needed must be emptied by the next load as well. */
function tablesOf(objects: readonly { readonly table: TableName }[]): readonly TableName[] {
  const own = [BRIDGE_TABLE, INET_TABLE];
  const isKnown = ({ table }: { readonly table: TableName }): boolean => own.some((one) => one.family === table.family);
  if (!objects.every(isKnown)) throw new Error('an object of the layout is in a table that is not made');
  return own;
}

function topologyOf({ networks, ports }: Policy, sysctls: readonly Sysctl[]): HostTopology {
  return {
    format: 1,
    sysctls,
    networks: networks.map(({ view, mode, topology }) => ({
      name: view.name,
      mode,
      topology,
      ports: ports
        .filter((port) => port.network === view.name)
        .map(({ ifname, guest }) => ({ ifname, guest, isolated: view.isolatePorts })),
    })),
  };
}
