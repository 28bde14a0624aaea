// One flow put to both: journeys follow it by the policy, the memory host carries its packets through the emitted ruleset. In: a site, a loaded host, a
// flow. Out: in what the two differ, in words. Guarantees: every way of every packet that the flow means is compared, and the answer to the best one.
import type { Flow, FlowEnd, Policy, Target } from '@weir/compiler';
import { type FlowAnswer, type Hop, type Journey, travelFlow } from '@weir/semantics';
import type { MemoryHost } from './memory-host.ts';
import { type Family, tupleOf } from './packet.ts';
import { isHosts, isOnLink, type Plan, portWith } from './plan.ts';
import type { Fate, Station } from './step.ts';

/** A device to the outside that no rule names. */
const UNNAMED = 'wan9';

export interface Compared {
  readonly policy: Policy;
  readonly plan: Plan;
  readonly target: Target;
  readonly host: MemoryHost;
}

/** Who has an address. */
function stationAt(plan: Plan, family: Family, address: bigint): Station {
  const port = plan.bridges.map((bridge) => portWith(bridge, family, address)).find((one) => one !== undefined);
  if (port !== undefined) return { kind: 'guest', ifname: port.ifname };
  if (isHosts(plan, family, address)) return { kind: 'host' };
  const segment = plan.bridges.find((one) => one.uplink !== undefined && isOnLink(one, family, address));
  return { kind: 'outside', ...(segment && { network: segment.network }) };
}

/** Who sends. */
function senderOf(plan: Plan, { source, claimed }: Flow, family: Family): Station {
  if (source.kind === 'port') return { kind: 'guest', ifname: source.ifname };
  if (claimed !== undefined || source.kind === 'world') return { kind: 'outside' };
  if (source.kind === 'address') return stationAt(plan, family, source.address);
  return source.kind === 'gateway' ? gatewayOf(plan, source, family) : { kind: 'host' };
}

function gatewayOf(plan: Plan, { of }: Extract<FlowEnd, { kind: 'gateway' }>, family: Family): Station {
  const bridge = plan.bridges.find(({ ports }) => ports.some(({ ifname }) => ifname === of));
  const subnet = bridge?.subnets.find(({ block }) => block.family === family);
  return subnet === undefined ? { kind: 'host' } : stationAt(plan, family, subnet.gateway);
}

const placeWords = (kind: string, name: string | undefined): string => (name === undefined ? kind : `${kind} ${name}`);

const sourceWords = (frame: Uint8Array): string => {
  const source = tupleOf(frame)?.source;
  return `from ${source?.address.toString(16)} ${source?.port}`;
};

/** What a journey comes to on this target, which cannot say every reject. */
function journeyWords({ verdict, hops }: Journey, { kernel }: Target): string {
  const last = hops.at(-1);
  if (last === undefined) return 'nothing';
  if (verdict === 'accept') return `accept ${receiverWords(last)}`;
  const isSilent = last.kind === 'port' && (last.direction === 'in' || !kernel.bridgeReject);
  return isSilent ? 'drop' : verdict;
}

function receiverWords(last: Hop): string {
  if (last.kind === 'port') return `${placeWords('guest', last.ifname)} ${sourceWords(last.frame)}`;
  if (last.kind === 'bridge') return 'group';
  return `${placeWords(last.kind, last.kind === 'outside' ? last.network : undefined)} ${sourceWords(last.frame)}`;
}

function fateWords(fate: Fate): string {
  if (fate.kind === 'flooded') return 'accept group';
  if (fate.kind !== 'delivered') return fate.kind;
  const { to, frame } = fate;
  const name = to.kind === 'guest' ? to.ifname : to.kind === 'outside' ? to.network : undefined;
  return `accept ${placeWords(to.kind, name)} ${sourceWords(frame)}`;
}

/** What the two say differently about a flow; empty where they agree. */
export function differences(
  compared: Compared,
  flow: Flow,
): { readonly packets: number; readonly told: readonly string[] } {
  const { answers } = travelFlow(compared.policy, flow);
  const all = answers.flatMap((answer) => [answer.journey, ...answer.others].map((journey) => ({ answer, journey })));
  const told = all.flatMap(({ answer, journey }) => differencesOf(compared, flow, answer, journey));
  return { packets: all.length, told };
}

function differencesOf(compared: Compared, flow: Flow, { family }: FlowAnswer, journey: Journey): readonly string[] {
  const { plan, target, host } = compared;
  const [first] = journey.hops;
  if (first === undefined) return ['a journey without hops'];
  const bridges = new Set(plan.bridges.map(({ name }) => name));
  const devices = journey.hops.flatMap((hop) => ('device' in hop && hop.device !== undefined ? [hop.device] : []));
  const device = devices.find((name) => !bridges.has(name)) ?? UNNAMED;
  const from = senderOf(plan, flow, family);
  if (isTranslatedFirst(compared, from, first.frame)) return [];
  const { there, back } = host.exchange({ from, frame: first.frame, state: flow.state, device });
  const said: (readonly [what: string, journey: string, host: string, at: string])[] = [
    [`${family} by ${device}`, journeyWords(journey, target), fateWords(there), 'at' in there ? there.at : ''],
  ];
  if (there.kind === 'flooded') said.push(['group', deliveries(journey), offerWords([...there.ports]), '']);
  // WHY: a journey's answer is translated back whole; where a packet claims an address nothing is asked of the answer.
  if (journey.reply !== undefined && back !== undefined)
    said.push([`${family} answer`, journeyWords(journey.reply, target), fateWords(back), 'at' in back ? back.at : '']);
  return said
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b, at]) => `${what}: the journey says ${a}, the memory host ${b}${at === '' ? '' : ` (${at})`}`);
}

/**
 * WHY: with br_netfilter a forwarding is applied before the guest's own rules are asked (tried on Linux 6.18), which the policy's meaning does not know:
 * the guest's `out` sees whom it really reaches, that one's `in` who really asks, and nobody reaches itself.
 */
function isTranslatedFirst({ plan, policy, target }: Compared, from: Station, frame: Uint8Array): boolean {
  const tuple = tupleOf(frame);
  if (target.kernel.bridgeConntrack || from.kind !== 'guest' || tuple === undefined) return false;
  const hasForwards = policy.networks.some(({ rules }) => rules.some(({ hook }) => hook === 'dstnat'));
  return hasForwards && isHosts(plan, tuple.family, tuple.destination.address);
}

const offerWords = (offered: readonly (readonly [ifname: string, verdict: string])[]): string =>
  offered
    .map((one) => one.join(' '))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(', ');

const deliveries = ({ deliveries: offered = [] }: Journey): string =>
  offerWords(offered.map(({ ifname, verdict }) => [ifname, verdict === 'accept' ? 'accept' : 'drop']));
