/** Services: protocols with ports or ICMP types, and other services. */
import type { Name, NameValue, NumberValue, ServiceMember, Value } from '@weir/grammar';
import type { ValueRange } from '../policy/match.ts';
import { PROTOCOLS } from '../policy/field-names.ts';
import { fieldOf } from '../policy/fields.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, needsPorts, needsType, unknownName } from './findings.ts';
import { isNumeric, numberLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { subtract } from '../values/ranges.ts';
import { notEmpty, portRanges, setRanges } from './port-value.ts';
import { spanOf } from './report.ts';
import type { ServicePart, ServiceValue } from './typed-value.ts';

/** The protocols that have ports, by number. */
export const PORT_PROTOCOLS: ReadonlyMap<number, 'tcp' | 'udp' | 'udplite' | 'sctp' | 'dccp'> = new Map([
  [PROTOCOLS.tcp, 'tcp'],
  [PROTOCOLS.udp, 'udp'],
  [PROTOCOLS.udplite, 'udplite'],
  [PROTOCOLS.sctp, 'sctp'],
  [PROTOCOLS.dccp, 'dccp'],
]);

/** The protocols whose messages have types, by number. */
export const TYPED_PROTOCOLS: ReadonlyMap<number, 'icmp' | 'icmpv6' | 'igmp'> = new Map([
  [PROTOCOLS.icmp, 'icmp'],
  [PROTOCOLS.icmpv6, 'icmpv6'],
  [PROTOCOLS.igmp, 'igmp'],
]);

/** The number of a protocol's name; undefined for a name that is none. */
export function protocolNumber(name: string): number | undefined {
  return Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name as keyof typeof PROTOCOLS] : undefined;
}

export function serviceMembers(members: readonly ServiceMember[], env: Environment): ServiceValue | undefined {
  const parts = members.map((member) => memberParts(member, env));
  return parts.includes(undefined) ? undefined : { type: 'service', parts: parts.flatMap((part) => part ?? []) };
}

function memberParts(member: ServiceMember, env: Environment): readonly ServicePart[] | undefined {
  const protocol = memberProtocol(member.protocol, env);
  if (protocol === undefined) return otherService(member, env);
  if (protocol === 'wrong') return undefined;
  const bare = member.ports === undefined && member.sourcePorts === undefined;
  if (!bare && !PORT_PROTOCOLS.has(protocol)) {
    const subject = textOf(env, member.protocol);
    return env.world.report.add(needsPorts(spanOf(env.file, member), { subject }));
  }
  const typed = typeRanges(protocol, member.type, member.code, env);
  const ports = member.ports && portRanges(member.ports, env);
  const sourcePorts = member.sourcePorts && portRanges(member.sourcePorts, env);
  const broken = (member.ports && !ports) || (member.sourcePorts && !sourcePorts);
  if (typed === undefined || broken) return undefined;
  return [{ protocol, ...(ports && { ports }), ...(sourcePorts && { sourcePorts }), ...typed }];
}

function memberProtocol(node: Name | NumberValue, env: Environment): number | 'wrong' | undefined {
  if (node.kind === 'name') return protocolNumber(node.text);
  const range = numberLiteral(node, 0n, 255n, 'an IP protocol', env);
  return range === undefined ? 'wrong' : Number(range.low);
}

function otherService(member: ServiceMember, env: Environment): readonly ServicePart[] | undefined {
  const { protocol } = member;
  if (protocol.kind !== 'name') return undefined;
  const known = env.params.has(protocol.text) || env.world.scopes.of(env.file).has(protocol.text);
  if (!known && !env.world.scopes.standard.has(protocol.text)) {
    if (env.world.scopes.isHole(env.file, protocol.text)) return undefined;
    const near = suggest(protocol.text, [...Object.keys(PROTOCOLS), ...env.world.scopes.of(env.file).keys()]);
    const params = { name: protocol.text, what: 'protocol or service', near };
    return env.world.report.add(unknownName(spanOf(env.file, protocol), params));
  }
  const typed = member.type ?? member.code;
  if (typed !== undefined) {
    const clause = member.type === undefined ? 'code' : 'type';
    return env.world.report.add(needsType(spanOf(env.file, typed), { clause }));
  }
  if (member.ports !== undefined || member.sourcePorts !== undefined) {
    return env.world.report.add(needsPorts(spanOf(env.file, member), { subject: protocol.text }));
  }
  const found = lookUp(protocol.text, protocol, 'service', env);
  return found?.type === 'service' ? found.parts : undefined;
}

