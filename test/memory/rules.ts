// Random rules of a bridge table for the agreement of the in-memory nftables with the kernel. In: fast-check. Out: matches over the fields that
// guest filters read, with values that the frames of the catalogue hold and their neighbours; sets, maps and chains for them to lead through.
import type { Command, Expression, Statement } from '@weir/nftables-json';
import { accept, addElement, addSet, addChain, addBaseChain, addRule, addTable } from '@weir/nftables-json';
import fc from 'fast-check';
import { ACTORS } from '../attack/segment.ts';

export const TABLE = { family: 'bridge', name: 'agree' } as const;

const people = [ACTORS.own, ACTORS.victim, ACTORS.witness, ACTORS.gateway];
const macs = [...people.map(({ mac }) => mac), 'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01', '01:80:c2:00:00:00'];
const ip4s = [...people.map(({ ipv4 }) => ipv4), '0.0.0.0', '255.255.255.255', '10.77.0.5'];
const ip6s = [...people.flatMap(({ ipv6, linkLocal }) => [ipv6, linkLocal]), '::', 'ff02::1', 'ff02::2'];
const etherTypes = ['ip', 'ip6', 'arp', 'vlan', 0x88a8, 0x8035, 0x0040];
const protocols = [1, 2, 6, 17, 44, 58, 59, 0, 60, 132];
const ports = [53, 67, 68, 546, 547, 40000, 40001, 22, 5353];

const payload = (protocol: string, field: string): Expression => ({ payload: { protocol, field } }) as Expression;
const raw = (base: 'll' | 'nh' | 'th', offset: number, len: number): Expression => ({ payload: { base, offset, len } });
const meta = (key: 'protocol' | 'l4proto' | 'length' | 'mark' | 'priority' | 'iifname' | 'pkttype'): Expression => ({
  meta: { key },
});

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const equality = oneOf(['==', '!='] as const);

function match(
  left: Expression,
  op: fc.Arbitrary<'==' | '!=' | '<' | '>' | '<=' | '>=' | 'in'>,
  right: fc.Arbitrary<Expression>,
): fc.Arbitrary<Statement> {
  return fc.tuple(op, right).map(([chosen, value]) => ({ match: { op: chosen, left, right: value } }));
}

/** One value, or a set of some. */
function among(values: readonly Expression[]): fc.Arbitrary<Expression> {
  const some = fc.uniqueArray(oneOf(values), { minLength: 2, maxLength: 4 }).map((set): Expression => ({ set }));
  return fc.oneof({ weight: 2, arbitrary: oneOf(values) }, { weight: 1, arbitrary: some });
}

function range(low: number, high: number): fc.Arbitrary<Expression> {
  return fc
    .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]): Expression => ({ range: [Math.min(a, b), Math.max(a, b)] }));
}

const prefixes4: Expression = { prefix: { addr: '10.77.0.0', len: 30 } };
/** WHY: nft loads fewer bytes for prefixes that end with a byte. */
const bytes4: Expression = { prefix: { addr: '10.77.0.0', len: 16 } };
const bytes6: Expression = { prefix: { addr: 'fe80::', len: 16 } };
const prefixes6: Expression = { prefix: { addr: 'fe80::', len: 10 } };
const ordered = oneOf(['<', '>', '<=', '>='] as const);

const named4 = oneOf<Expression>(['@hosts', '@nets']);

