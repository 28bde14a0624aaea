import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import type { Diagnostic } from '@weir/plugin';
import { stringifyDocument } from '@weir/nftables-json';
import { emit } from '../emit/emit.ts';
import { FIELDS } from '../policy/fields.ts';
import type { Match } from '../policy/match.ts';
import type { Policy, Profile } from '../policy/policy.ts';
import type { PolicyNode } from '../policy/rule.ts';
import { findTarget } from '../target/targets.ts';
import { ACCESS } from './field-access.ts';
import type { Layout } from './layout.ts';
import { lower } from './lower.ts';
import { printChain } from './testing/print-chain.ts';
import * as sample from './testing/sample-policy.ts';
import {
  ACCEPT,
  ALWAYS,
  DROP,
  PASS,
  REJECT,
  RETURN,
  all,
  any,
  block,
  filter,
  is,
  isNot,
  list,
  named,
  not,
  own,
  rule,
} from './testing/sample-policy.ts';

const tcp = (...ports: readonly (number | string)[]): Match =>
  all(is('packet.protocol', 6), is('tcp.destination', ...ports));

function lowerFor(
  target: string,
  policy: Partial<Policy>,
): { readonly layout: Layout; readonly found: readonly Diagnostic[] } {
  const known = findTarget(target);
  if (known === undefined) throw new Error(target);
  const whole: Policy = { ports: [], profiles: [], sets: sample.sets([]), networks: [], ...policy };
  const { value, diagnostics } = lower(whole, { target: known, attachments: sample.ATTACHMENTS });
  return { layout: value, found: diagnostics };
}

/** The chains of a profile with one filter of these rules in direction in, and no guard. */
function chainsOf(
  nodes: readonly PolicyNode[],
  more: { readonly target?: string; readonly profile?: Partial<Profile> } = {},
): Record<string, readonly string[]> {
  const { guard: _none, ...bare } = sample.profile(
    'p',
    [filter(list(DROP, ...nodes), list(ACCEPT))],
    more.profile ?? {},
  );
  const { layout, found } = lowerFor(more.target ?? 'debian-12', { profiles: [bare] });
  expect(found).toEqual([]);
  return byName(layout, 'in');
}

function byName(layout: Layout, direction: string): Record<string, readonly string[]> {
  const chains = layout.profiles.flatMap(({ chains: own }) => own);
  return Object.fromEntries(
    chains.filter(({ name }) => name.includes(direction)).map((chain) => [chain.name, printChain(chain)]),
  );
}

/** The rules that one match becomes in a guard, with `accept` behind it. */
function guardRules(
  match: Match,
  target = 'debian-12',
  profile: Partial<Profile> = {},
): Record<string, readonly string[]> {
  const guard = { name: 'g', in: list(DROP, rule(ACCEPT, match)), out: list(DROP) };
  const { layout, found } = lowerFor(target, { profiles: [sample.profile('p', [], { guard, ...profile })] });
  expect(found).toEqual([]);
  return byName(layout, 'in');
}

const codes = (found: readonly Diagnostic[]): readonly string[] => found.map(({ code }) => code);

test('every field of the language can be lowered, with the header its table names', () => {
  for (const [id, { header, type }] of FIELDS) {
    const access = ACCESS.get(id);
    expect(access, id).toBeDefined();
    if (access?.kind === 'value' || access?.kind === 'flag' || access?.kind === 'protocol')
      expect(access.header, id).toBe(header);
    if (access?.kind === 'value' && type.kind === 'number') expect(access.bits, id).toBe(type.bits);
  }
});

test('in a guard every IP or transport field stands behind the outer EtherType, so a VLAN tag never hides one', () => {
  expect(guardRules(is('ip.source', '10.0.0.1'))['p-in']?.[0]).toBe('ether type ip ip saddr 10.0.0.1 accept');
  expect(guardRules(tcp(22))['p-in']?.[0]).toBe('ether type { ip, ip6 } l4proto tcp tcp dport 22 accept');
  expect(guardRules(is('icmpv6.type', 134))['p-in']?.[0]).toBe('ether type ip6 l4proto icmpv6 icmpv6 type 134 accept');
});

