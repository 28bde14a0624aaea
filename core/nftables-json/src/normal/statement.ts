/**
 * Statements in normal form, other than matches. In: a statement and the family of its table. Out: text that is equal for equal effects.
 * Counter values and other state are left out, defaults are filled in, units and the order of flags are made the same.
 */
import type { Family } from '../types/family.ts';
import { symbolValue } from '../types/symbol.ts';
import type { ValueTypes } from '../value/value-type.ts';
import { typeOfExpression } from '../value/value-type.ts';
import type { Facts } from './read.ts';
import { argumentText, lookupText, selectorText, sortedJson } from './read.ts';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UNITS: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 };

const numberIn = (body: Json, key: string): number => (typeof body[key] === 'number' ? body[key] : 0);

/** A rate: bytes for every unit, bursts only where they differ from what nft takes by itself (5 packets, 0 bytes). */
export function limitText(body: Json): string {
  const isBytes = body['rate_unit'] !== undefined && body['rate_unit'] !== 'packets';
  const unit = isBytes ? (UNITS[String(body['rate_unit'])] ?? 1) : 1;
  const burstUnit = isBytes ? (UNITS[String(body['burst_unit'] ?? 'bytes')] ?? 1) : 1;
  const burst = body['burst'] === undefined ? (isBytes ? 0 : 5) : numberIn(body, 'burst') * burstUnit;
  const rate = `${numberIn(body, 'rate') * unit}${isBytes ? 'B' : 'p'}/${String(body['per'])}`;
  return `limit ${body['inv'] === true ? 'over ' : ''}${rate} burst ${burst}`;
}

/** An amount in bytes. */
export function quotaText(body: Json): string {
  const amount =
    body['val'] === undefined
      ? numberIn(body, 'bytes')
      : numberIn(body, 'val') * (UNITS[String(body['val_unit'])] ?? 1);
  return `quota ${body['inv'] === true ? 'over ' : ''}${amount}`;
}

function sorted(flags: unknown): readonly string[] {
  if (typeof flags === 'string') return [flags];
  return Array.isArray(flags) ? flags.map(String).toSorted() : [];
}

function logText(body: unknown): string {
  if (!isRecord(body)) return 'log';
  const { flags, level, snaplen, 'queue-threshold': threshold, ...rest } = body;
  const parts = {
    ...rest,
    ...(sorted(flags).length > 0 && { flags: sorted(flags) }),
    ...(level !== undefined && level !== 'warn' && { level }),
    ...(snaplen !== 0 && { snaplen }),
    ...(threshold !== 0 && { threshold }),
  };
  const text = sortedJson(parts);
  return text === '{}' ? 'log' : `log ${text}`;
}

const REJECT_TYPES: Readonly<Record<string, 'icmp_code' | 'icmpv6_code' | 'icmpx_code'>> = {
  icmp: 'icmp_code',
  icmpv6: 'icmpv6_code',
  icmpx: 'icmpx_code',
};

const DEFAULT_REJECT: Readonly<Partial<Record<Family, string>>> = { ip: 'icmp', ip6: 'icmpv6' };

function rejectText(body: unknown, family: Family, facts: Facts): string {
  const type =
    isRecord(body) && body['type'] !== undefined ? String(body['type']) : (DEFAULT_REJECT[family] ?? 'icmpx');
  if (type === 'tcp reset') facts.add('l4=6');
  if (type === 'icmp') facts.add('l3=2048');
  if (type === 'icmpv6') facts.add('l3=34525');
  const codes = REJECT_TYPES[type];
  if (codes === undefined) return `reject ${type}`;
  const code = (isRecord(body) ? body['expr'] : undefined) ?? 'port-unreachable';
  return `reject ${type} ${typeof code === 'string' ? (symbolValue(codes, code) ?? code) : String(code)}`;
}

