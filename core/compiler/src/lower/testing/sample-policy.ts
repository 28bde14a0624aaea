/** Policies made by hand, for the tests of the lowering: the parts of a small site, and any number of ports. */
import { parseIpv4, parseIpv6, parseMac } from '@weir/nftables-json';
import type { Attachment, NetworkRule, NetworkView, Span } from '@weir/plugin';
import type { Match, Operand, Test, ValueRange } from '../../policy/match.ts';
import type { NamedSet, NetworkPolicy, Policy, Port, Profile } from '../../policy/policy.ts';
import type {
  DecisionList,
  Filter,
  Guard,
  PolicyNode,
  PolicyRule,
  PolicyVerdict,
  RuleOptions,
} from '../../policy/rule.ts';
import { BRIDGE_PORT } from '../../target/bridge-port.ts';
import type { Registry } from '../../registry.ts';

export const SPAN: Span = { file: 'site/web.weir', start: 10, end: 20 };

/** A routed tap as a plugin would describe it: below IP, seen in forward, input and output. */
export const ROUTED_TAP: Attachment = {
  name: 'routed-tap',
  doc: 'a tap device that the host routes to',
  family: 'inet',
  prefix: 'tap-',
  layer: 'network',
  conntrack: 'always',
  reject: 'always',
  rejectDirections: ['in', 'out'],
  hooks: [
    {
      direction: 'out',
      chain: 'from-guest-forward',
      hook: 'forward',
      priority: { conntrack: -5, carried: -5 },
      device: 'iifname',
    },
    {
      direction: 'out',
      chain: 'from-guest-input',
      hook: 'input',
      priority: { conntrack: -5, carried: -5 },
      device: 'iifname',
    },
    {
      direction: 'in',
      chain: 'to-guest-forward',
      hook: 'forward',
      priority: { conntrack: 5, carried: 5 },
      device: 'oifname',
    },
    {
      direction: 'in',
      chain: 'to-guest-output',
      hook: 'output',
      priority: { conntrack: 5, carried: 5 },
      device: 'oifname',
    },
  ],
};

export const ATTACHMENTS: Registry['attachments'] = new Map(
  [BRIDGE_PORT, ROUTED_TAP].map((attachment) => [attachment.name, { attachment, plugin: 'test' }]),
);

/** `10.0.0.1`, `fd00::1`, `52:54:00:00:00:01`, or a range of two with `-`, or a prefix. */
export function values(...texts: readonly (string | number)[]): readonly ValueRange[] {
  return texts.map((text) => {
    if (typeof text === 'number') return { low: BigInt(text), high: BigInt(text) };
    const [low = '', high = low] = text.split('-');
    const [address = '', length] = low.split('/');
    if (length === undefined) return { low: number(low), high: number(high) };
    const bits = address.includes(':') ? 128 : 32;
    const size = 1n << BigInt(bits - Number(length));
    return { low: number(address), high: number(address) + size - 1n };
  });
}

function number(text: string): bigint {
  const value = parseIpv4(text) ?? parseMac(text) ?? parseIpv6(text) ?? BigInt(text);
  return value;
}

const test = (field: Test['field'], operand: Operand, negated = false, mask?: bigint): Test => ({
  kind: 'test',
  field,
  operand,
  negated,
  ...(mask !== undefined && { mask }),
});
export const is = (field: Test['field'], ...of: readonly (string | number)[]): Test =>
  test(field, { kind: 'values', ranges: values(...of) });
export const isNot = (field: Test['field'], ...of: readonly (string | number)[]): Test =>
  test(field, { kind: 'values', ranges: values(...of) }, true);
export const masked = (field: string, mask: bigint, ...of: readonly (string | number)[]): Test =>
  test(field, { kind: 'values', ranges: values(...of) }, false, mask);
export const own = (field: Test['field'], fact: 'mac' | 'ipv4' | 'ipv6', negated = false): Test =>
  test(field, { kind: 'self', fact }, negated);
export const named = (field: Test['field'], set: string, negated = false): Test =>
  test(field, { kind: 'named', set }, negated);
export const all = (...of: readonly Match[]): Match => ({ kind: 'all', of });
export const any = (...of: readonly Match[]): Match => ({ kind: 'any', of });
export const not = (of: Match): Match => ({ kind: 'not', of });
export const ALWAYS: Match = { kind: 'always' };

export const ACCEPT: PolicyVerdict = { kind: 'accept', stateless: false };
export const DROP: PolicyVerdict = { kind: 'drop' };
export const PASS: PolicyVerdict = { kind: 'pass' };
export const RETURN: PolicyVerdict = { kind: 'return' };
export const REJECT: PolicyVerdict = { kind: 'reject', with: 'port-unreachable' };

/** A rule; `statement` is its number. */
export function rule(
  verdict: PolicyVerdict,
  match: Match = ALWAYS,
  options: RuleOptions = {},
  statement = 1,
): PolicyRule {
  return { kind: 'rule', match, options, verdict, origin: { span: SPAN, item: 'filter web', statement } };
}

