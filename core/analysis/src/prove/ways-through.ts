/**
 * Every way from a sender to a receiver, as sets of packets: sources as they were sent, destinations as they arrive.
 *
 * In: what the ports let out and in. Out: what may get through. Guaranteed: leaves no way out; where a thing is not modelled
 * (what the outside does, what a translation makes of a source), every possibility counts.
 */
import type { Match, NetworkPolicy, Policy, Port, ValueRange } from '@weir/compiler';
import type { NetworkHook, NetworkRule } from '@weir/plugin';
import { normalRanges } from '../space/ranges.ts';
import {
  addressMatch,
  addressOf,
  all,
  any,
  endAmong,
  FAMILIES,
  familyMatch,
  not,
  rangesOf,
  values,
} from './match-words.ts';
import type { HostRanges } from './host-ranges.ts';
import { type HookWorld, type HostWay, passes, ruleMatch, stateMatch } from './network-hooks.ts';

export type End =
  | { readonly kind: 'port'; readonly port: Port; readonly network: NetworkPolicy }
  | { readonly kind: 'host' }
  | { readonly kind: 'outside' };

/** One way, as what must hold: on the host and, where there is one, at the ports. */
export interface Through {
  /** The networks' rules, translations, routing. */
  readonly pass: Match;
  /** Source translation on this way changes what the receiver sees of these. */
  readonly translated: Match;
}

const ALWAYS: Match = { kind: 'always' };
const NEVER: Match = { kind: 'any', of: [] };
const GROUPS = {
  ipv4: [{ low: 0xe000_0000n, high: 0xffff_ffffn }],
  ipv6: [{ low: 0xffn << 120n, high: (1n << 128n) - 1n }],
} as const;

/** WHY: they say nothing beyond their link (RFC 3927 2.7, RFC 4291 2.5.6). */
const LINK_LOCAL = {
  ipv4: [{ low: 0xa9fe_0000n, high: 0xa9fe_ffffn }],
  ipv6: [{ low: 0xfe80n << 112n, high: (0xfec0n << 112n) - 1n }],
} as const;

/** Packets to one receiver. WHY: 240/4 is no station's, and 255.255.255.255 everybody's (RFC 1112 4, RFC 919 7). */
export const UNICAST: Match = all(
  any(familyMatch('ipv4'), familyMatch('ipv6')),
  not(any(addressMatch('destination', 'ipv4', GROUPS.ipv4), addressMatch('destination', 'ipv6', GROUPS.ipv6))),
);

export const isSegment = ({ topology }: NetworkPolicy): boolean => topology.bridge.uplinks.length > 0;

export class WaysThrough {
  readonly #policy: Policy;
  readonly #world: HookWorld;
  readonly #host: HostRanges;

  readonly #known = new Map<string, Match>();

  constructor(policy: Policy, host: HostRanges) {
    this.#policy = policy;
    this.#host = host;
    this.#world = { policy, host };
  }