const matches: readonly fc.Arbitrary<Statement>[] = [
  match(payload('ether', 'type'), equality, among(etherTypes)),
  match(meta('protocol'), equality, among(['ip', 'ip6', 'arp', 4, 0x8035])),
  match(payload('ether', 'saddr'), equality, among(macs)),
  match(payload('ether', 'daddr'), equality, among(macs)),
  match(
    { '&': [payload('ether', 'daddr'), '01:00:00:00:00:00'] },
    equality,
    oneOf(['00:00:00:00:00:00', '01:00:00:00:00:00']),
  ),
  match(payload('ip', 'saddr'), equality, fc.oneof(among(ip4s), oneOf([prefixes4, bytes4]), named4)),
  match(payload('ip', 'daddr'), equality, fc.oneof(among(ip4s), fc.constant(bytes4), named4)),
  match(payload('ip', 'protocol'), equality, oneOf(protocols)),
  match(payload('ip', 'ttl'), ordered, oneOf([1, 64, 255])),
  match({ '&': [payload('ip', 'frag-off'), 0x1fff] }, equality, oneOf([0, 1, 2])),
  match({ '&': [payload('ip', 'frag-off'), 0x2000] }, equality, oneOf([0, 0x2000])),
  match(payload('ip', 'hdrlength'), equality, oneOf([5, 6])),
  match(payload('ip', 'dscp'), equality, oneOf([0, 46])),
  match(payload('ip6', 'saddr'), equality, fc.oneof(among(ip6s), oneOf([prefixes6, bytes6]))),
  match(payload('ip6', 'daddr'), equality, fc.oneof(among(ip6s), fc.constant(bytes6))),
  match(payload('ip6', 'nexthdr'), equality, among(protocols)),
  match(payload('ip6', 'hoplimit'), equality, oneOf([255, 64, 1])),
  match(payload('ip6', 'length'), ordered, oneOf([24, 32, 40])),
  match(payload('arp', 'operation'), equality, among([1, 2, 3])),
  match(payload('arp', 'saddr ip'), equality, fc.oneof(among(ip4s), fc.constant(bytes4), named4)),
  match(payload('arp', 'daddr ip'), equality, fc.oneof(among(ip4s), fc.constant(bytes4))),
  match(payload('arp', 'saddr ether'), equality, among(macs)),
  match(payload('arp', 'htype'), equality, oneOf([1, 2])),
  match(meta('l4proto'), equality, oneOf(protocols)),
  match(
    meta('l4proto'),
    equality,
    fc.uniqueArray(oneOf(protocols), { minLength: 2, maxLength: 4 }).map((set): Expression => ({ set })),
  ),
  match(payload('udp', 'dport'), equality, fc.oneof(among(ports), range(50, 600), fc.constant('@ports'))),
  match(payload('udp', 'sport'), equality, fc.oneof(among(ports), range(50, 600))),
  match(payload('udp', 'length'), ordered, oneOf([16, 32, 300])),
  match(payload('th', 'dport'), equality, among(ports)),
  match(payload('tcp', 'dport'), equality, among(ports)),
  match(payload('icmp', 'type'), equality, among([0, 3, 5, 8])),
  match(payload('icmpv6', 'type'), equality, among([128, 133, 134, 135, 136, 137])),
  match(payload('icmpv6', 'code'), equality, oneOf([0, 1])),
  match(payload('vlan', 'id'), equality, among([0, 5, 6, 7])),
  match(payload('vlan', 'pcp'), equality, oneOf([0, 3])),
  match(payload('vlan', 'type'), equality, among(['ip', 'ip6', 'arp', 'vlan'])),
  match({ exthdr: { name: 'frag' } }, equality, oneOf([true, false])),
  match({ exthdr: { name: 'hbh' } }, equality, oneOf([true, false])),
  match({ exthdr: { name: 'frag', field: 'more-fragments' } }, equality, oneOf([0, 1])),
  match({ exthdr: { name: 'frag', field: 'frag-off' } }, equality, oneOf([0, 1, 2])),
  match(raw('th', 64, 8), equality, oneOf([0xfe, 0xff, 0xfd, 2])),
  match(raw('th', 0, 16), equality, among(ports)),
  match(raw('nh', 48, 16), equality, oneOf([0, 0x2000, 2])),
  match(raw('nh', 0, 4), equality, oneOf([4, 6, 0])),
  match(raw('ll', 96, 16), equality, oneOf([0x0800, 0x8100, 0x86dd, 0x88a8])),
  match(meta('length'), ordered, oneOf([28, 46, 60, 80])),
  match(meta('iifname'), equality, oneOf<Expression>(['vnet0', 'vnet1', '@ifs'])),
  match({ concat: [payload('ip', 'saddr'), payload('udp', 'dport')] }, equality, fc.constant('@pairs')),
  match({ concat: [meta('iifname'), payload('ether', 'saddr')] }, equality, fc.constant('@macs')),
  match({ concat: [meta('iifname'), payload('ip', 'saddr')] }, equality, fc.constant('@ifnets')),
  match(meta('mark'), oneOf(['==', '!=', '<', '>'] as const), oneOf([0, 1, 2, 256])),
  match(meta('priority'), equality, oneOf([0, 0x02004d0a, 0x0a4d0002, 0x03004d0a])),
];

const changes: readonly fc.Arbitrary<Statement>[] = [
  oneOf([1, 2, 256]).map((value): Statement => ({ mangle: { key: { meta: { key: 'mark' } }, value } })),
  fc.constant<Statement>({ mangle: { key: { meta: { key: 'mark' } }, value: { '|': [meta('mark'), 256] } } }),
  oneOf([raw('nh', 96, 32), raw('nh', 112, 32), raw('th', 64, 32)]).map((value): Statement => ({
    mangle: { key: { meta: { key: 'priority' } }, value },
  })),
];

/** A rate for each key. WHY: a day is long enough that no token comes back while the test runs. */
const meter = fc
  .tuple(
    oneOf([payload('ether', 'saddr'), payload('ip', 'saddr'), meta('l4proto')]),
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
  )
  .map(([key, burst, inv]): Statement => {
    const stmt: Statement = { limit: { rate: 1, per: 'day', burst, ...(inv && { inv }) } };
    return { meter: { name: 'rate', key, stmt, size: 2 } };
  });

/** WHY: a meter is a set of its table, so each rule's needs a name of its own. */
const named = (statements: readonly Statement[], name: string): readonly Statement[] =>
  statements.map((one) => ('meter' in one ? { meter: { ...one.meter, name } } : one));