test('a filter that is reached knows that the frame is IP and asks no EtherType for transport fields', () => {
  expect(chainsOf([rule(ACCEPT, tcp(80, 443))])['p-in']).toEqual([
    'ether type != { ip, ip6 } accept',
    'ct state vmap { established : accept, related : accept, invalid : drop }',
    'l4proto tcp tcp dport { 80, 443 } accept',
    'drop',
  ]);
});

test('without bridge connection tracking the state is read from the carried marks, at a later priority', () => {
  expect(chainsOf([], { target: 'no-bridge-conntrack' })['p-in']).toEqual([
    'ether type != { ip, ip6 } accept',
    '(mark & 16777216) != 0 accept',
    '(mark & 33554432) != 0 drop',
    'drop',
  ]);
  const { layout } = lowerFor('no-bridge-conntrack', { profiles: [sample.profile('p', [sample.WEB])] });
  const bases = new Map(layout.chains.map(({ name, base }) => [name, base?.prio]));
  expect([bases.get('state-clear'), bases.get('from-guest'), bases.get('to-guest')]).toEqual([-10, 10, 10]);
  expect(layout.topology.sysctls.map(({ key }) => key)).toEqual([
    'net.bridge.bridge-nf-call-ip6tables',
    'net.bridge.bridge-nf-call-iptables',
  ]);
});

test('values become one comparison, a range, a prefix or a set, and a negated test stays within its family', () => {
  const first = (match: Match): string | undefined => guardRules(match)['p-in']?.[0];
  expect(first(is('ip.source', '10.0.0.0/8'))).toBe('ether type ip ip saddr 10.0.0.0/8 accept');
  expect(first(isNot('ip.source', '10.0.0.0/8', '192.0.2.1-192.0.2.3'))).toBe(
    'ether type ip ip saddr != { 10.0.0.0/8, 192.0.2.1-192.0.2.3 } accept',
  );
  expect(first(is('ip6.source', '::/0'))).toBe('ether type ip6 accept');
  expect(first(sample.masked('ether.destination', 0x0100_0000_0000n, '00:00:00:00:00:00'))).toBe(
    '(ether daddr & 01:00:00:00:00:00) 00:00:00:00:00:00 accept',
  );
});

test('alternatives of one field become one rule, and those that contradict the rest vanish', () => {
  expect(
    guardRules(any(is('tcp.destination', 22), is('tcp.destination', 23), is('tcp.destination', 80)))['p-in'],
  ).toEqual(['ether type { ip, ip6 } l4proto tcp tcp dport { 22-23, 80 } accept', 'drop']);
  expect(guardRules(all(is('ether.type', 0x0806), any(is('ip.ttl', 1), is('arp.operation', 1))))['p-in']).toEqual([
    'ether type arp arp operation 1 accept',
    'drop',
  ]);
  expect(guardRules(all(is('ip.ttl', 1), is('ip6.hop-limit', 1)))['p-in']).toEqual(['drop']);
});

test('flags are asked whether they are set or clear, and only where their header is', () => {
  expect(guardRules(is('ip.fragment', 1))['p-in']?.[0]).toBe('ether type ip (ip frag-off & 16383) != 0 accept');
  expect(guardRules(isNot('ip6.fragment', 1))['p-in']?.[0]).toBe('ether type ip6 exthdr frag false accept');
});

test('logical not of a test whose header may be absent is a chain that returns', () => {
  expect(guardRules(not(tcp(22)))).toEqual({
    'p-in': ['jump p-in-not1', 'drop'],
    'p-in-not1': ['ether type { ip, ip6 } l4proto tcp tcp dport 22 return', 'accept'],
  });
  expect(guardRules(not(is('ether.type', 0x0806)))['p-in']?.[0]).toBe('ether type != arp accept');
});