export function block(...nodes: readonly PolicyNode[]): PolicyNode {
  return { kind: 'block', name: 'other', nodes, origin: { span: SPAN, item: 'filter web', statement: 1 } };
}

export function list(verdict: PolicyVerdict, ...nodes: readonly PolicyNode[]): DecisionList {
  return { nodes, default: { verdict, options: {}, origin: { span: SPAN, item: 'filter web', statement: 99 } } };
}

export function filter(incoming: DecisionList, outgoing: DecisionList): Filter {
  return { name: 'web', in: incoming, out: outgoing, stateful: true };
}

/** A guard that passes everything. */
export const OPEN_GUARD: Guard = { name: 'open', in: list(PASS), out: list(PASS) };

const ARP = is('ether.type', 0x0806);
const ND = all(is('ether.type', 0x86dd), is('packet.protocol', 58), is('icmpv6.type', 135, 136));

/** The heart of an anti-spoofing guard: MAC, ARP and RARP senders, IPv4, IPv6, targets and options of neighbour discovery. */
export const CLEAN_GUARD: Guard = {
  name: 'clean',
  out: list(
    DROP,
    rule(DROP, own('ether.source', 'mac', true)),
    rule(DROP, all(ARP, own('arp.sender-mac', 'mac', true))),
    rule(ACCEPT, all(ARP, own('arp.sender-ip', 'ipv4'))),
    rule(ACCEPT, all(is('ether.type', 0x8035), own('arp.sender-mac', 'mac'), own('arp.target-mac', 'mac'))),
    rule(DROP, all(is('ether.type', 0x86dd), is('packet.protocol', 58), is('ip6.fragment', 1))),
    rule(DROP, all(ND, own('icmpv6.target', 'ipv6', true))),
    rule(
      DROP,
      all(
        ND,
        is({ kind: 'payload', base: 'transport', offset: 192, bits: 8 }, '1-2'),
        own({ kind: 'payload', base: 'transport', offset: 208, bits: 48 }, 'mac', true),
      ),
    ),
    rule(ACCEPT, ND),
    rule(PASS, own('ip.source', 'ipv4')),
    rule(PASS, own('ip6.source', 'ipv6')),
  ),
  in: list(
    DROP,
    rule(
      DROP,
      all(masked('ether.destination', 0x0100_0000_0000n, '00:00:00:00:00:00'), own('ether.destination', 'mac', true)),
    ),
    rule(ACCEPT, ARP),
    rule(PASS, is('ether.type', 0x0800, 0x86dd)),
  ),
};

const tcp = (field: string, ...of: readonly (string | number)[]): Match =>
  all(is('packet.protocol', 6), is(field, ...of));

/** A filter as an operator would write it. */
export const WEB: Filter = filter(
  list(
    REJECT,
    rule(ACCEPT, all(tcp('tcp.destination', 80, 443), named('ip.source', 'office-ip4')), { count: 'web' }, 1),
    rule(
      ACCEPT,
      any(is('icmp.type', 8), is('icmpv6.type', 128)),
      { limit: { amount: 10, unit: 'packets', per: 'second', burst: 20, over: false } },
      2,
    ),
    rule(ACCEPT, all(tcp('tcp.destination', 5432), named('ip.source', 'guests-app-ip4')), {}, 3),
    rule(DROP, not(tcp('tcp.destination', '1024-65535')), { log: { prefix: 'web-in', level: 'info' } }, 4),
  ),
  list(REJECT, rule(ACCEPT, ALWAYS, {}, 5)),
);

export function profile(name: string, filters: readonly Filter[], more: Partial<Profile> = {}): Profile {
  return {
    name,
    attachment: BRIDGE_PORT.name,
    guard: CLEAN_GUARD,
    filters,
    stateful: filters.some(({ stateful }) => stateful),
    own: { ipv4: { single: true, ranges: false }, ipv6: { single: true, ranges: false } },
    ...more,
  };
}

/** The port of that number. */
export function port(index: number, profileName: string, more: Partial<Port> = {}): Port {
  return {
    guest: `g${index}`,
    ifname: `vnet${index}`,
    labels: {},
    network: 'front',
    mac: 0x5254_0000_0000n + BigInt(index),
    ipv4: [one(0x0a14_0000n + BigInt(index))],
    ipv6: [one(number('fd00:20::') + BigInt(index)), one(number('fe80::') + BigInt(index))],
    profile: profileName,
    span: SPAN,
    ...more,
  };
}

const one = (value: bigint): ValueRange => ({ low: value, high: value });

export function sets(ports: readonly Port[]): readonly NamedSet[] {
  return [
    {
      id: 'office-ip4',
      type: 'ipv4',
      ranges: values('198.51.100.0/24', '203.0.113.5'),
      contributed: [],
      label: 'office',
      span: SPAN,
    },
    {
      id: 'guests-app-ip4',
      type: 'ipv4',
      ranges: [],
      contributed: ports.filter((_, index) => index % 2 === 0).map(({ ifname, ipv4 }) => ({ ifname, ranges: ipv4 })),
      label: 'guests(tier = app)',
      span: SPAN,
    },
  ];
}

