/**
 * The networks' own rules, in one inet table: what keeps networks apart, then what each mode contributed.
 *
 * Guaranteed: right whether or not br_netfilter shows bridged packets to these hooks (they then come in and leave by the
 * same bridge, and are left alone).
 */
import { ct, drop, jump, match, meta, ret, setRef, vmap } from '@weir/nftables-json';
import type { BaseChainOptions, Expression, Statement } from '@weir/nftables-json';
import type { Family, NetworkHook, Subnet } from '@weir/plugin';
import type { NetworkPolicy } from '../policy/policy.ts';
import { INET_TABLE } from './carried-state.ts';
import type { HostOrigin, LayoutChain, LayoutRule, LayoutSet } from './layout.ts';
import { networkNames } from './network-name.ts';
import { BRIDGES, addressStatements, networkRuleStatements } from './network-rule.ts';

interface HookPlan {
  readonly hook: NetworkHook;
  readonly chain: string;
  readonly base: BaseChainOptions;
  /** The device that says whose packets they are; absent where rules see those of every device. */
  readonly device?: 'iifname' | 'oifname';
}

const base = (type: 'filter' | 'nat', hook: BaseChainOptions['hook'], prio: number): BaseChainOptions => ({
  type,
  hook,
  prio,
  policy: 'accept',
});
const FORWARD = base('filter', 'forward', 0);

/** Hooks in the order of their chains. Names are no words of nft, so that a listing can be read back. */
const HOOKS: readonly HookPlan[] = [
  { hook: 'dstnat', chain: 'net-dstnat', base: base('nat', 'prerouting', -100) },
  { hook: 'dstnat-local', chain: 'net-dstnat-local', base: base('nat', 'output', -100) },
  { hook: 'forward-from', chain: 'net-forward', base: FORWARD, device: 'iifname' },
  { hook: 'forward-to', chain: 'net-forward', base: FORWARD, device: 'oifname' },
  { hook: 'input', chain: 'net-input', base: base('filter', 'input', 0), device: 'iifname' },
  { hook: 'output', chain: 'net-output', base: base('filter', 'output', 0), device: 'oifname' },
  { hook: 'srcnat', chain: 'net-srcnat', base: base('nat', 'postrouting', 100) },
];

const mapName = (hook: NetworkHook): string => `dispatch-${hook}`;

export interface NetworkLayout {
  readonly sets: readonly LayoutSet[];
  readonly chains: readonly LayoutChain[];
}

/** The sets and chains of all networks. */
export function lowerNetworks(networks: readonly NetworkPolicy[]): NetworkLayout {
  if (networks.length === 0) return { sets: [], chains: [] };
  const names = networkNames(networks.map(({ view }) => view.name));
  const chainName = (network: NetworkPolicy, hook: NetworkHook): string =>
    `network-${names.get(network.view.name) ?? ''}-${hook}`;
  const used = HOOKS.map((plan) => ({ plan, of: networks.filter((network) => usesHook(network, plan.hook)) })).filter(
    ({ of }) => of.length > 0,
  );
  const bases = new Map<string, LayoutChain>();
  for (const { plan, of } of used) {
    const before = bases.get(plan.chain)?.rules ?? [];
    const rules = [...before, ...callRules(plan, of, chainName)];
    bases.set(plan.chain, { table: INET_TABLE, name: plan.chain, base: plan.base, rules });
  }
  const own = networks.flatMap((network) =>
    HOOKS.filter(({ hook }) => usesHook(network, hook)).map(({ hook }) =>
      networkChain(network, hook, chainName(network, hook), networks),
    ),
  );
  return {
    sets: [bridgeSet(networks), ...used.flatMap(({ plan, of }) => callMap(plan, of, chainName))],
    chains: [...own, ...bases.values()],
  };
}

function usesHook(network: NetworkPolicy, hook: NetworkHook): boolean {
  return hook === 'forward-from' || hook === 'forward-to' || network.rules.some((rule) => rule.hook === hook);
}

