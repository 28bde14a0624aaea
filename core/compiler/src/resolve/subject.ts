/** What a rule is about: link protocols, IP protocols and services, with the ports and types that its clauses add. */
import type { Name, NumberValue, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import { ETHERTYPES, PROTOCOLS } from '../policy/field-names.ts';
import type { Match, ValueRange } from '../policy/match.ts';
import { all, any, numbers, values } from './end-match.ts';
import { type Environment, textOf } from './environment.ts';
import { misplacedOption, needsPorts, needsType, unknownName } from './findings.ts';
import { subjectHabit } from './habits.ts';
import { numberLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { spanOf } from './report.ts';
import { PORT_PROTOCOLS, protocolNumber, typeRanges, TYPED_PROTOCOLS } from './service-value.ts';
import type { ServicePart } from './typed-value.ts';

/** A link protocol by EtherType, or ways to be an IP service. */
export type Subject =
  | { readonly kind: 'link'; readonly match: Match; readonly node: Name | NumberValue }
  | { readonly kind: 'service'; readonly parts: readonly ServicePart[]; readonly node: Name | NumberValue };

const IP = [ETHERTYPES.ipv4, ETHERTYPES.ipv6];

const LINK: Readonly<Record<string, readonly number[]>> = {
  ipv4: [ETHERTYPES.ipv4],
  ipv6: [ETHERTYPES.ipv6],
  arp: [ETHERTYPES.arp],
  rarp: [ETHERTYPES.rarp],
  vlan: [ETHERTYPES.vlan, ETHERTYPES['vlan-ad']],
  lldp: [ETHERTYPES.lldp],
};

/** Words for link protocols, which rules name like IP protocols and services. */
export const LINK_PROTOCOLS: readonly string[] = [...Object.keys(LINK), 'stp'];

const isLinkOnly = (name: string): boolean => name !== 'ipv4' && name !== 'ipv6';

/** A word of a rule's subject; undefined when it is wrong, which has then been reported. */
export function subject(node: Name | NumberValue, of: 'guard' | 'filter', env: Environment): Subject | undefined {
  const span = spanOf(env.file, node);
  if (node.kind === 'number') return numbered(node, of, env);
  const { text } = node;
  if (Object.hasOwn(LINK, text) || text === 'stp') {
    if (of === 'filter' && isLinkOnly(text)) return linkInFilter(node, env);
    return {
      kind: 'link',
      node,
      match: text === 'stp' ? stp(node, env) : numbers('ether.type', LINK[text] ?? [], span),
    };
  }
  const protocol = protocolNumber(text);
  if (protocol !== undefined) return { kind: 'service', parts: [{ protocol }], node };
  const { world } = env;
  const known = env.params.has(text) || world.scopes.of(env.file).has(text) || world.scopes.standard.has(text);
  if (!known) {
    if (world.scopes.isHole(env.file, text)) return undefined;
    const words = [...Object.keys(PROTOCOLS), ...LINK_PROTOCOLS, ...world.scopes.of(env.file).keys()];
    const near = suggest(text, [...words, ...env.params.keys()]);
    const help = subjectHabit(text);
    return world.report.add(unknownName(span, { name: text, what: 'protocol or service', near, help }));
  }
  const found = lookUp(text, node, 'service', env);
  return found?.type === 'service' ? { kind: 'service', parts: found.parts, node } : undefined;
}

function linkInFilter(node: Name | NumberValue, env: Environment): undefined {
  const help = 'filters decide IPv4 and IPv6 only; put this into a guard';
  const option = textOf(env, node);
  return env.world.report.add(misplacedOption(spanOf(env.file, node), { option, where: 'in a filter', help }));
}

/** WHY: the bridge group address, IEEE 802.1D-2004 table 7-10; any field of the header stands for the header. */
function stp(node: Name, env: Environment): Match {
  return numbers('stp.protocol', [0], spanOf(env.file, node));
}

function numbered(node: NumberValue, of: 'guard' | 'filter', env: Environment): Subject | undefined {
  const span = spanOf(env.file, node);
  const range = numberLiteral(node, 0n, 0xffffn, 'an IP protocol or an EtherType', env);
  if (range === undefined) return undefined;
  const value = Number(range.low);
  if (value <= 255) return { kind: 'service', parts: [{ protocol: value }], node };
  if (value < 0x600) {
    numberLiteral(node, 0n, 255n, 'an IP protocol; EtherTypes start at 0x600, and this is not one', env);
    return undefined;
  }
  if (of === 'filter') return linkInFilter(node, env);
  return { kind: 'link', match: numbers('ether.type', [value], span), node };
}

/** What the rule's clauses say about ports and types, beyond its subjects. */
export interface Refinement {
  readonly ports?: readonly ValueRange[];
  readonly sourcePorts?: readonly ValueRange[];
  readonly type?: Value;
  readonly code?: Value;
  /** The other half of an `inout` rule: a service's own ports are the other end's. */
  readonly exchanged: boolean;
}

/** The match of one subject with the clauses' ports and types. */
export function subjectMatch(found: Subject, extra: Refinement, env: Environment): Match | undefined {
  const span = spanOf(env.file, found.node);
  if (found.kind === 'link') {
    const name = textOf(env, found.node);
    if (extra.ports || extra.sourcePorts) return env.world.report.add(needsPorts(span, { subject: name }));
    return noTypes(extra, env) && found.match;
  }
  const parts = found.parts.map((part) => partMatch(part, extra, found, env));
  return parts.includes(undefined) ? undefined : any(parts.flatMap((part) => part ?? []));
}

/** True when the rule gives no ICMP type or code; otherwise reports them as out of place. */
function noTypes({ type, code }: Refinement, env: Environment): true | undefined {
  const first = type ?? code;
  if (first === undefined) return true;
  return env.world.report.add(needsType(spanOf(env.file, first), { clause: type === undefined ? 'code' : 'type' }));
}

function partMatch(part: ServicePart, extra: Refinement, found: Subject, env: Environment): Match | undefined {
  const { protocol } = part;
  const span = spanOf(env.file, found.node);
  const withPorts = PORT_PROTOCOLS.get(protocol);
  const subject = textOf(env, found.node);
  if ((extra.ports || extra.sourcePorts) && withPorts === undefined) {
    return env.world.report.add(needsPorts(span, { subject }));
  }
  const [ports, sourcePorts] = extra.exchanged ? [part.sourcePorts, part.ports] : [part.ports, part.sourcePorts];
  if ((extra.ports && ports) || (extra.sourcePorts && sourcePorts)) return said(found, 'port', env);
  const icmp = TYPED_PROTOCOLS.get(protocol);
  if (icmp === undefined && !noTypes(extra, env)) return undefined;
  if ((extra.type ?? extra.code) && (part.types ?? part.codes)) return said(found, 'type', env);
  const given = typeRanges(protocol, extra.type, extra.code, env);
  if (given === undefined) return undefined;
  const { types, codes } = { ...part, ...given };
  const tests: readonly (readonly [string | undefined, readonly ValueRange[] | undefined])[] = [
    [withPorts && `${withPorts}.source`, extra.sourcePorts ?? sourcePorts],
    [withPorts && `${withPorts}.destination`, extra.ports ?? ports],
    [icmp && `${icmp}.type`, types],
    [icmp && `${icmp}.code`, codes],
  ];
  return all([
    protocolMatch(protocol, env, found),
    ...tests.flatMap(([field, ranges]) => (field && ranges ? [values(field, ranges, span)] : [])),
  ]);
}

/** A service that says its ports or types already. */
function said({ node }: Subject, option: 'port' | 'type', env: Environment): undefined {
  const help = `\`${textOf(env, node)}\` says its ${option}s already`;
  const params = { option, where: 'beside this service', help };
  return env.world.report.add(misplacedOption(spanOf(env.file, node), params));
}

/** WHY: ICMP is a protocol of IPv4 and ICMPv6 of IPv6 only; the same number in the other family is something else. */
function protocolMatch(protocol: number, env: Environment, found: Subject): Match {
  const span = spanOf(env.file, found.node);
  const ether =
    protocol === PROTOCOLS.icmp || protocol === PROTOCOLS.igmp
      ? [ETHERTYPES.ipv4]
      : protocol === PROTOCOLS.icmpv6
        ? [ETHERTYPES.ipv6]
        : IP;
  return all([numbers('ether.type', ether, span), numbers('packet.protocol', [protocol], span)]);
}