/** One rule's statements before its verdict. */
const conditions: fc.Arbitrary<readonly Statement[]> = fc
  .tuple(
    fc.array(fc.oneof(...matches), { minLength: 1, maxLength: 3 }),
    fc.option(fc.oneof(...changes), { freq: 6 }),
    fc.option(meter, { freq: 8 }),
  )
  .map(([found, change, metered]) => [
    ...found,
    ...(change === null ? [] : [change]),
    ...(metered === null ? [] : [metered]),
  ]);

/** Where a rule leads. `down` names chains below its own. */
function ending(down: readonly string[]): fc.Arbitrary<readonly Statement[]> {
  const verdicts: fc.Arbitrary<Expression>[] = [
    fc.constant({ return: null }),
    fc.constant(accept as Expression),
    fc.constant({ continue: null }),
  ];
  for (const target of down) verdicts.push(fc.constant({ jump: { target } }), fc.constant({ goto: { target } }));
  const verdict = fc.oneof(...verdicts);
  const vmap = fc.tuple(verdict, verdict, verdict, fc.boolean()).map(([tcp, udp, icmp, isOpen]): Statement => {
    const pairs: Expression[] = [
      [17, udp],
      [58, icmp],
      [1, tcp],
    ];
    return { vmap: { key: meta('l4proto'), data: { set: isOpen ? pairs : pairs.slice(0, 2) } } };
  });
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: verdict.map((one) => [one as Statement]) },
    { weight: 1, arbitrary: vmap.map((one) => [one]) },
  );
}

/** A rule: conditions, a counter, a verdict, and a second counter that only `continue` and misses of no verdict reach. */
function rule(down: readonly string[]): fc.Arbitrary<readonly Statement[]> {
  return fc.tuple(conditions, ending(down)).map(([found, end]) => [...found, { counter: null }, ...end]);
}

/** The chains of one base chain: itself and two below it. */
export interface Entry {
  readonly base: readonly (readonly Statement[])[];
  readonly upper: readonly (readonly Statement[])[];
  readonly lower: readonly (readonly Statement[])[];
}

/** Rules of one entry; `name` makes the names of its chains. */
export function entry(name: string): fc.Arbitrary<Entry> {
  const rules = (down: readonly string[]): fc.Arbitrary<readonly (readonly Statement[])[]> =>
    fc.array(rule(down), { minLength: 2, maxLength: 5 });
  return fc.record({
    base: rules([`${name}-upper`, `${name}-lower`]),
    upper: rules([`${name}-lower`]),
    lower: rules([]),
  });
}

/** The table, its sets and the counter of all frames from the sender. */
export const ground: readonly Command[] = [
  addTable(TABLE),
  addSet(TABLE, 'hosts', 'ipv4_addr'),
  addElement(TABLE, 'hosts', [ACTORS.own.ipv4, '0.0.0.0']),
  addSet(TABLE, 'nets', 'ipv4_addr', { flags: ['interval'] }),
  addElement(TABLE, 'nets', [prefixes4, { range: ['10.77.0.9', '10.77.0.200'] }]),
  addSet(TABLE, 'ports', 'inet_service', { flags: ['interval'] }),
  addElement(TABLE, 'ports', [67, 68, { range: [40001, 50000] }]),
  addSet(TABLE, 'ifs', 'ifname'),
  addElement(TABLE, 'ifs', ['vnet0', 'vnet9']),
  addSet(TABLE, 'pairs', ['ipv4_addr', 'inet_service']),
  addElement(TABLE, 'pairs', [{ concat: [ACTORS.own.ipv4, 40001] }, { concat: ['0.0.0.0', 67] }]),
  addSet(TABLE, 'macs', ['ifname', 'ether_addr']),
  addElement(TABLE, 'macs', [{ concat: ['vnet0', ACTORS.own.mac] }]),
  addSet(TABLE, 'ifnets', ['ifname', 'ipv4_addr'], { flags: ['interval'] }),
  addElement(TABLE, 'ifnets', [{ concat: ['vnet0', prefixes4] }]),
  addBaseChain(TABLE, 'seen', { type: 'filter', hook: 'prerouting', prio: -1000, policy: 'accept' }),
  addRule(TABLE, 'seen', [{ match: { op: '==', left: meta('iifname'), right: 'vnet0' } }, { counter: null }]),
];

/** The chains of an entry as commands; other devices' frames leave at once. */
export function entryCommands(name: string, prio: number, rules: Entry): readonly Command[] {
  const fill = (chain: string, list: readonly (readonly Statement[])[]): readonly Command[] =>
    list.map((statements, index) => addRule(TABLE, chain, named(statements, `${chain}-${index}`)));
  return [
    addChain(TABLE, `${name}-lower`),
    addChain(TABLE, `${name}-upper`),
    addBaseChain(TABLE, name, { type: 'filter', hook: 'prerouting', prio, policy: 'accept' }),
    addRule(TABLE, name, [{ match: { op: '!=', left: meta('iifname'), right: 'vnet0' } }, accept]),
    ...fill(`${name}-lower`, rules.lower),
    ...fill(`${name}-upper`, rules.upper),
    ...fill(name, rules.base),
  ];
}
