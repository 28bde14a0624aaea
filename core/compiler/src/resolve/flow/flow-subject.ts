/**
 * What a flow is about: a protocol, a service, ARP or neighbour discovery, with the ports and types that are written.
 *
 * Out: the subject without families. Guaranteed: ports stand only beside protocols that have them and services that do
 * not say theirs, types only beside ICMP, ICMPv6, `arp` and `nd`.
 */
import type { Flow as FlowNode, Name, NumberValue, Value } from '@weir/grammar';
import { suggest } from '../../diagnostics/suggest.ts';
import type { FlowPart, FlowSubject } from '../../policy/flow.ts';
import { ICMPV6_TYPES, PROTOCOLS } from '../../policy/fields.ts';
import type { ValueRange } from '../../policy/match.ts';
import { type Environment, textOf } from '../environment.ts';
import { misplacedOption, needsPorts, needsType, unknownName } from '../findings.ts';
import { numberLiteral } from '../literal-value.ts';
import { lookUp } from '../lookup.ts';
import { portRanges } from '../port-value.ts';
import { spanOf } from '../report.ts';
import { namedNumbers, PORT_PROTOCOLS, protocolNumber, typeRanges } from '../service-value.ts';

export type RawPart = Omit<FlowPart, 'families'>;

export type RawSubject =
  | { readonly kind: 'any' }
  | { readonly kind: 'service'; readonly parts: readonly RawPart[] }
  | Extract<FlowSubject, { kind: 'arp' | 'nd' }>;

const ARP_OPERATIONS = { request: 1, reply: 2 } as const;
const ND_TYPES = {
  'router-solicitation': ICMPV6_TYPES['router-solicitation'],
  'router-advertisement': ICMPV6_TYPES['router-advertisement'],
  'neighbor-solicitation': ICMPV6_TYPES['neighbor-solicitation'],
  'neighbor-advertisement': ICMPV6_TYPES['neighbor-advertisement'],
} as const;
/** Words for link protocols that no flow of packets is about. */
const LINK_ONLY = ['rarp', 'vlan', 'stp', 'lldp', 'ipv4', 'ipv6'] as const;

/** Undefined when it is wrong, which has then been reported. */
export function flowSubject(flow: FlowNode, env: Environment): RawSubject | undefined {
  const { protocol } = flow;
  if (protocol === undefined) return noSubject(flow, env);
  if (protocol.kind === 'name' && protocol.text === 'arp') return arpSubject(protocol, flow, env);
  if (protocol.kind === 'name' && protocol.text === 'nd') return ndSubject(protocol, flow, env);
  const parts = subjectParts(protocol, env);
  const extra = flowPorts(flow, env);
  if (parts === undefined || extra === undefined) return undefined;
  const refined = parts.map((part) => refinedPart(part, flow, extra, protocol, env));
  return refined.includes(undefined) ? undefined : { kind: 'service', parts: refined.flatMap((part) => part ?? []) };
}

/** Ports and types belong to a protocol. */
function noSubject(flow: FlowNode, env: Environment): RawSubject | undefined {
  const port = flow.source.port ?? flow.destination.port;
  if (port !== undefined) return env.world.report.add(needsPorts(spanOf(env.file, port), {}));
  const typed = flow.type ?? flow.code;
  if (typed === undefined) return { kind: 'any' };
  const clause = flow.type === undefined ? 'code' : 'type';
  return env.world.report.add(needsType(spanOf(env.file, typed), { clause }));
}

/** The protocol or service that a word or number means. */
function subjectParts(node: Name | NumberValue, env: Environment): readonly RawPart[] | undefined {
  if (node.kind === 'number') {
    const range = numberLiteral(node, 0n, 255n, 'an IP protocol', env);
    return range && [{ protocol: Number(range.low) }];
  }
  const number = protocolNumber(node.text);
  if (number !== undefined) return [{ protocol: number }];
  const { scopes, report } = env.world;
  const scope = scopes.of(env.file);
  if (scope.has(node.text) || scopes.standard.has(node.text)) {
    const found = lookUp(node.text, node, 'service', env);
    return found?.type === 'service' ? found.parts : undefined;
  }
  const span = spanOf(env.file, node);
  if (LINK_ONLY.some((word) => word === node.text)) {
    const help = 'name an IP protocol, a service, `arp` or `nd`; ask about other frames by their bytes';
    return report.add(misplacedOption(span, { option: node.text, where: 'in a flow', help }));
  }
  if (scopes.isHole(env.file, node.text)) return undefined;
  const near = suggest(node.text, [...Object.keys(PROTOCOLS), 'arp', 'nd', ...scope.keys()]);
  return report.add(unknownName(span, { name: node.text, what: 'protocol or service', near }));
}