export function network(
  name: string,
  bridge: string,
  rules: readonly NetworkRule[],
  more: Partial<NetworkView> = {},
): NetworkPolicy {
  const view: NetworkView = {
    name,
    bridge,
    subnets: [{ family: 'ipv4', address: '10.20.0.0', length: 16, gateway: '10.20.0.1', span: SPAN }],
    ports: [],
    reaches: [],
    isolatePorts: false,
    settings: {},
    span: SPAN,
    ...more,
  };
  const topology = { bridge: { name: bridge, addresses: [], uplinks: [] }, sysctls: [], elsewhere: [] };
  return {
    view,
    mode: 'test',
    plugin: '@weir/plugin-test',
    attachment: BRIDGE_PORT.name,
    topology,
    rules,
    guarantees: [],
  };
}

/** One of each kind of contributed rule. */
export const RULES: readonly NetworkRule[] = [
  {
    hook: 'forward-from',
    matches: [{ kind: 'connection', states: ['invalid'] }],
    action: { kind: 'drop' },
    purpose: 'invalid',
  },
  {
    hook: 'forward-from',
    matches: [{ kind: 'family', family: 'ipv6' }],
    action: { kind: 'reject' },
    purpose: 'no-ipv6',
  },
  {
    hook: 'forward-to',
    matches: [{ kind: 'destination-translated' }],
    action: { kind: 'accept' },
    purpose: 'forwards',
  },
  {
    hook: 'forward-to',
    matches: [{ kind: 'connection', states: ['established', 'related'] }],
    action: { kind: 'return' },
    purpose: 'replies',
  },
  { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'closed' },
  {
    hook: 'input',
    matches: [
      { kind: 'protocol', protocols: ['udp'] },
      { kind: 'port', side: 'destination', low: 67, high: 67 },
    ],
    action: { kind: 'accept' },
    purpose: 'dhcp',
  },
  {
    hook: 'output',
    matches: [{ kind: 'protocol', protocols: ['tcp', 'udp'] }],
    action: { kind: 'accept' },
    purpose: 'host',
  },
  {
    hook: 'dstnat',
    matches: [
      { kind: 'host-destination' },
      { kind: 'protocol', protocols: ['tcp'] },
      { kind: 'port', side: 'destination', low: 8000, high: 8003 },
    ],
    action: { kind: 'dnat', family: 'ipv4', address: '10.20.0.5', ports: { low: 80, high: 83 } },
    purpose: 'forward',
  },
  {
    hook: 'dstnat-local',
    matches: [
      { kind: 'family', family: 'ipv4' },
      { kind: 'protocol', protocols: ['tcp'] },
      { kind: 'port', side: 'destination', low: 8443, high: 8443 },
    ],
    action: { kind: 'dnat', family: 'ipv4', address: '10.20.0.5', ports: { low: 443, high: 443 } },
    purpose: 'forward',
  },
  {
    hook: 'srcnat',
    matches: [
      { kind: 'device', side: 'out', device: 'this-network', negated: true },
      {
        kind: 'address',
        side: 'source',
        family: 'ipv4',
        blocks: [{ kind: 'prefix', address: '10.20.0.0', length: 16 }],
        negated: false,
      },
      {
        kind: 'address',
        side: 'destination',
        family: 'ipv4',
        blocks: [
          { kind: 'prefix', address: '224.0.0.0', length: 24 },
          { kind: 'range', low: '255.255.255.255', high: '255.255.255.255' },
        ],
        negated: true,
      },
      { kind: 'protocol', protocols: ['tcp', 'udp'] },
    ],
    action: { kind: 'masquerade', ports: { low: 1024, high: 65535 } },
    purpose: 'masquerade',
  },
  {
    hook: 'srcnat',
    matches: [{ kind: 'family', family: 'ipv4' }],
    action: { kind: 'snat', family: 'ipv4', low: '192.0.2.1', high: '192.0.2.4' },
    purpose: 'snat',
  },
];

/** A site of that many ports of that many profiles, with two networks. */
export function site(portCount: number, profileCount = 2): Policy {
  const profiles = Array.from({ length: profileCount }, (_, index) =>
    profile(`web-${index}`, [
      filter(list(DROP, rule(ACCEPT, tcp('tcp.destination', 1000 + index))), list(ACCEPT)),
      WEB,
    ]),
  );
  const ports = Array.from({ length: portCount }, (_, index) => port(index, `web-${index % profileCount}`));
  const networks = [network('front', 'virbr1', RULES, { reaches: ['back'] }), network('back', 'virbr2', [])];
  return { ports, profiles, sets: sets(ports), networks, hostAddresses: { ipv4: [], ipv6: [] } };
}