function bridgeSet(networks: readonly NetworkPolicy[]): LayoutSet {
  const elements = [...new Set(networks.map(({ view }) => view.bridge))];
  return { table: INET_TABLE, name: BRIDGES, type: 'ifname', flags: [], elements };
}

type ChainName = (network: NetworkPolicy, hook: NetworkHook) => string;

function callRules(plan: HookPlan, networks: readonly NetworkPolicy[], name: ChainName): readonly LayoutRule[] {
  const origin: HostOrigin = { item: 'weir', purpose: plan.hook };
  if (plan.device !== undefined) {
    return [{ statements: [vmap(meta(plan.device), setRef(mapName(plan.hook)))], origin }];
  }
  return networks.map((network) => ({ statements: [jump(name(network, plan.hook))], origin }));
}

function callMap(plan: HookPlan, networks: readonly NetworkPolicy[], name: ChainName): readonly LayoutSet[] {
  if (plan.device === undefined) return [];
  const elements = networks.map((network): Expression => [network.view.bridge, jump(name(network, plan.hook))]);
  return [{ table: INET_TABLE, name: mapName(plan.hook), type: 'ifname', map: 'verdict', flags: [], elements }];
}

function networkChain(
  network: NetworkPolicy,
  hook: NetworkHook,
  name: string,
  networks: readonly NetworkPolicy[],
): LayoutChain {
  const item = `network ${network.view.name}`;
  const core = coreRules(network, hook, networks).map(({ purpose, statements }): LayoutRule => ({
    statements,
    origin: { item, purpose, span: network.view.span },
  }));
  const contributed = network.rules
    .filter((rule) => rule.hook === hook)
    .map((rule): LayoutRule => {
      const { purpose, span } = rule;
      const origin = { item, purpose, plugin: network.plugin, span: span ?? network.view.span };
      return { statements: networkRuleStatements(rule, network.view.bridge), origin };
    });
  return { table: INET_TABLE, name, rules: [...core, ...contributed] };
}

interface CoreRule {
  readonly purpose: string;
  readonly statements: readonly Statement[];
}

/** The rules that hold for every network, in front of its mode's. */
function coreRules(network: NetworkPolicy, hook: NetworkHook, networks: readonly NetworkPolicy[]): readonly CoreRule[] {
  if (hook === 'forward-from') return fromRules(network, networks);
  return hook === 'forward-to' ? toRules(network) : [];
}

function fromRules({ view }: NetworkPolicy, networks: readonly NetworkPolicy[]): readonly CoreRule[] {
  const out = meta('oifname');
  const reached = networks.filter((other) => view.reaches.includes(other.view.name)).map((other) => other.view.bridge);
  return [
    { purpose: 'own-bridge', statements: [match(out, '==', view.bridge), ret] },
    {
      purpose: 'replies-to-networks',
      statements: [match(out, '==', setRef(BRIDGES)), match(ct('state'), 'in', ['established', 'related']), ret],
    },
    ...[...new Set(reached)].map((bridge) => ({
      purpose: 'reaches',
      statements: [match(out, '==', bridge), ret],
    })),
    { purpose: 'networks-apart', statements: [match(out, '==', setRef(BRIDGES)), drop] },
  ];
}

function toRules({ view }: NetworkPolicy): readonly CoreRule[] {
  const from = meta('iifname');
  const spoofed = (['ipv4', 'ipv6'] as const).flatMap((family) => sourcesOf(view.subnets, family));
  return [
    { purpose: 'own-bridge', statements: [match(from, '==', view.bridge), ret] },
    ...spoofed.map((statements) => ({ purpose: 'own-source-from-elsewhere', statements: [...statements, drop] })),
    { purpose: 'from-networks', statements: [match(from, '==', setRef(BRIDGES)), ret] },
  ];
}

function sourcesOf(subnets: readonly Subnet[], family: Family): readonly (readonly Statement[])[] {
  const blocks = subnets
    .filter((subnet) => subnet.family === family)
    .map(({ address, length }) => ({ kind: 'prefix', address, length }) as const);
  return blocks.length === 0 ? [] : [addressStatements('source', family, blocks, false)];
}
