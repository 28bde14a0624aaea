/**
 * One profile from what an interface names: its guard and filters instantiated for its network and labels.
 */
import type { CallValue, NameValue } from '@weir/grammar';
import type { PolicyUse, PortDeclaration } from '../model/inventory.ts';
import type { Profile } from '../policy/policy.ts';
import type { DecisionList, Filter, Guard, PolicyNode } from '../policy/rule.ts';
import type { Environment, World } from '../resolve/environment.ts';
import { subnetRange, literalRange } from '../resolve/inventory-range.ts';
import { policyLists } from '../resolve/statements.ts';
import { usedPolicy } from '../resolve/use.ts';
import { isSingle } from '../values/ranges.ts';
import { policyDigest, profileName } from './digest.ts';
import { checkEffects } from './effects.ts';

/** The default guard, as if the interface had named it. */
const CLEAN_TRAFFIC: NameValue = { kind: 'name-value', text: 'clean-traffic', parts: [], start: 0, end: 0 };

type PortView = NonNullable<Environment['port']>;

/** The facts of a port's network as ranges. */
function viewOf(port: PortDeclaration, world: World): PortView {
  const network = world.inventory.networks.find((one) => one.view.name === port.network);
  const subnets = network?.view.subnets ?? [];
  const of = (family: 'ipv4' | 'ipv6') => subnets.filter((subnet) => subnet.family === family);
  const gateways = (family: 'ipv4' | 'ipv6') => of(family).map((subnet) => literalRange(family, subnet.gateway));
  return {
    port,
    subnets: { ipv4: of('ipv4').map(subnetRange), ipv6: of('ipv6').map(subnetRange) },
    gateways: { ipv4: gateways('ipv4'), ipv6: gateways('ipv6') },
  };
}

/** The profile of a port; undefined when its guard or a filter is wrong, which has then been reported. */
export function profileOf(port: PortDeclaration, attachment: string, world: World): Profile | undefined {
  const view = viewOf(port, world);
  const env = (use: PolicyUse): Environment => ({ world, file: use.file, params: new Map(), port: view });
  const guard = guardOf(port, env);
  const filters = port.filters.map((use) => filterOf(use.value, env(use)));
  if (guard === undefined || filters.includes(undefined)) return undefined;
  const kept = filters.flatMap((filter) => filter ?? []);
  checkEffects(kept, world.report);
  const own = { ipv4: kinds(port.ipv4), ipv6: kinds(port.ipv6) };
  const parts = { attachment, guard: guard === 'none' ? undefined : guard, filters: kept, own };
  return {
    name: profileName(kept, policyDigest(parts)),
    attachment,
    ...(guard !== 'none' && { guard }),
    filters: kept,
    stateful: kept.some((filter) => filter.stateful),
    own,
  };
}

/** Reports what is wrong with the guard and filters that a port names, whatever its network is. */
export function checkUses(port: PortDeclaration, world: World): void {
  const env = ({ file }: PolicyUse): Environment => ({ world, file, params: new Map() });
  guardOf(port, env);
  for (const use of port.filters) filterOf(use.value, env(use));
}

const kinds = (ranges: PortDeclaration['ipv4']): { readonly single: boolean; readonly ranges: boolean } => ({
  single: ranges.some(isSingle),
  ranges: ranges.some((range) => !isSingle(range)),
});

function guardOf(port: PortDeclaration, env: (use: PolicyUse) => Environment): Guard | 'none' | undefined {
  if (port.guard === 'none') return 'none';
  const use: PolicyUse = port.guard ?? { file: port.span.file, value: CLEAN_TRAFFIC };
  const found = usedPolicy(use.value, 'guard', env(use), policyLists);
  return found && { name: found.definition.item.name.text, in: found.lists.in, out: found.lists.out };
}

function filterOf(value: NameValue | CallValue, env: Environment): Filter | undefined {
  const found = usedPolicy(value, 'filter', env, policyLists);
  if (found === undefined) return undefined;
  const { lists } = found;
  const stateful = [lists.in, lists.out].some(isStateful);
  return { name: found.definition.item.name.text, in: lists.in, out: lists.out, stateful };
}

/** Whether a list opens connections: an accept, its default included, that is not `stateless`. */
function isStateful(list: DecisionList): boolean {
  const opens = (verdict: DecisionList['default']['verdict']): boolean =>
    verdict.kind === 'accept' && !verdict.stateless;
  const any = (nodes: readonly PolicyNode[]): boolean =>
    nodes.some((node) => (node.kind === 'block' ? any(node.nodes) : opens(node.verdict)));
  return opens(list.default.verdict) || any(list.nodes);
}
