import { expect, test } from 'vitest';
import { accept, addBaseChain, addChain, addElement, addMap, addRule, addSet, addTable, drop } from '../index.ts';
import type { Expression, Statement } from '../index.ts';
import type { Command } from '../types/command.ts';
import type { HookResult } from './evaluate.ts';
import type { MemoryNft } from './memory-nft.ts';
import { createMemoryNft } from './memory-nft.ts';
import type { MemoryPacket } from './packet.ts';

const T = { family: 'inet', name: 't' } as const;
const B = { family: 'bridge', name: 'b' } as const;

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
/** UDP from 10.0.0.1 port 1000 to 10.0.0.2 port 53, checksums right. */
const udp = bytes('4500001c 00000000 4011 66cf 0a000001 0a000002 03e80035 0008e7aa');
const ethernet = bytes('525400000002 525400000001 0800');
const frame = new Uint8Array([...ethernet, ...udp]);
const tagged = new Uint8Array([...frame.slice(0, 12), 0x81, 0, 0, 5, ...frame.slice(12)]);

const field = (protocol: string, name: string): Expression => ({ payload: { protocol, field: name } }) as Expression;
const is = (left: Expression, right: Expression, op: '==' | '!=' | 'in' = '=='): Statement => ({
  match: { op, left, right },
});
const meta = (key: 'mark' | 'priority' | 'iifname' | 'l4proto'): Expression => ({ meta: { key } });

function inet(rules: readonly (readonly Statement[])[], more: readonly Command[] = []): MemoryNft {
  const nft = createMemoryNft();
  const base = addBaseChain(T, 'c', { type: 'filter', hook: 'forward', prio: 0, policy: 'accept' });
  nft.load({ nftables: [addTable(T), ...more, base, ...rules.map((rule) => addRule(T, 'c', rule))] });
  return nft;
}

const send = (nft: MemoryNft, more: Partial<MemoryPacket> = {}): HookResult =>
  nft.evaluate({ packet: udp, ...more }, { family: 'ip', hook: 'forward' });

function bridge(...rule: readonly Statement[]): (sent: Uint8Array) => string {
  const nft = createMemoryNft();
  const base = addBaseChain(B, 'c', { type: 'filter', hook: 'prerouting', prio: 0, policy: 'drop' });
  nft.load({ nftables: [addTable(B), base, addRule(B, 'c', [...rule, accept])] });
  return (sent) => nft.evaluate({ frame: sent }, { family: 'bridge', hook: 'prerouting' }).verdict;
}

test('a tagged frame is IPv4 for `ip` and `meta protocol`, but not for `ether type`', () => {
  expect(bridge(is(field('ip', 'saddr'), '10.0.0.1'))(tagged)).toBe('accept');
  expect(bridge(is(field('udp', 'dport'), 53))(tagged)).toBe('accept');
  expect(bridge(is(field('vlan', 'id'), 5))(tagged)).toBe('accept');
  expect(bridge(is(field('ether', 'type'), 'ip'))(tagged)).toBe('drop');
  expect(bridge(is(field('ether', 'type'), 'ip'))(frame)).toBe('accept');
});

test('a field that the packet lacks breaks the rule, also when it is negated', () => {
  expect(bridge(is(field('tcp', 'dport'), 22, '!='))(frame)).toBe('drop');
  expect(bridge(is(field('ip6', 'saddr'), '::1', '!='))(frame)).toBe('drop');
});

test('a later fragment has no ports but for short reads, which take its payload for them, as Linux 6.18 does', () => {
  const later = frame.slice();
  later.set([0, 1], 20);
  expect(bridge(is(field('udp', 'dport'), 53))(later)).toBe('accept');
  expect(bridge(is({ payload: { base: 'th', offset: 0, len: 16 } }, 1000))(later)).toBe('accept');
  expect(bridge(is({ payload: { base: 'th', offset: 0, len: 48 } }, 0, '!='))(later)).toBe('drop');
  expect(bridge(is(meta('l4proto'), 17))(later)).toBe('accept');
});

test('accept ends its base chain, drop ends everything', () => {
  const late = addBaseChain(T, 'late', { type: 'filter', hook: 'forward', prio: 10, policy: 'drop' });
  const result = send(inet([[accept]], [late]));
  expect(result.verdict).toBe('drop');
  expect(result.chains.map(({ chain, verdict }) => `${chain} ${verdict}`)).toEqual(['c accept', 'late drop']);
  expect(send(inet([[drop]], [late])).chains).toHaveLength(1);
});

