/**
 * What this nft and this kernel can do, found by trying in a private network namespace. In: options of nft. Out: yes or no for each facility.
 * Nothing outside that namespace is touched.
 */
import { existsSync } from 'node:fs';
import { documentLines } from '../stringify.ts';
import type { Command } from '../types/command.ts';
import type { Family, Hook } from '../types/family.ts';
import type { Statement } from '../types/statement.ts';
import { failureOf, runNft } from './run.ts';
import type { NftOptions } from './run.ts';
import { createNft } from './nft.ts';

const table = (family: Family): Command => ({ add: { table: { family, name: 'probe' } } });

function inChain(family: Family, hook: Hook, statement: Statement, setup: readonly Command[] = []): readonly Command[] {
  const chain = { family, table: 'probe', name: 'c', type: 'filter', hook, prio: 0 } as const;
  const rule = { family, table: 'probe', chain: 'c', expr: [statement] } as const;
  return [table(family), { add: { chain } }, ...setup, { add: { rule } }];
}

const established: Statement = { match: { op: 'in', left: { ct: { key: 'state' } }, right: 'established' } };
const set = (extra: object): readonly Command[] => [
  table('bridge'),
  { add: { set: { family: 'bridge', table: 'probe', name: 's', type: 'ipv4_addr', ...extra } } },
];

const probes = {
  /** Connection tracking in bridge tables (kernel 5.3, nf_conntrack_bridge). */
  bridgeConntrack: inChain('bridge', 'forward', established),
  /** `reject` in bridge tables, on prerouting and input. */
  bridgeReject: inChain('bridge', 'prerouting', { reject: { type: 'icmpx', expr: 'port-unreachable' } }),
  /** `meta ibrname`: the bridge a frame came in by. */
  bridgeName: inChain('bridge', 'forward', { match: { op: '==', left: { meta: { key: 'ibrname' } }, right: 'br0' } }),
  /** `meta ibrhwaddr` (nft 1.1.6, kernel 6.18). */
  bridgeHardwareAddress: inChain('bridge', 'prerouting', {
    match: { op: '==', left: { meta: { key: 'ibrhwaddr' } }, right: '02:00:00:00:00:01' },
  }),
  /** `meta broute` (nft 1.0.8, kernel 6.4). */
  bridgeRoute: inChain('bridge', 'prerouting', { mangle: { key: { meta: { key: 'broute' } }, value: 1 } }),
  /** The set flag `dynamic` in JSON (nft 1.0.9). */
  dynamicFlag: set({ flags: ['dynamic'], size: 16 }),
  /** `typeof` in set declarations (nft 1.1.2). */
  typeof: set({ type: { typeof: { payload: { protocol: 'ip', field: 'saddr' } } } }),
  /** `destroy` (nft 1.0.7, kernel 6.3). */
  destroy: [{ destroy: { table: { family: 'bridge', name: 'absent' } } }],
  /** `icmpv6 taddr` (nft 1.0.9). */
  icmpv6TargetAddress: inChain('bridge', 'forward', {
    match: { op: '==', left: { payload: { protocol: 'icmpv6', field: 'taddr' } }, right: 'fe80::1' },
  }),
  /** Named maps whose data is a concatenation (nft 1.1.0). WHY: 1.0.6 takes the declaration for a plain set, so only a pair tells. */
  concatenatedMapData: [
    table('ip'),
    {
      add: {
        map: { family: 'ip', table: 'probe', name: 'm', type: 'inet_service', map: ['ipv4_addr', 'inet_service'] },
      },
    },
    { add: { element: { family: 'ip', table: 'probe', name: 'm', elem: [[80, { concat: ['10.0.0.1', 8080] }]] } } },
  ],
  /** Concatenations with ranges (kernel 5.6). */
  concatenatedIntervals: set({ type: ['ipv4_addr', 'inet_service'], flags: ['interval'] }),
  /** Connection counting in sets and rules (kernel 4.18). */
  connectionCount: inChain('inet', 'forward', { 'ct count': { val: 1 } }),
  /** Connection tracking in inet tables. */
  conntrack: inChain('inet', 'forward', established),
  /** Address translation in inet tables. */
  nat: [
    table('inet'),
    { add: { chain: { family: 'inet', table: 'probe', name: 'c', type: 'nat', hook: 'postrouting', prio: 100 } } },
    { add: { rule: { family: 'inet', table: 'probe', chain: 'c', expr: [{ masquerade: null }] } } },
  ],
  /** Route lookups in inet tables. */
  fib: inChain('inet', 'prerouting', {
    match: { op: '==', left: { fib: { result: 'oif', flags: ['saddr', 'iif'] } }, right: false },
  }),
  /** Flowtables in inet tables. */
  flowtable: [
    table('inet'),
    { add: { flowtable: { family: 'inet', table: 'probe', name: 'f', hook: 'ingress', prio: 0, dev: 'lo' } } },
  ],
  /** Chains on netdev ingress. */
  netdevIngress: [
    table('netdev'),
    {
      add: {
        chain: { family: 'netdev', table: 'probe', name: 'c', type: 'filter', hook: 'ingress', dev: 'lo', prio: 0 },
      },
    },
  ],
} as const satisfies Readonly<Record<string, readonly Command[]>>;

/** A facility that is probed. */
export type Capability = keyof typeof probes;

/** The facilities that are probed. */
export const CAPABILITIES = Object.keys(probes) as readonly Capability[];

/** What nft and the kernel can do. */
export interface Capabilities {
  /** The version of nft. */
  readonly nft: string;
  /** Whether each facility loads. */
  readonly can: Readonly<Record<Capability, boolean>>;
  /** br_netfilter is there: frames of a bridge can be shown to the inet hooks. */
  readonly brNetfilter: boolean;
}

const BR_NETFILTER = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/** Tries every facility, each in a network namespace of its own. Rejects with `NftError` when nft is missing or not permitted. */
export async function probe(options: NftOptions = {}): Promise<Capabilities> {
  const { netns: _netns, ...rest } = options;
  const nft = await createNft(rest).version();
  const can: Partial<Record<Capability, boolean>> = {};
  for (const capability of CAPABILITIES)
    can[capability] = await loads({ ...rest, isPrivate: true }, probes[capability]);
  return { nft, can: can as Record<Capability, boolean>, brNetfilter: existsSync(BR_NETFILTER) };
}

async function loads(options: NftOptions, commands: readonly Command[]): Promise<boolean> {
  const output = await runNft(options, ['-j', '-f', '-'], documentLines({ nftables: commands }));
  const failure = failureOf(output, options);
  if (failure?.code === 'not-permitted' || failure?.code === 'nft-missing') throw failure;
  return failure === undefined;
}