test('own facts are looked up by the device of the direction, in the sets that the ports of the profile need', () => {
  expect(guardRules(own('ether.destination', 'mac'))['p-in']?.[0]).toBe('oifname . ether daddr @self-mac accept');
  const both = { ipv4: { single: true, ranges: true }, ipv6: { single: false, ranges: false } };
  expect(guardRules(own('ip.destination', 'ipv4'), 'debian-12', { own: both })['p-in']).toEqual([
    'ether type ip oifname . ip daddr @self-ip4 accept',
    'ether type ip oifname . ip daddr @self-ip4-net accept',
    'drop',
  ]);
  expect(guardRules(own('ip.destination', 'ipv4', true), 'debian-12', { own: both })['p-in']?.[0]).toBe(
    'ether type ip oifname . ip daddr != @self-ip4 oifname . ip daddr != @self-ip4-net accept',
  );
  expect(guardRules(own('ip6.destination', 'ipv6'), 'debian-12', { own: both })['p-in']).toEqual(['drop']);
});

test('the target of neighbour discovery is a named field where nft has it, else compared in words', () => {
  expect(guardRules(own('icmpv6.target', 'ipv6', true), 'debian-13')['p-in']?.[0]).toBe(
    'ether type ip6 l4proto icmpv6 icmpv6 type 135-137 oifname . icmpv6 taddr != @self-ip6 accept',
  );
  expect(guardRules(own('icmpv6.target', 'ipv6', true))).toEqual({
    'p-in': ['ether type ip6 l4proto icmpv6 icmpv6 type 135-137 @th,184,8 0-255 jump p-in-not1', 'drop'],
    'p-in-not1': ['jump self-ipv6-th-64-in', 'priority 1 priority := 0 return', 'accept'],
  });
});

test('a limit with several alternatives takes one token: they all go to one action', () => {
  const limit = { amount: 10, unit: 'packets', per: 'second', over: false } as const;
  const chains = chainsOf([
    rule(ACCEPT, any(is('icmp.type', 8), is('icmpv6.type', 128)), { limit }),
    rule(ACCEPT, tcp(22), { limit }),
  ]);
  expect(chains['p-in']?.slice(2)).toEqual([
    'jump p-in-any1',
    'l4proto tcp tcp dport 22 limit {rate:10,rate_unit:packets,per:second} accept',
    'drop',
  ]);
  expect(chains['p-in-any1']).toEqual([
    'ether type ip l4proto icmp icmp type 8 goto p-in-do1',
    'ether type ip6 l4proto icmpv6 icmpv6 type 128 goto p-in-do1',
  ]);
  expect(chains['p-in-do1']).toEqual(['limit {rate:10,rate_unit:packets,per:second} accept']);
});

test('a code point is written by a rule of each family, and a mark leaves our bits alone', () => {
  const chains = chainsOf([rule(ACCEPT, tcp(22), { dscp: 46, mark: 5 })]);
  expect(chains['p-in']?.[2]).toBe('l4proto tcp tcp dport 22 goto p-in-do1');
  expect(chains['p-in-do1']).toEqual([
    'ether type ip ip dscp := 46',
    'ether type ip6 ip6 dscp := 46',
    'mark := ((mark & 251658240) | 5) accept',
  ]);
});

test('connections of a source are counted for each port and family', () => {
  const { guard: _none, ...bare } = sample.profile('p', [
    filter(list(DROP, rule(ACCEPT, tcp(22), { connections: { over: 3, perSource: true } })), list(ACCEPT)),
  ]);
  const { layout } = lowerFor('debian-12', { profiles: [bare] });
  const chains = byName(layout, 'in');
  expect(chains['p-in']?.[2]).toBe('l4proto tcp tcp dport 22 jump p-in-count1');
  expect(chains['p-in-count1']?.map((line) => line.split(' set ')[0])).toEqual(['ether type ip', 'ether type ip6']);
  expect(layout.profiles[0]?.sets.map(({ type }) => type)).toEqual([
    ['ifname', 'ipv4_addr'],
    ['ifname', 'ipv6_addr'],
  ]);
  const carried = lowerFor('no-bridge-conntrack', { profiles: [bare] });
  expect(codes(carried.found)).toEqual(['lower/unsupported-option']);
});