test('jump comes back, goto does not, return leaves one chain', () => {
  const sub = [
    addChain(T, 'sub'),
    addRule(T, 'sub', [is(meta('mark'), 1), { return: null }]),
    addRule(T, 'sub', [is(meta('mark'), 2), accept]),
  ];
  const jumping = inet([[{ jump: { target: 'sub' } }], [drop]], sub);
  expect(send(jumping, { mark: 1 }).verdict).toBe('drop');
  expect(send(jumping, { mark: 2 }).verdict).toBe('accept');
  const going = inet([[{ goto: { target: 'sub' } }], [drop]], sub);
  expect(send(going, { mark: 1 }).verdict).toBe('accept');
});

test('a verdict map that misses breaks its rule; the catch-all takes what is left', () => {
  const map = [
    addMap(T, 'm', 'inet_service', 'verdict'),
    addElement(T, 'm', [
      [53, drop],
      ['*', { continue: null }],
    ]),
  ];
  expect(send(inet([[{ vmap: { key: field('udp', 'dport'), data: '@m' } }]], map)).verdict).toBe('drop');
  expect(send(inet([[{ vmap: { key: field('udp', 'sport'), data: '@m' } }, drop]], map)).verdict).toBe('drop');
  expect(send(inet([[{ vmap: { key: field('udp', 'sport'), data: { set: [[53, drop]] } } }, drop]])).verdict).toBe(
    'accept',
  );
});

test('`in` asks for any state, `==` for the whole value, a set for one of several', () => {
  const state: Expression = { ct: { key: 'state' } };
  const established = { ct: { state: 'established' } } as const;
  expect(send(inet([[is(state, ['established', 'related'], 'in'), drop]]), established).verdict).toBe('drop');
  expect(send(inet([[is(state, { '|': ['established', 'related'] }), drop]]), established).verdict).toBe('accept');
  expect(send(inet([[is(state, { set: ['established', 'related'] }), drop]]), established).verdict).toBe('drop');
  expect(send(inet([[is(state, 'invalid', 'in'), drop]])).verdict).toBe('drop');
  expect(send(inet([[is({ ct: { key: 'mark' } }, 0), drop]])).verdict).toBe('accept');
});

test('a rate lets its burst through, then what the clock pays for', () => {
  const nft = inet([[{ limit: { rate: 1, per: 'second', burst: 2 } }, accept], [drop]]);
  const verdicts = (): readonly string[] => [1, 2, 3].map(() => send(nft).verdict);
  expect(verdicts()).toEqual(['accept', 'accept', 'drop']);
  nft.advance(1);
  expect(verdicts()).toEqual(['accept', 'drop', 'drop']);
});

test('a meter keeps a rate for each key, and ends the rule for keys that do not fit', () => {
  const limit: Statement = { limit: { rate: 1, per: 'second', burst: 1 } };
  const meter: Statement = { meter: { name: 'm', key: meta('iifname'), stmt: limit, size: 2 } };
  const nft = inet([[meter, accept], [drop]]);
  const from = (iifname: string): string => send(nft, { iifname }).verdict;
  expect(['a', 'a', 'b', 'b', 'c'].map(from)).toEqual(['accept', 'drop', 'accept', 'drop', 'drop']);
  nft.advance(1);
  expect(['a', 'b', 'c'].map(from)).toEqual(['accept', 'accept', 'drop']);
});

test('a quota and a count of connections end the rule where they are passed', () => {
  const quota = inet([[{ quota: { val: 60, val_unit: 'bytes', inv: true } }, drop]]);
  expect([1, 2, 3].map(() => send(quota).verdict)).toEqual(['accept', 'accept', 'drop']);
  const count = inet([[{ 'ct count': { val: 2, inv: true } }, drop]]);
  expect(send(count, { ct: { state: 'new', count: 2 } }).verdict).toBe('accept');
  expect(send(count, { ct: { state: 'new', count: 3 } }).verdict).toBe('drop');
  expect(() => send(count)).toThrow('`ct count` is asked but not given');
});

test('an element that a packet adds is there for the next rule, until its time is over', () => {
  const set = addSet(T, 's', 'ipv4_addr', { flags: ['timeout', 'dynamic'], timeout: 10 });
  const saddr = field('ip', 'saddr');
  const nft = inet(
    [
      [is(meta('mark'), 1), { set: { op: 'add', elem: saddr, set: '@s' } }],
      [is(saddr, '@s'), drop],
    ],
    [set],
  );
  expect(send(nft).verdict).toBe('accept');
  expect(send(nft, { mark: 1 }).verdict).toBe('drop');
  nft.advance(9);
  expect(send(nft).verdict).toBe('drop');
  nft.advance(1);
  expect(send(nft).verdict).toBe('accept');
});

