import { expect, test } from 'vitest';
import type { Match } from '../policy/match.ts';
import type { PolicyNode } from '../policy/rule.ts';
import { lower } from './lower.ts';
import { codes, filterChains, lowerFor, printed, tcp, unguarded, targetNamed } from './testing/lower-for.ts';
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
  list,
  not,
  rule,
} from './testing/sample-policy.ts';
import * as sample from './testing/sample-policy.ts';

test('a filter that is reached knows that the frame is IP and asks no EtherType for transport fields', () => {
  expect(filterChains([rule(ACCEPT, tcp(80, 443))])['p-in']).toEqual([
    'ether type != { ip, ip6 } accept',
    'ct state vmap { established : accept, related : accept, invalid : drop }',
    'l4proto tcp tcp dport { 80, 443 } accept',
    'drop',
  ]);
});

test('a limit with several alternatives takes one token: they all go to one action', () => {
  const limit = { amount: 10, unit: 'packets', per: 'second', over: false } as const;
  const chains = filterChains([
    rule(ACCEPT, any(is('icmp.type', 8), is('icmpv6.type', 128)), { limit }),
    rule(ACCEPT, tcp(22), { limit }),
  ]);
  expect(chains['p-in']?.slice(2)).toEqual([
    'jump p-in-any1',
    'l4proto tcp tcp dport 22 set {op:add,elem:{meta:{key:oifname}},set:@p-in-limit2,stmt:[{limit:{rate:10,rate_unit:packets,per:second}}]} accept',
    'drop',
  ]);
  expect(chains['p-in-any1']).toEqual([
    'ether type ip l4proto icmp icmp type 8 goto p-in-do1',
    'ether type ip6 l4proto icmpv6 icmpv6 type 128 goto p-in-do1',
  ]);
  expect(chains['p-in-do1']).toEqual([
    'set {op:add,elem:{meta:{key:oifname}},set:@p-in-limit1,stmt:[{limit:{rate:10,rate_unit:packets,per:second}}]} accept',
  ]);
});

test('a code point is written by a rule of each family, and a mark leaves our bits alone', () => {
  const chains = filterChains([rule(ACCEPT, tcp(22), { dscp: 46, mark: 5 })]);
  expect(chains['p-in']?.[2]).toBe('l4proto tcp tcp dport 22 goto p-in-do1');
  expect(chains['p-in-do1']).toEqual([
    'ether type ip ip dscp := 46',
    'ether type ip6 ip6 dscp := 46',
    'mark := ((mark & 251658240) | 5) accept',
  ]);
});

test('connections of a source are counted for each port and family', () => {
  const bare = unguarded([
    filter(list(DROP, rule(ACCEPT, tcp(22), { connections: { over: 3, perSource: true } })), list(ACCEPT)),
  ]);
  const { layout } = lowerFor('debian-12', { profiles: [bare] });
  const chains = printed(layout, 'in');
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
  expect(filterChains([block(rule(ACCEPT, tcp(1))), rule(ACCEPT, tcp(2))])['p-in']?.slice(2)).toEqual([
    'l4proto tcp tcp dport 1 accept',
    'l4proto tcp tcp dport 2 accept',
    'drop',
  ]);
  const chains = filterChains([block(rule(RETURN, tcp(1)), rule(ACCEPT)), rule(ACCEPT, tcp(2))]);
  expect(chains['p-in']?.slice(2)).toEqual(['jump p-in-use1', 'l4proto tcp tcp dport 2 accept', 'drop']);
  expect(chains['p-in-use1']).toEqual(['l4proto tcp tcp dport 1 return', 'accept']);
});

test('return of a filter is its default, with what the default does', () => {
  expect(filterChains([rule(RETURN, tcp(1))])['p-in']?.slice(2)).toEqual(['l4proto tcp tcp dport 1 drop', 'drop']);
});

test('of several filters all must accept: an accept goes on to the next filter, from inside a block as well', () => {
  const first = filter(
    list(DROP, rule(ACCEPT, tcp(1)), block(rule(RETURN, tcp(2)), rule(ACCEPT, tcp(3)))),
    list(ACCEPT),
  );
  const bare = unguarded([first, filter(list(ACCEPT), list(ACCEPT)), filter(list(DROP), list(ACCEPT))]);
  const chains = printed(lowerFor('debian-12', { profiles: [bare] }).layout, 'in');
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
  const chains = printed(layout, 'in');
  expect(chains['p-in']).toEqual(['ether type arp accept', 'goto p-in-pass', 'drop']);
  expect(chains['p-in-pass']?.[0]).toBe('ether type != { ip, ip6 } accept');
});

test('a reject that cannot be answered is dropped, and said once for each rule', () => {
  const reject = filter(list(REJECT), list(REJECT));
  const two = [sample.profile('p', [reject]), sample.profile('q', [reject])];
  const { layout, found } = lowerFor('debian-12', { profiles: two });
  expect(codes(found)).toEqual(['lower/reject-downgraded']);
  expect(found[0]?.severity).toBe('warning');
  expect(printed(layout, 'p-in')['p-in-pass']?.at(-1)).toBe('drop');
  expect(printed(layout, 'p-out')['p-out-pass']?.at(-1)).toBe('reject {type:icmpx,expr:port-unreachable}');
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
  const known = targetNamed('debian-12');
  const target = { ...known, kernel: { bridgeConntrack: false, bridgeReject: false, bridgeNetfilter: false } };
  const policy = {
    ports: [],
    profiles: [sample.profile('p', [filter(list(DROP), list(ACCEPT))])],
    sets: [],
    networks: [],
    hostAddresses: { ipv4: [], ipv6: [] },
  };
  expect(codes(lower(policy, { target, attachments: sample.ATTACHMENTS }).diagnostics)).toEqual([
    'lower/no-connection-state',
  ]);
});
