/**
 * Packets that may refute a claim, sent on a journey: what the interpreter does not confirm refutes nothing.
 *
 * In: a candidate of the proofs. Out: the flow as it was followed, if it does what it is suspected of. Guaranteed: it starts
 * and ends where the candidate says.
 */
import type { Candidate, CandidateEnd, SendFrame, Travel } from '@weir/analysis';
import { formatAddress, type Flow, type FlowEnd, type FlowPart, type Policy, type ValueRange } from '@weir/compiler';
import { endsOf, travelFlow, travelFrame, type FlowAnswer, type FlowOutcome, type Journey } from '@weir/semantics';

const SPAN = { file: '<witness>', start: 0, end: 0 } as const;
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
]);

/** How `proveClaims` sends. */
export function flowTravel(policy: Policy): Travel<FlowOutcome> {
  return (candidate, wanted) => {
    for (const flow of flowsOf(candidate)) {
      const outcome = followed(policy, flow);
      const answer = outcome?.answers[0];
      if (outcome === undefined || answer === undefined || outcome.answers.length !== 1) continue;
      if (!startsAt(answer, candidate.from)) continue;
      const isDelivered = answer.verdict === 'accept';
      if (wanted === 'refused' ? isDelivered && endsAt(answer, candidate) : !isDelivered) return outcome;
    }
    return undefined;
  };
}

/** WHY: a flow that the policy has no packet for throws; such a candidate refutes nothing. */
function followed(policy: Policy, flow: Flow): FlowOutcome | undefined {
  try {
    return travelFlow(policy, flow, { replies: false });
  } catch {
    return undefined;
  }
}

const startsAt = ({ journey }: FlowAnswer, from: CandidateEnd): boolean => {
  const [first] = journey.hops;
  return from.kind === 'port'
    ? first?.kind === 'port' && first.ifname === from.port?.ifname
    : first?.kind === from.kind;
};

const endsAt = ({ journey }: FlowAnswer, { to }: Candidate): boolean => {
  const last = journey.hops.at(-1);
  if (last === undefined || endsOf(last.frame)?.destination.address !== to.address) return false;
  return to.kind === 'port' ? last?.kind === 'port' && last.ifname === to.port?.ifname : last?.kind === to.kind;
};

/** The ways to write a packet as a flow: by the address of its receiver, or by the guest's name and so by a translation. */
function flowsOf(candidate: Candidate): readonly Flow[] {
  const { from, to, family } = candidate;
  const address = (end: CandidateEnd): FlowEnd => ({ kind: 'address', family, address: end.address });
  const ends: readonly FlowEnd[] = [
    address(to),
    ...(to.port ? [{ kind: 'port', ifname: to.port.ifname } as const] : []),
  ];
  const sources = sourcesOf(from, family, address(from));
  return ends.flatMap((destination) => sources.map((source) => flowOf(candidate, source, destination)));
}

type Source = Pick<Flow, 'source' | 'claimed'>;

function sourcesOf(from: CandidateEnd, family: Candidate['family'], address: FlowEnd): readonly Source[] {
  if (from.kind === 'host') return [{ source: { kind: 'host' } }];
  if (from.kind === 'outside') return [{ source: address }, { source: { kind: 'world' }, claimed: address }];
  if (from.port === undefined) return [];
  const source = { kind: 'port', ifname: from.port.ifname } as const;
  return isOnly(from.port[family], from.address) ? [{ source }] : [{ source, claimed: address }];
}

const isOnly = (own: readonly ValueRange[], address: bigint): boolean =>
  own.length === 1 && own[0]?.low === address && own[0].high === address;

function flowOf(candidate: Candidate, { source, claimed }: Source, destination: FlowEnd): Flow {
  const { family, protocol, sourcePort, destinationPort, type, code, state } = candidate;
  const one = (value: number | undefined): readonly ValueRange[] | undefined =>
    value === undefined ? undefined : [{ low: BigInt(value), high: BigInt(value) }];
  const [ports, sourcePorts, types, codes] = [destinationPort, sourcePort, type, code].map(one);
  const part: FlowPart = {
    protocol,
    families: [family],
    ...(ports && { ports }),
    ...(sourcePorts && { sourcePorts }),
    ...(types && { types }),
    ...(codes && { codes }),
  };
  return {
    text: candidateWords(candidate),
    span: SPAN,
    subject: { kind: 'service', parts: [part] },
    source,
    ...(claimed && { claimed }),
    destination,
    state,
  };
}

/** `tcp 203.0.113.9 port 40000 -> db1 port 5432`. */
export function candidateWords({
  from,
  to,
  family,
  protocol,
  sourcePort,
  destinationPort,
  type,
  code,
  state,
}: Candidate): string {
  const address = (value: bigint): string => formatAddress(family, value);
  const isOwn = from.port?.[family].some(({ low, high }) => low <= from.address && from.address <= high) ?? true;
  const sender = from.port
    ? `${from.port.guest}${isOwn ? '' : ` from ${address(from.address)}`}`
    : from.kind === 'host'
      ? 'host'
      : address(from.address);
  const receiver = to.port ? to.port.guest : to.kind === 'host' ? 'host' : address(to.address);
  const port = (value: number | undefined): string => (value === undefined ? '' : ` port ${value}`);
  const kind = type === undefined ? '' : ` type ${type} code ${code ?? 0}`;
  const known = state === 'new' ? '' : ` state ${state}`;
  return `${PROTOCOLS.get(protocol) ?? protocol} ${sender}${port(sourcePort)} -> ${receiver}${port(destinationPort)}${kind}${known}`;
}

/** A frame at its port, as it was followed. */
export interface FollowedFrame {
  readonly ifname: string;
  readonly guest: string;
  readonly direction: 'in' | 'out';
  readonly bytes: Uint8Array;
  readonly journey: Journey;
}

/** How `provePorts` sends: tried with limits that hold, and with limits that are used up. */
export function frameTravel(policy: Policy): SendFrame<FollowedFrame> {
  return ({ port, bytes, state }, wanted, direction) => {
    for (const oracle of [undefined, () => true, () => false]) {
      const facts = { ...(state && { state }), ...(oracle && { oracle }) };
      const journey = travelFrame(policy, port.ifname, direction, bytes, facts);
      const isPassed = journey.hops[0]?.verdict === 'accept';
      if (isPassed === (wanted === 'delivered'))
        return { ifname: port.ifname, guest: port.guest, direction, bytes, journey };
    }
    return undefined;
  };
}