/** `type` and `code` of an ICMP message as ranges; undefined when wrong. */
export function typeRanges(
  protocol: number,
  type: Value | undefined,
  code: Value | undefined,
  env: Environment,
): { readonly types?: readonly ValueRange[]; readonly codes?: readonly ValueRange[] } | undefined {
  const typed = TYPED_PROTOCOLS.get(protocol);
  const first = type ?? code;
  if (first !== undefined && (typed === undefined || (typed === 'igmp' && code !== undefined))) {
    const clause = typed === 'igmp' || type === undefined ? 'code' : 'type';
    return env.world.report.add(needsType(spanOf(env.file, clause === 'code' ? (code ?? first) : first), { clause }));
  }
  const types = type && namedNumbers(type, namesOf(`${typed}.type`), 255n, TYPE_WORDS[typed ?? 'icmp'], env);
  const codes = code && namedNumbers(code, namesOf(`${typed}.code`), 255n, 'an ICMP code', env);
  if ((type && !types) || (code && !codes)) return undefined;
  return { ...(types && { types }), ...(codes && { codes }) };
}

const TYPE_WORDS = { icmp: 'an ICMP type', icmpv6: 'an ICMP type', igmp: 'an IGMP type' } as const;

function namesOf(field: string): Readonly<Record<string, number>> {
  const type = fieldOf(field)?.type;
  return type?.kind === 'number' ? (type.names ?? {}) : {};
}

/** The number that a parameter holds; undefined when it is none within `min`–`max`, which has then been reported. */
export function numberParam(
  value: NameValue,
  min: bigint,
  max: bigint,
  what: string,
  env: Environment,
): bigint | undefined {
  const found = lookUp(value.text, value, 'number', env);
  if (found?.type !== 'number') return undefined;
  if (found.value >= min && found.value <= max) return found.value;
  const why = `is ${found.value} here, which is not ${what} (${min}–${max})`;
  return env.world.report.add(badValue(spanOf(env.file, value), { text: value.text, why }));
}

/** Words of other languages for ICMP types. */
const ELSEWHERE: Readonly<Record<string, string>> = { ping: 'echo-request', echo: 'echo-request', pong: 'echo-reply' };

const MOST_LISTED = 12;

/** The words that there are, where none of them is near and they are few. */
function oneOf(near: string | undefined, names: Readonly<Record<string, number>>): string | undefined {
  const known = Object.keys(names);
  if (near !== undefined || known.length === 0 || known.length > MOST_LISTED) return undefined;
  return `one of ${known.map((name) => `\`${name}\``).join(', ')}`;
}

/** Numbers, words for numbers, and sets of both. */
export function namedNumbers(
  value: Value,
  names: Readonly<Record<string, number>>,
  max: bigint,
  what: string,
  env: Environment,
): readonly ValueRange[] | undefined {
  if (isNumeric(value)) {
    const range = numberLiteral(value, 0n, max, what, env);
    return range && [range];
  }
  if (value.kind === 'name-value') {
    const number = Object.hasOwn(names, value.text) ? names[value.text] : undefined;
    if (number !== undefined) return [{ low: BigInt(number), high: BigInt(number) }];
    if (env.params.has(value.text)) {
      const number = numberParam(value, 0n, max, what, env);
      return number === undefined ? undefined : [{ low: number, high: number }];
    }
    const near = ELSEWHERE[value.text.toLowerCase()] ?? suggest(value.text, Object.keys(names));
    const params = { name: value.text, what: what.replace(/^an? /, ''), near, help: oneOf(near, names) };
    return env.world.report.add(unknownName(spanOf(env.file, value), params));
  }
  if (value.kind === 'set-value') {
    return setRanges(value.members, (member) => namedNumbers(member, names, max, what, env));
  }
  if (value.kind === 'not-value') {
    const inner = namedNumbers(value.operand, names, max, what, env);
    return inner && notEmpty(subtract([{ low: 0n, high: max }], inner), value, env);
  }
  const params = { text: textOf(env, value), why: `is not ${what}` };
  return env.world.report.add(badValue(spanOf(env.file, value), params));
}
