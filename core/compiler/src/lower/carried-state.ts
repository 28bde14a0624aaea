/**
 * Connection state carried in packet marks, and the marks by which a reject's own answer is known.
 *
 * INVARIANT: each bit is cleared wherever a packet can come in before it is set, so nobody sets it from outside; without
 * br_netfilter no bridged packet ever has `established`, and all of them are decided by the filters.
 */
import { accept, and, ct, mangle, match, meta, or, payload } from '@weir/nftables-json';
import type { BaseChainOptions, Statement, TableName } from '@weir/nftables-json';
import type { Sysctl } from '@weir/plugin';
import type { MarkBits } from '../target/target.ts';
import { markHas } from './connection-state.ts';
import type { LayoutChain } from './layout.ts';
import { TABLE } from './place.ts';
import { IP_TYPES } from './question.ts';
import { writeOperand } from './write-value.ts';

export const BRIDGE_TABLE: TableName = { family: 'bridge', name: TABLE };
export const INET_TABLE: TableName = { family: 'inet', name: TABLE };

const mark = meta('mark');
const without = (bits: number): number => ~bits >>> 0;
const clear = (bits: number): Statement => mangle(mark, and(mark, without(bits)));
const set = (bits: number): Statement => mangle(mark, or(mark, bits));

const of = (type: 'ip' | 'ip6'): Statement => match(payload('ether', 'type'), '==', type);
const over = (protocol: string): Statement => match(meta('l4proto'), '==', protocol);

function chain(
  table: TableName,
  name: string,
  base: Omit<BaseChainOptions, 'type' | 'policy'>,
  purpose: string,
  rules: readonly (readonly Statement[])[],
): LayoutChain {
  return {
    table,
    name,
    base: { type: 'filter', ...base, policy: 'accept' },
    rules: rules.map((statements) => ({ statements, origin: { item: 'weir', purpose } })),
  };
}

/**
 * The chains that put the state of connections into marks.
 * WHY: conntrack looks at packets at priority -200 of prerouting and output; br_netfilter calls the inet prerouting hooks
 * for bridged packets from bridge prerouting at priority 0, after the bridge chain here has cleared the bits.
 */
export function carriedStateChains(marks: MarkBits): readonly LayoutChain[] {
  const both = (marks.established | marks.invalid) >>> 0;
  const rules: readonly (readonly Statement[])[] = [
    [clear(both)],
    [match(ct('state'), 'in', ['established', 'related']), set(marks.established)],
    [match(ct('state'), 'in', 'invalid'), set(marks.invalid)],
  ];
  return [
    chain(BRIDGE_TABLE, 'state-clear', { hook: 'prerouting', prio: -10 }, 'carried-state', [[clear(both)]]),
    chain(INET_TABLE, 'state-prerouting', { hook: 'prerouting', prio: -150 }, 'carried-state', rules),
    chain(INET_TABLE, 'state-output', { hook: 'output', prio: -150 }, 'carried-state', rules),
  ];
}

/** What br_netfilter must be told. */
export const CARRIED_STATE_SYSCTLS: readonly Sysctl[] = [
  { key: 'net.bridge.bridge-nf-call-ip6tables', value: '1', why: 'connection state of bridged IPv6 packets' },
  { key: 'net.bridge.bridge-nf-call-iptables', value: '1', why: 'connection state of bridged IPv4 packets' },
];

/**
 * The chains that know a reject's own answer: a reset or an unreachable message that leaves through a bridge without
 * having passed the host's IP stack.
 * WHY: the kernel makes it in the bridge and sends it through bridge output and postrouting of the same port without a
 * connection; the guest's own chain would drop it as invalid.
 */
export function answerChains(marks: MarkBits): readonly LayoutChain[] {
  const ours = (marks.stack | marks.answer) >>> 0;
  const isIp = match(payload('ether', 'type'), '==', writeOperand(IP_TYPES, 'ether-type'));
  const answer = set(marks.answer);
  return [
    chain(BRIDGE_TABLE, 'answer-clear', { hook: 'prerouting', prio: -10 }, 'answer', [[clear(ours)]]),
    // Last in inet postrouting: everything local and routed comes by here, before it reaches the bridge device.
    chain(INET_TABLE, 'answer-stack', { hook: 'postrouting', prio: 300 }, 'answer', [
      [mangle(mark, or(and(mark, without(ours)), marks.stack))],
    ]),
    chain(BRIDGE_TABLE, 'answer-output', { hook: 'output', prio: 0 }, 'answer', [
      [clear(marks.answer)],
      [markHas(marks.stack, true), accept],
      [isIp, over('tcp'), match(and(payload('tcp', 'flags'), 4), '!=', 0), answer],
      [of('ip'), over('icmp'), match(payload('icmp', 'type'), '==', 'destination-unreachable'), answer],
      [of('ip6'), over('icmpv6'), match(payload('icmpv6', 'type'), '==', 'destination-unreachable'), answer],
    ]),
  ];
}