  /** The destinations that make an end the receiver. */
  receives(end: End): Match {
    if (end.kind === 'port') return this.#ownAddresses('destination', end);
    if (end.kind === 'host') return endAmong('destination', this.#host.own);
    return not(endAmong('destination', this.#host.inside));
  }

  /** The sources that are an end's own. */
  owns(end: End): Match {
    if (end.kind === 'port') return this.#ownAddresses('source', end);
    if (end.kind === 'host') return endAmong('source', this.#host.own);
    return not(any(endAmong('source', this.#host.inside), endAmong('source', this.#host.known)));
  }

  /** A port's own addresses beyond its link; of one with every address, those that are none of other networks. */
  #ownAddresses(side: 'source' | 'destination', { port, network }: Extract<End, { kind: 'port' }>): Match {
    const others = this.#policy.networks.filter((other) => other !== network);
    const foreign = others.flatMap(({ view }) =>
      view.subnets.map((subnet) => ({ kind: 'prefix', ...subnet }) as const),
    );
    const owned = this.#policy.ports.filter((other) => other !== port);
    return any(
      ...FAMILIES.map((family) => {
        const isAny = (range: ValueRange): boolean => range.high - range.low >= 1n << (family === 'ipv4' ? 31n : 127n);
        const taken = port[family].some(isAny)
          ? [
              ...rangesOf(foreign.filter((one) => one.family === family)),
              ...this.#host.known[family],
              ...owned.flatMap((other) => other[family]).filter((range) => !isAny(range)),
            ]
          : [];
        const without = normalRanges([...LINK_LOCAL[family], ...taken]);
        return all(addressMatch(side, family, port[family]), not(addressMatch(side, family, without)));
      }),
    );
  }

  /** Every way between two ends. Empty: there is none. */
  between(from: End, to: End): readonly Through[] {
    if (from.kind === 'port') return this.#fromPort(from, to);
    if (from.kind === 'host')
      return to.kind === 'outside' ? [free] : to.kind === 'port' ? this.#fromHost(to.network) : [];
    if (to.kind === 'outside') return [];
    return this.#fromOutside(to);
  }

  /**
   * The ways that routing takes for certain where nobody misbehaves: one of them must be open. Of translations those that
   * lead from outside to a guest count.
   */
  proper(from: End, to: End): readonly Through[] {
    if (from.kind === 'host') return to.kind === 'port' ? this.#fromHost(to.network).slice(0, 1) : [free];
    if (from.kind === 'outside') return to.kind === 'port' ? this.#properFromOutside(to.network) : [free];
    const { network } = from;
    const inDevice = network.view.bridge;
    if (to.kind === 'host') return this.#fromPort(from, to).slice(0, 1);
    if (to.kind === 'outside')
      return isSegment(network)
        ? [free]
        : orUnnamed(this.#devices('out', [network])).flatMap((outDevice) =>
            this.#routed(network, undefined, { inDevice, outDevice }, 'dstnat').slice(0, 1),
          );
    if (to.network === network) return network.view.isolatePorts ? [] : [free];
    const isAway = isSegment(network) && network.topology.bridge.addresses.length === 0;
    if (isAway) return this.#properFromOutside(to.network);
    const devices = { inDevice, outDevice: to.network.view.bridge };
    return this.#routed(network, to.network, devices, 'dstnat').slice(0, 1);
  }

  #properFromOutside(to: NetworkPolicy): readonly Through[] {
    if (isSegment(to)) return [free];
    return orUnnamed(this.#devices('in', [to])).flatMap((inDevice) =>
      // The last is for known connections, of which nobody knows whether they were translated.
      this.#routed(undefined, to, { inDevice, outDevice: to.view.bridge }, 'dstnat').slice(0, -1),
    );
  }

  /** Whether rules of translation refuse packets, which the ways here do not tell. */
  refusesWhenTranslating(): boolean {
    return this.#policy.networks.some(({ rules }) =>
      rules.some(({ hook, action }) => isTranslation(hook) && (action.kind === 'drop' || action.kind === 'reject')),
    );
  }

  #fromPort(from: Extract<End, { kind: 'port' }>, to: End): readonly Through[] {
    const { network } = from;
    const inDevice = network.view.bridge;
    const segment = isSegment(network);
    if (to.kind === 'host')
      return [
        { pass: this.#passes(network, 'input', { inDevice, isTranslated: false }), translated: NEVER },
        { pass: this.#passes(network, 'input', { inDevice, isTranslated: true }), translated: NEVER },
        ...(segment ? [free] : []),
      ];
    if (to.kind === 'outside') return [...(segment ? [free] : []), ...this.#leaving(network)];
    const here = to.network === network && !network.view.isolatePorts ? [free] : [];
    const throughHost = this.#routed(network, to.network, { inDevice, outDevice: to.network.view.bridge }, 'dstnat');
    const around = segment ? this.#fromOutside(to) : isSegment(to.network) ? this.#leaving(network) : [];
    return [...here, ...throughHost, ...around];
  }

  #leaving(network: NetworkPolicy): readonly Through[] {
    return ['', ...this.#devices('out', this.#policy.networks)].flatMap((outDevice) =>
      this.#routed(network, undefined, { inDevice: network.view.bridge, outDevice }, 'dstnat'),
    );
  }

  #fromHost(to: NetworkPolicy): readonly Through[] {
    return this.#translations({ outDevice: to.view.bridge }, 'dstnat-local').map(({ match, isTranslated }) => {
      const way = { outDevice: to.view.bridge, isTranslated };
      return { pass: all(match, this.#passes(to, 'output', way)), translated: this.#sources(way) };
    });
  }

  /** The outside is whoever is behind the host's devices, or on a segment. */
  #fromOutside(to: Extract<End, { kind: 'port' } | { kind: 'host' }>): readonly Through[] {
    const segments = this.#policy.networks.filter(isSegment);
    if (to.kind === 'host') return [free];
    const outDevice = to.network.view.bridge;
    const byDevice = ['', ...this.#devices('in', this.#policy.networks)].flatMap((inDevice) =>
      this.#routed(undefined, to.network, { inDevice, outDevice }, 'dstnat'),
    );
    const bySegment = segments.flatMap((from) =>
      this.#routed(from, to.network, { inDevice: from.view.bridge, outDevice }, 'dstnat'),
    );
    return [...(isSegment(to.network) ? [free] : []), ...byDevice, ...bySegment];
  }

  /** Through the host, once for each thing that may have become of the destination. */
  #routed(
    from: NetworkPolicy | undefined,
    to: NetworkPolicy | undefined,
    devices: Omit<HostWay, 'isTranslated'>,
    hook: 'dstnat',
  ): readonly Through[] {
    return this.#translations(devices, hook).map(({ match, isTranslated }) => {
      const way = { ...devices, isTranslated };
      const asked = (network: NetworkPolicy | undefined, at: NetworkHook): readonly Match[] =>
        network === undefined ? [] : [this.#passes(network, at, way)];
      return {
        pass: all(match, ...asked(from, 'forward-from'), ...asked(to, 'forward-to')),
        translated: this.#sources(way),
      };
    });
  }

  #translations(
    devices: Omit<HostWay, 'isTranslated'>,
    hook: 'dstnat' | 'dstnat-local',
  ): readonly { readonly match: Match; readonly isTranslated: boolean }[] {
    const rules = this.#policy.networks.flatMap((network) =>
      network.rules
        .filter((rule) => rule.hook === hook)
        .flatMap((rule) => arrivals(rule, network, devices, this.#world)),
    );
    return [
      { match: ALWAYS, isTranslated: false },
      ...rules.map((match) => ({ match, isTranslated: true })),
      { match: stateMatch('established', 'related'), isTranslated: true },
    ];
  }

  /** WHY: the same match is one object, so that it is read once. */
  #once(key: string, make: () => Match): Match {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }

  #passes(network: NetworkPolicy, hook: NetworkHook, way: HostWay): Match {
    const key = JSON.stringify([network.view.name, hook, way.inDevice, way.outDevice, way.isTranslated]);
    return this.#once(key, () => passes(network, hook, way, this.#world));
  }

