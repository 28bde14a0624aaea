/**
 * One flow, with every name bound.
 *
 * In: the tree of a flow and the names around it. Out: the flow, or undefined when something in it is wrong. Guaranteed:
 * everything that is wrong with it is reported at once; what follows from an error elsewhere is not.
 */
import type { AddressValue, Flow as FlowNode, FlowEnd as EndNode, NameValue } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import { suggest } from '../../diagnostics/suggest.ts';
import type { Flow, FlowEnd, FlowState, FlowSubject } from '../../policy/flow.ts';
import { PROTOCOLS } from '../../policy/fields.ts';
import { FAMILIES } from '../../values/address.ts';
import { type Environment, textOf } from '../environment.ts';
import { unknownName } from '../findings.ts';
import { spanOf } from '../report.ts';
import { badSender, cannotClaim, noFamily, passesBy, toItself } from './findings.ts';
import { boundEnd, familiesOf, isOutside, type NamedEnd, namedEnd } from './flow-end.ts';
import { flowSubject, type RawSubject } from './flow-subject.ts';

const STATES: readonly FlowState[] = ['new', 'established', 'related', 'invalid', 'untracked'];

interface Ends {
  readonly source: FlowEnd;
  readonly claimed?: FlowEnd;
  readonly destination: FlowEnd;
}

export function resolveFlow(flow: FlowNode, env: Environment): Flow | undefined {
  const ends = flowEnds(flow, env);
  const subject = flowSubject(flow, env);
  const state = flowState(flow, env);
  if (ends === undefined || subject === undefined || state === undefined) return undefined;
  const bound = inFamilies(subject, ends, flow, env);
  return bound && { text: textOf(env, flow), span: spanOf(env.file, flow), subject: bound, ...ends, state };
}

function flowState({ state }: FlowNode, env: Environment): FlowState | undefined {
  if (state === undefined) return 'new';
  const found = STATES.find((one) => one === state.text);
  if (found !== undefined) return found;
  const params = { name: state.text, what: 'state', near: suggest(state.text, STATES) };
  const help = `one of ${STATES.map((one) => `\`${one}\``).join(', ')}`;
  return env.world.report.add(unknownName(spanOf(env.file, state), params.near ? params : { ...params, help }));
}

function flowEnds({ source: from, destination: to }: FlowNode, env: Environment): Ends | undefined {
  const named = namedEnd(from.value, env);
  const claims = from.claimed && namedEnd(from.claimed, env);
  const aimed = namedEnd(to.value, env);
  if (named === undefined || aimed === undefined || (from.claimed && claims === undefined)) return undefined;
  const source = boundEnd(named, aimed, from.value, env);
  const destination = boundEnd(aimed, named, to.value, env);
  const claimed = from.claimed && claims && boundEnd(claims, named, from.claimed, env);
  if (!source || !destination || (from.claimed && claimed === undefined)) return undefined;
  const isRight = [
    isSender(from, claimed ?? source, env),
    !from.claimed || mayClaim(named, from.value, env),
    isJourney(source, destination, to, env),
  ];
  if (isRight.includes(false)) return undefined;
  if (isOutside(source, env) && isOutside(destination, env)) {
    return env.world.report.add(passesBy({ ...spanOf(env.file, from), end: to.end }, {}));
  }
  return { source, destination, ...(claimed && { claimed }) };
}

/** WHY: nobody sends from a group (RFC 1122 3.2.1.3, RFC 4291 2.7). */
function isSender(node: EndNode, end: FlowEnd, env: Environment): boolean {
  if (end.kind !== 'address') return true;
  const at = node.claimed ?? node.value;
  const why = 'is a group of stations, and a group sends nothing';
  if (isGroup(end)) env.world.report.add(badSender(spanOf(env.file, at), { text: textOf(env, at), why }));
  return !isGroup(end);
}

const isGroup = (end: FlowEnd): boolean =>
  end.kind === 'address' && (end.family === 'ipv4' ? end.address >> 28n >= 14n : end.address >> 120n === 0xffn);

function mayClaim(end: NamedEnd, node: NameValue | AddressValue, env: Environment): boolean {
  if (end.kind === 'port' || end.kind === 'world') return true;
  env.world.report.add(cannotClaim(spanOf(env.file, node), { text: textOf(env, node) }));
  return false;
}

/** The host to itself and the world to itself pass nothing of ours; a guest's own packets stay inside it. */
function isJourney(source: FlowEnd, destination: FlowEnd, node: EndNode, env: Environment): boolean {
  if (!isSame(source, destination)) return true;
  env.world.report.add(toItself(spanOf(env.file, node.value), { end: `\`${textOf(env, node.value)}\`` }));
  return false;
}

function isSame(a: FlowEnd, b: FlowEnd): boolean {
  if (a.kind === 'address' && b.kind === 'address') return a.family === b.family && a.address === b.address;
  if (a.kind === 'port' && b.kind === 'port') return a.ifname === b.ifname;
  return a.kind === b.kind && (a.kind === 'host' || a.kind === 'world');
}

/** The subject in the families that it and all ends have. */
function inFamilies(subject: RawSubject, ends: Ends, node: FlowNode, env: Environment): FlowSubject | undefined {
  const { source, destination, claimed } = ends;
  const of = [familiesOf(claimed ?? source, destination, env), familiesOf(destination, source, env)];
  const shared = FAMILIES.filter((family) => of.every((one) => one.includes(family)));
  const span = spanOf(env.file, node);
  if (shared.length === 0) {
    return env.world.report.add(noFamily(span, { why: 'the two ends have no address of the same family' }));
  }
  const fits = (family: Family): boolean => shared.includes(family);
  const missing = (family: Family): undefined => {
    const word = family === 'ipv4' ? 'IPv4' : 'IPv6';
    return env.world.report.add(noFamily(span, { why: `not both ends have ${word}, which it needs` }));
  };
  if (subject.kind === 'any') return { kind: 'any', families: shared };
  if (subject.kind === 'arp') return fits('ipv4') ? subject : missing('ipv4');
  if (subject.kind === 'nd') return fits('ipv6') ? subject : missing('ipv6');
  const parts = subject.parts.flatMap((part) => {
    const families = protocolFamilies(part.protocol).filter(fits);
    return families.length === 0 ? [] : [{ ...part, families }];
  });
  if (parts.length > 0) return { kind: 'service', parts };
  return missing(protocolFamilies(subject.parts[0]?.protocol ?? 0)[0] ?? 'ipv4');
}

/** WHY: ICMP and IGMP are protocols of IPv4, ICMPv6 of IPv6; the same number in the other family is something else. */
function protocolFamilies(protocol: number): readonly Family[] {
  if (protocol === PROTOCOLS.icmp || protocol === PROTOCOLS.igmp) return ['ipv4'];
  return protocol === PROTOCOLS.icmpv6 ? ['ipv6'] : FAMILIES;
}