test('a changed header has a right checksum, and the changed packet comes back', () => {
  const result = send(
    inet([[{ mangle: { key: field('ip', 'daddr'), value: '10.0.0.3' } }, { mangle: { key: meta('mark'), value: 7 } }]]),
  );
  const after = result.packet.packet ?? new Uint8Array();
  const sum = (data: Uint8Array): number => {
    let total = 0;
    for (let at = 0; at < data.length; at += 2) total += ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
    return total;
  };
  expect(sum(udp.slice(0, 20))).toBe(0xffff);
  expect(sum(after.slice(0, 20))).toBe(0xffff);
  expect(after[19]).toBe(3);
  const pseudo = (data: Uint8Array): number =>
    sum(new Uint8Array([...data.slice(12, 20), 0, 17, 0, 8, ...data.slice(20)]));
  expect(pseudo(after)).toBe(pseudo(udp));
  expect(result.packet.mark).toBe(7);
});

test('a fragment header is there once its offset is', () => {
  const isFragment = bridge({ match: { op: '==', left: { exthdr: { name: 'frag' } }, right: true } });
  const head = [...new Uint8Array(12).fill(2), 0x86, 0xdd, 0x60, 0, 0, 0, 0, 40, 44, 64, ...new Uint8Array(32).fill(1)];
  expect(isFragment(new Uint8Array([...head, 58, 0, 0]))).toBe('drop');
  expect(isFragment(new Uint8Array([...head, 58, 0, 0, 1]))).toBe('accept');
});

test('raw bits in `meta priority` are seen with their bytes turned round', () => {
  const copy: Statement = {
    mangle: { key: meta('priority'), value: { payload: { base: 'nh', offset: 96, len: 32 } } },
  };
  expect(send(inet([[copy, is(meta('priority'), 0x0100000a), drop]])).verdict).toBe('drop');
});

test('raw bits that are masked on the way into `meta priority` are masked before their bytes are turned round', () => {
  const left: Expression = { payload: { base: 'nh', offset: 96, len: 32 } };
  const copy: Statement = { mangle: { key: meta('priority'), value: { '&': [left, 0xffffff00] } } };
  expect(send(inet([[copy, is(meta('priority'), 0x0000000a), drop]])).verdict).toBe('drop');
});

test('a translation is recorded, ends its chain, and keeps later chains that translate from being asked', () => {
  const nft = createMemoryNft();
  const nat = (name: string, prio: number): Command =>
    addBaseChain(T, name, { type: 'nat', hook: 'prerouting', prio, policy: 'accept' });
  const rule: Statement = { dnat: { family: 'ip', addr: '10.0.0.9', port: 80 } };
  nft.load({
    nftables: [
      addTable(T),
      nat('a', -100),
      nat('b', -90),
      addRule(T, 'a', [is(meta('l4proto'), 'udp'), rule]),
      addRule(T, 'b', [rule]),
    ],
  });
  const at = { family: 'ip', hook: 'prerouting' } as const;
  const { effects, chains } = nft.evaluate({ packet: udp, ct: { state: 'new' } }, at);
  expect(effects).toMatchObject([{ kind: 'dnat', address: [0x0a000009, 0x0a000009], port: [80, 80] }]);
  expect(chains).toHaveLength(1);
  expect(nft.evaluate({ packet: udp, ct: { state: 'established' } }, at).effects).toEqual([]);
});

test('reject drops and says how; log and notrack are recorded', () => {
  const { verdict, effects } = send(
    inet([
      [
        { log: { prefix: 'x' } },
        { notrack: null },
        is({ ct: { key: 'state' } }, 'untracked'),
        { reject: { type: 'icmpx', expr: 'admin-prohibited' } },
      ],
    ]),
  );
  expect(verdict).toBe('drop');
  expect(effects.map(({ kind }) => kind)).toEqual(['log', 'notrack', 'reject']);
  expect(effects[2]).toMatchObject({ type: 'icmpx', code: 3, isAnswered: true });
});

test('a route lookup asks the caller', () => {
  const nft = inet([[is({ fib: { result: 'type', flags: ['daddr'] } }, 'local'), drop]]);
  expect(send(nft, { fib: ({ address }) => (address === 0x0a000002 ? 'local' : 'unicast') }).verdict).toBe('drop');
  expect(() => send(nft)).toThrow('`fib` is asked but not given');
});

test('what is not carried out stops the packet that reaches it, and no other', () => {
  const nft = inet([[is(meta('mark'), 1), is({ numgen: { mode: 'random', mod: 2 } }, 0), drop]]);
  expect(send(nft).verdict).toBe('accept');
  expect(() => send(nft, { mark: 1 })).toThrow('does not carry out `numgen`');
});