interface Ports {
  readonly ports?: readonly ValueRange[];
  readonly sourcePorts?: readonly ValueRange[];
}

function flowPorts({ source, destination }: FlowNode, env: Environment): Ports | undefined {
  const ports = destination.port && portRanges(destination.port, env);
  const sourcePorts = source.port && portRanges(source.port, env);
  if ((destination.port && !ports) || (source.port && !sourcePorts)) return undefined;
  return { ...(ports && { ports }), ...(sourcePorts && { sourcePorts }) };
}

function refinedPart(
  part: RawPart,
  flow: FlowNode,
  extra: Ports,
  node: Name | NumberValue,
  env: Environment,
): RawPart | undefined {
  const span = spanOf(env.file, node);
  const subject = textOf(env, node);
  if ((extra.ports || extra.sourcePorts) && !PORT_PROTOCOLS.has(part.protocol)) {
    return env.world.report.add(needsPorts(span, { subject }));
  }
  if ((extra.ports && part.ports) || (extra.sourcePorts && part.sourcePorts)) return said('port', node, env);
  if ((flow.type ?? flow.code) && (part.types ?? part.codes)) return said('type', node, env);
  const typed = typeRanges(part.protocol, flow.type, flow.code, env);
  return typed && { ...part, ...extra, ...typed };
}

/** A service that says its ports or types already. */
function said(option: 'port' | 'type', node: Name | NumberValue, env: Environment): undefined {
  const help = `\`${textOf(env, node)}\` says its ${option}s already`;
  const params = { option, where: 'beside this service', help };
  return env.world.report.add(misplacedOption(spanOf(env.file, node), params));
}

function arpSubject(node: Name, flow: FlowNode, env: Environment): RawSubject | undefined {
  if (!isLinkFlow(node, flow, env)) return undefined;
  const number = oneOf(flow.type, ARP_OPERATIONS, 'an ARP operation', env);
  if (flow.type !== undefined && number === undefined) return undefined;
  return { kind: 'arp', operation: number === ARP_OPERATIONS.reply ? 'reply' : 'request' };
}

function ndSubject(node: Name, flow: FlowNode, env: Environment): RawSubject | undefined {
  if (!isLinkFlow(node, flow, env)) return undefined;
  const number = oneOf(flow.type, ND_TYPES, 'a neighbour discovery message', env);
  if (flow.type !== undefined && number === undefined) return undefined;
  return { kind: 'nd', type: number ?? ND_TYPES['neighbor-solicitation'] };
}

/** Messages of the link have no ports, no codes, and belong to no connection. */
function isLinkFlow(node: Name, { source, destination, code, state }: FlowNode, env: Environment): boolean {
  const { report } = env.world;
  const port = source.port ?? destination.port;
  if (port) report.add(needsPorts(spanOf(env.file, node), { subject: node.text }));
  if (code) report.add(needsType(spanOf(env.file, code), { clause: 'code' }));
  if (state) {
    const help = 'a guard decides it, and guards do not look at connections';
    report.add(misplacedOption(spanOf(env.file, state), { option: 'state', where: `with \`${node.text}\``, help }));
  }
  return !port && !code && !state;
}

function oneOf(
  value: Value | undefined,
  names: Readonly<Record<string, number>>,
  what: string,
  env: Environment,
): number | undefined {
  if (value === undefined) return undefined;
  const [range, ...more] = namedNumbers(value, names, 255n, what, env) ?? [];
  if (range === undefined) return undefined;
  const number = Number(range.low);
  if (more.length === 0 && range.low === range.high && Object.values(names).includes(number)) return number;
  const help = `one of ${Object.keys(names)
    .map((name) => `\`${name}\``)
    .join(', ')}`;
  const params = { option: textOf(env, value), where: 'as a type here', help };
  return env.world.report.add(misplacedOption(spanOf(env.file, value), params));
}