test('a block without return stands in its place, one with return is a chain that it leaves', () => {
  expect(chainsOf([block(rule(ACCEPT, tcp(1))), rule(ACCEPT, tcp(2))])['p-in']?.slice(2)).toEqual([
    'l4proto tcp tcp dport 1 accept',
    'l4proto tcp tcp dport 2 accept',
    'drop',
  ]);
  const chains = chainsOf([block(rule(RETURN, tcp(1)), rule(ACCEPT)), rule(ACCEPT, tcp(2))]);
  expect(chains['p-in']?.slice(2)).toEqual(['jump p-in-use1', 'l4proto tcp tcp dport 2 accept', 'drop']);
  expect(chains['p-in-use1']).toEqual(['l4proto tcp tcp dport 1 return', 'accept']);
});

test('return of a filter is its default, with what the default does', () => {
  expect(chainsOf([rule(RETURN, tcp(1))])['p-in']?.slice(2)).toEqual(['l4proto tcp tcp dport 1 drop', 'drop']);
});

test('of several filters all must accept: an accept goes on to the next filter, from inside a block as well', () => {
  const first = filter(
    list(DROP, rule(ACCEPT, tcp(1)), block(rule(RETURN, tcp(2)), rule(ACCEPT, tcp(3)))),
    list(ACCEPT),
  );
  const { guard: _none, ...bare } = sample.profile('p', [
    first,
    filter(list(ACCEPT), list(ACCEPT)),
    filter(list(DROP), list(ACCEPT)),
  ]);
  const chains = byName(lowerFor('debian-12', { profiles: [bare] }).layout, 'in');
  expect(chains['p-in']?.slice(2)).toEqual(['jump p-in-1', 'jump p-in-2', 'goto p-in-3']);
  expect(chains['p-in-1']).toEqual(['l4proto tcp tcp dport 1 return', 'jump p-in-1-use1', 'drop']);
  expect(chains['p-in-1-use1']).toEqual(['l4proto tcp tcp dport 2 return', 'l4proto tcp tcp dport 3 goto p-in-from2']);
  expect(chains['p-in-from2']).toEqual(['jump p-in-2', 'goto p-in-3']);
  expect(chains['p-in-2']).toEqual(['return']);
  expect(chains['p-in-3']).toEqual(['drop']);
});

test('the guard comes before the state, accepts without a filter, and passes to it', () => {
  const guard = { name: 'g', in: list(DROP, rule(ACCEPT, is('ether.type', 0x0806)), rule(PASS)), out: list(PASS) };
  const { layout } = lowerFor('debian-12', { profiles: [sample.profile('p', [sample.WEB], { guard })] });
  const chains = byName(layout, 'in');
  expect(chains['p-in']).toEqual(['ether type arp accept', 'goto p-in-pass', 'drop']);
  expect(chains['p-in-pass']?.[0]).toBe('ether type != { ip, ip6 } accept');
});

test('a reject that cannot be answered is dropped, and said once for each rule', () => {
  const reject = filter(list(REJECT), list(REJECT));
  const two = [sample.profile('p', [reject]), sample.profile('q', [reject])];
  const { layout, found } = lowerFor('debian-12', { profiles: two });
  expect(codes(found)).toEqual(['lower/reject-downgraded']);
  expect(found[0]?.severity).toBe('warning');
  expect(byName(layout, 'p-in')['p-in-pass']?.at(-1)).toBe('drop');
  expect(byName(layout, 'p-out')['p-out-pass']?.at(-1)).toBe('reject {type:icmpx,expr:port-unreachable}');
});

test('where rejects are answered, the answer reaches the guest by a mark that is cleared wherever packets come in', () => {
  const { layout } = lowerFor('debian-12', { profiles: [sample.profile('p', [filter(list(DROP), list(REJECT))])] });
  expect(byName(layout, 'p-in')['p-in-pass']?.slice(0, 3)).toEqual([
    'ether type != { ip, ip6 } accept',
    '(mark & 134217728) != 0 accept',
    'ct state vmap { established : accept, related : accept, invalid : drop }',
  ]);
  const chains = new Map(layout.chains.map((chain) => [chain.name, printChain(chain)]));
  expect(chains.get('answer-clear')).toEqual(['mark := (mark & 4093640703)']);
  expect(chains.get('answer-stack')).toEqual(['mark := ((mark & 4093640703) | 67108864)']);
  expect(chains.get('answer-output')?.slice(0, 2)).toEqual([
    'mark := (mark & 4160749567)',
    '(mark & 67108864) != 0 accept',
  ]);
});