  /** The packets whose source some rule translates. */
  #sources(way: HostWay): Match {
    const key = JSON.stringify(['sources', way.inDevice, way.outDevice, way.isTranslated]);
    return this.#once(key, () => this.#translatedBy(way));
  }

  #translatedBy(way: HostWay): Match {
    const rules = this.#policy.networks.flatMap((network) =>
      network.rules
        .filter(({ hook, action }) => hook === 'srcnat' && (action.kind === 'snat' || action.kind === 'masquerade'))
        .map((rule) => ruleMatch(rule, network, way, this.#world)),
    );
    return any(...rules);
  }

  #devices(side: 'in' | 'out', networks: readonly NetworkPolicy[]): readonly string[] {
    const named = networks.flatMap(({ rules }) =>
      rules.flatMap(({ matches }) =>
        matches.flatMap((match) =>
          match.kind === 'device' && match.side === side && typeof match.device === 'object' ? [match.device.name] : [],
        ),
      ),
    );
    const bridges = new Set(this.#policy.networks.map(({ view }) => view.bridge));
    return [...new Set(named)].filter((name) => !bridges.has(name));
  }
}

const isTranslation = (hook: NetworkHook): boolean => hook === 'dstnat' || hook === 'dstnat-local' || hook === 'srcnat';

const free: Through = { pass: ALWAYS, translated: NEVER };

const orUnnamed = (devices: readonly string[]): readonly string[] => (devices.length === 0 ? [''] : devices);

/** What packets look like that a rule has translated; none where its devices are others. */
function arrivals(
  rule: NetworkRule,
  network: NetworkPolicy,
  devices: Omit<HostWay, 'isTranslated'>,
  world: HookWorld,
): readonly Match[] {
  const { action, matches } = rule;
  if (action.kind !== 'dnat') return [];
  // A rule of the hook in front of routing knows no device that the packet leaves by.
  const before = { ...(devices.inDevice !== undefined && { inDevice: devices.inDevice }), isTranslated: false };
  const kept = matches.filter(
    (match) =>
      (match.kind === 'address' && match.side === 'source') ||
      match.kind === 'protocol' ||
      match.kind === 'connection' ||
      (match.kind === 'device' && match.side === 'in') ||
      (match.kind === 'port' && (match.side === 'source' || action.ports === undefined)),
  );
  const { ports } = action;
  const moved = ports && [{ low: BigInt(ports.low), high: BigInt(ports.high) }];
  return [
    all(
      ruleMatch({ matches: kept }, network, before, world),
      addressMatch('destination', action.family, addressOf(action.address)),
      ...(moved ? [any(...['tcp', 'udp', 'sctp'].map((name) => values(`${name}.destination`, moved)))] : []),
    ),
  ];
}