const ADDRESS: Readonly<Record<string, ValueTypes>> = {
  ip: [{ type: 'ipv4_addr', bits: 32 }],
  ip6: [{ type: 'ipv6_addr', bits: 128 }],
};
const PORT: ValueTypes = [{ type: 'inet_service', bits: 16 }];

function natText(kind: string, body: unknown, family: Family, facts: Facts): string {
  if (!isRecord(body)) return kind;
  const of = typeof body['family'] === 'string' ? body['family'] : family;
  if (body['addr'] !== undefined && of === 'ip') facts.add('l3=2048');
  if (body['addr'] !== undefined && of === 'ip6') facts.add('l3=34525');
  const parts = [kind];
  if (body['addr'] !== undefined) parts.push(of, argumentText(body['addr'], ADDRESS[of], facts));
  if (body['port'] !== undefined) parts.push(':', argumentText(body['port'], PORT, facts));
  return [...parts, ...sorted(body['flags'])].join(' ');
}

function setText(kind: string, body: Json, family: Family, facts: Facts): string {
  const elem = body['elem'];
  const timeout = isRecord(elem) && isRecord(elem['elem']) ? elem['elem']['timeout'] : undefined;
  const statements = Array.isArray(body['stmt'])
    ? body['stmt'].map((stmt: unknown) => statementText(stmt, family, facts))
    : [];
  const data = body['data'] === undefined ? '' : ` : ${argumentText(body['data'], undefined, facts)}`;
  const key = selectorText(elem, facts);
  return `${String(body['op'])} ${String(body[kind])} {${key}${data} timeout ${String(timeout ?? 0)} ${statements.join(' ')}}`;
}

function meterText(body: Json, family: Family, facts: Facts): string {
  const size = body['size'] === undefined ? 65535 : body['size'];
  return `meter ${String(body['name'])} ${String(size)} {${selectorText(body['key'], facts)} ${statementText(body['stmt'], family, facts)}}`;
}

function queueText(body: unknown): string {
  if (!isRecord(body)) return 'queue 0';
  return `queue ${argumentText(body['num'] ?? 0, undefined, new Set())} ${sorted(body['flags']).join(' ')}`.trim();
}

/** The text of one statement. */
export function statementText(statement: unknown, family: Family, facts: Facts): string {
  if (!isRecord(statement)) return sortedJson(statement);
  const [kind, body] = Object.entries(statement)[0] ?? ['', undefined];
  switch (kind) {
    case 'counter':
      return typeof body === 'string' || (isRecord(body) && 'map' in body) ? sortedJson(statement) : 'counter';
    case 'last':
      return 'last';
    case 'limit':
      return isRecord(body) && body['rate'] !== undefined ? limitText(body) : sortedJson(statement);
    case 'quota':
      return isRecord(body) && body['val'] !== undefined ? quotaText(body) : sortedJson(statement);
    case 'ct count':
      return `ct count ${isRecord(body) && body['inv'] === true ? 'over ' : ''}${isRecord(body) ? String(body['val']) : ''}`;
    case 'log':
      return logText(body);
    case 'reject':
      return rejectText(body, family, facts);
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return natText(kind, body, family, facts);
    case 'set':
    case 'map':
      return isRecord(body) ? setText(kind, body, family, facts) : sortedJson(statement);
    case 'meter':
      return isRecord(body) ? meterText(body, family, facts) : sortedJson(statement);
    case 'queue':
      return queueText(body);
    case 'vmap':
      return isRecord(body) ? `vmap ${lookupText(body, undefined, facts)}` : sortedJson(statement);
    case 'mangle':
      return isRecord(body) ? mangleText(body, facts) : sortedJson(statement);
    default:
      return sortedJson(
        isRecord(body) && Array.isArray(body['flags'])
          ? { [kind]: { ...body, flags: sorted(body['flags']) } }
          : statement,
      );
  }
}

function mangleText(body: Json, facts: Facts): string {
  const value = argumentText(body['value'], typeOfExpression(body['key']), facts);
  return `set ${selectorText(body['key'], facts)} = ${value}`;
}