test('an invented attachment is lowered by its data alone', () => {
  const { guard: _none, ...tap } = sample.profile(
    't',
    [filter(list(REJECT, rule(ACCEPT, all(is('ether.type', 0x0800), tcp(22)))), list(ACCEPT))],
    { attachment: 'routed-tap' },
  );
  const { layout, found } = lowerFor('no-bridge-conntrack', { profiles: [tap], ports: [sample.port(1, 't')] });
  expect(found).toEqual([]);
  expect(byName(layout, 'tap-t-in')['tap-t-in']).toEqual([
    'ct state vmap { established : accept, related : accept, invalid : drop }',
    'nfproto ipv4 l4proto tcp tcp dport 22 accept',
    'reject {type:icmpx,expr:port-unreachable}',
  ]);
  expect(layout.chains.map(({ table, name, base }) => `${table.family} ${name} ${base?.hook}`)).toEqual([
    'inet tap-from-guest-forward forward',
    'inet tap-from-guest-input input',
    'inet tap-to-guest-forward forward',
    'inet tap-to-guest-output output',
  ]);
  expect(layout.interfaces[0]?.elements.map(({ set }) => set)).toEqual(['tap-out-dispatch', 'tap-in-dispatch']);
  const link = {
    ...tap,
    filters: [filter(list(DROP, rule(ACCEPT, is('ether.source', '52:54:00:00:00:01'))), list(ACCEPT))],
  };
  expect(codes(lowerFor('debian-12', { profiles: [link] }).found)).toEqual(['lower/unsupported-field']);
});

test('what a target or rule cannot do is an error at its place', () => {
  const errors = (node: PolicyNode, target = 'debian-12'): readonly string[] => {
    const { found } = lowerFor(target, { profiles: [sample.profile('p', [filter(list(DROP, node), list(ACCEPT))])] });
    for (const one of found) expect(one.span).toEqual(sample.SPAN);
    return codes(found);
  };
  const odd = Array.from({ length: 30 }, (_, index) => index * 2 + 1);
  // Each with a second test, so that they cannot be joined into one set.
  const many = (field: string): Match => any(...odd.map((value) => all(is(field, value), is('ip.ttl', value))));
  expect(errors(rule(ACCEPT, many('tcp.source')))).toEqual([]);
  expect(errors(rule(ACCEPT, all(many('tcp.source'), many('tcp.destination'))))).toEqual([
    'lower/too-many-alternatives',
  ]);
  expect(errors(rule(ACCEPT, ALWAYS, { mark: 0x0100_0001 }))).toEqual(['lower/mark-in-use']);
  expect(errors(rule(ACCEPT, ALWAYS, { log: { prefix: 'a"b' } }))).toEqual(['lower/unsafe-text']);
  expect(errors(rule(ACCEPT, is('no.such', 1)))).toEqual(['lower/unsupported-field']);
  expect(errors(rule(ACCEPT, is('connection.state', 2)), 'no-bridge-conntrack')).toEqual(['lower/unsupported-field']);
  const deep = Array.from({ length: 20 }).reduce<PolicyNode>(
    (inner) => block(rule(RETURN, tcp(1)), inner),
    rule(ACCEPT),
  );
  expect(errors(deep)).toEqual(['lower/too-deep']);
  expect(errors(block(rule(RETURN, not(tcp(1)))))).toEqual(['lower/unsupported-option']);
});

test('a kernel that knows no connections makes every stateful filter an error', () => {
  const known = findTarget('debian-12');
  if (known === undefined) throw new Error('no target');
  const target = { ...known, kernel: { bridgeConntrack: false, bridgeReject: false, bridgeNetfilter: false } };
  const policy = {
    ports: [],
    profiles: [sample.profile('p', [filter(list(DROP), list(ACCEPT))])],
    sets: [],
    networks: [],
  };
  expect(codes(lower(policy, { target, attachments: sample.ATTACHMENTS }).diagnostics)).toEqual([
    'lower/no-connection-state',
  ]);
});

test('named sets are declared where they are used, guests add their own addresses', () => {
  const { layout } = lowerFor('debian-12', sample.site(3, 1));
  const guests = layout.sets.find(({ name }) => name === 'guests-app-ip4');
  expect(guests?.elements).toEqual([]);
  expect(layout.interfaces[0]?.elements[0]).toEqual({
    table: { family: 'bridge', name: 'weir' },
    set: 'guests-app-ip4',
    elements: ['10.20.0.0'],
  });
  expect(layout.interfaces[1]?.elements.map(({ set }) => set)).not.toContain('guests-app-ip4');
  const { layout: unused } = lowerFor('debian-12', { ...sample.site(3, 1), profiles: [sample.profile('web-0', [])] });
  expect(unused.sets.map(({ name }) => name)).not.toContain('office-ip4');
});

test('networks keep apart, let replies and reached networks through, and refuse their own sources from elsewhere', () => {
  const { layout } = lowerFor('debian-12', {
    networks: [sample.network('front', 'virbr1', [], { reaches: ['back'] }), sample.network('back', 'virbr2', [])],
  });
  const chains = new Map(layout.chains.map((chain) => [chain.name, printChain(chain)]));
  expect(chains.get('network-front-forward-from')).toEqual([
    'oifname virbr1 return',
    'oifname @bridges ct state in established,related return',
    'oifname virbr2 return',
    'oifname @bridges drop',
  ]);
  expect(chains.get('network-front-forward-to')).toEqual([
    'iifname virbr1 return',
    'nfproto ipv4 ip saddr 10.20.0.0/16 drop',
    'iifname @bridges return',
  ]);
  expect(chains.get('net-forward')).toEqual([
    'iifname vmap @dispatch-forward-from',
    'oifname vmap @dispatch-forward-to',
  ]);
  expect([...chains.keys()].filter((name) => name.startsWith('net-'))).toEqual(['net-forward']);
});

const bytesOf = (policy: Policy): string => {
  const { layout } = lowerFor('debian-12', policy);
  const { value } = emit(layout, { texts: new Map() });
  if (value === undefined) throw new Error('nothing was emitted');
  return [stringifyDocument(value.ruleset), JSON.stringify(value.manifest), JSON.stringify(value.topology)].join('\n');
};

test('the order of ports, profiles, sets and networks does not show in any byte', () => {
  const policy = sample.site(8, 3);
  const expected = bytesOf(policy);
  const shuffled = fc.record({
    ports: fc.shuffledSubarray([...policy.ports], { minLength: policy.ports.length }),
    profiles: fc.shuffledSubarray([...policy.profiles], { minLength: policy.profiles.length }),
    sets: fc.shuffledSubarray([...policy.sets], { minLength: policy.sets.length }),
    networks: fc.shuffledSubarray([...policy.networks], { minLength: policy.networks.length }),
  });
  fc.assert(
    fc.property(shuffled, (other) => {
      expect(bytesOf(other)).toBe(expected);
    }),
    { numRuns: 20 },
  );
});

test('one more port changes no profile and no document of another port', () => {
  const [before, after] = [
    lowerFor('debian-12', sample.site(4, 2)).layout,
    lowerFor('debian-12', sample.site(5, 2)).layout,
  ];
  expect(after.profiles).toEqual(before.profiles);
  expect(after.interfaces.slice(0, 4)).toEqual(before.interfaces);
  expect(after.chains).toEqual(before.chains);
});

const count = ({ sets, chains, profiles }: Layout): readonly number[] => {
  const every = [...chains, ...profiles.flatMap((one) => one.chains)];
  return [sets.length, every.length, every.reduce((sum, { rules }) => sum + rules.length, 0)];
};

test('sets, chains and rules are the same at 100 and at 10,000 ports, and lowering those is quick', () => {
  const large = sample.site(10_000, 20);
  const start = performance.now();
  const { layout } = lowerFor('debian-12', large);
  const spent = performance.now() - start;
  expect(count(layout)).toEqual(count(lowerFor('debian-12', sample.site(100, 20)).layout));
  // Far above what it takes, for slow machines: the point is that it does not grow beyond the ports.
  expect(spent).toBeLessThan(3000);
});
