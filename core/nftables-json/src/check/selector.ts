/**
 * Checks of selectors: expressions that read from the packet or its surroundings, and what is computed from them.
 */
import { CT_DIRECTIONS, ctKeyInfo } from '../types/ct-key.ts';
import {
  FIB_FLAGS,
  FIB_RESULTS,
  IPSEC_KEYS,
  OSF_KEYS,
  OSF_TTLS,
  RT_KEYS,
  SOCKET_KEYS,
  TUNNEL_KEYS,
} from '../types/expression.ts';
import { metaKeyInfo } from '../types/meta-key.ts';
import { EXTHDR_FIELDS, IP_OPTION_FIELDS, SCTP_CHUNK_FIELDS, TCP_OPTION_FIELDS } from '../types/option-field.ts';
import { PAYLOAD_BASES, PAYLOAD_FIELDS, TUNNEL_PROTOCOLS, payloadFieldInfo } from '../types/payload-field.ts';
import { keyBytes, typeOfExpression } from '../value/value-type.ts';
import type { CheckContext } from './context.ts';
import { at, report, requireVersion } from './context.ts';
import {
  checkOnlyKey,
  checkShape,
  count,
  describe,
  integer,
  isRecord,
  listOf,
  optional,
  positive,
  required,
  uint32,
  uint8,
  word,
} from './shape.ts';

/** Widest key of a set in bytes (kernel: NFT_DATA_VALUE_MAXLEN). */
export const MAX_KEY_BYTES = 64;

type BodyCheck = (ctx: CheckContext, body: unknown) => void;

function payload(ctx: CheckContext, body: unknown): void {
  if (isRecord(body) && 'base' in body) {
    checkShape(ctx, body, {
      base: required(word(PAYLOAD_BASES)),
      offset: required(integer(0, 2047)),
      len: required(integer(1, 128)),
    });
    if (body['base'] === 'ih') requireVersion(ctx, '1.0.6', 'the base `ih`');
    return;
  }
  const shape = { protocol: required(word(Object.keys(PAYLOAD_FIELDS))), field: required(anyText) };
  const withTunnel = { tunnel: optional(word(TUNNEL_PROTOCOLS), '1.1.3'), ...shape };
  if (checkShape(ctx, body, withTunnel)) payloadField(ctx, body['protocol'], body['field']);
}

function anyText(ctx: CheckContext, value: unknown): void {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected a word, found ${describe(value)}`);
}

function payloadField(ctx: CheckContext, protocol: unknown, field: unknown): void {
  if (typeof protocol !== 'string' || typeof field !== 'string' || !Object.hasOwn(PAYLOAD_FIELDS, protocol)) return;
  const info = payloadFieldInfo(protocol, field);
  if (info === undefined) report(ctx, 'unknown-word', `${protocol} has no field ${describe(field)}`, 'field');
  else if (info.since !== undefined) requireVersion(ctx, info.since, `\`${protocol} ${field}\``);
}

function meta(ctx: CheckContext, body: unknown): void {
  if (!checkShape(ctx, body, { key: required(anyText) }) || typeof body['key'] !== 'string') return;
  const info = metaKeyInfo(body['key']);
  if (info === undefined) report(ctx, 'unknown-word', `meta has no key ${describe(body['key'])}`, 'key');
  else {
    if (info.since !== undefined) requireVersion(ctx, info.since, `\`meta ${body['key']}\``);
    if (info.only !== undefined && ctx.family !== undefined && ctx.family !== info.only) {
      report(ctx, 'wrong-family', `\`meta ${body['key']}\` exists only in the family ${info.only}`, 'key');
    }
  }
}

function ct(ctx: CheckContext, body: unknown): void {
  const shape = { key: required(anyText), dir: optional(word(CT_DIRECTIONS)) };
  if (!checkShape(ctx, body, shape) || typeof body['key'] !== 'string') return;
  const info = ctKeyInfo(body['key']);
  if (info === undefined) report(ctx, 'unknown-word', `ct has no key ${describe(body['key'])}`, 'key');
  else if (info.dir === 'required' && body['dir'] === undefined) {
    report(ctx, 'missing-property', `\`ct ${body['key']}\` needs \`dir\``);
  } else if (info.dir === 'none' && body['dir'] !== undefined) {
    report(ctx, 'unknown-property', `\`ct ${body['key']}\` has no direction`, 'dir');
  } else if (info.type === 'bitmask' && ctx.family !== undefined && ctx.family !== 'ip' && ctx.family !== 'ip6') {
    report(
      ctx,
      'wrong-family',
      `outside ip and ip6 tables write \`ct ip ${body['key']}\` or \`ct ip6 ${body['key']}\``,
      'key',
    );
  }
}

const named =
  (fields: Readonly<Record<string, readonly string[]>>, extra: Parameters<typeof checkShape>[2] = {}): BodyCheck =>
  (ctx, body) => {
    const shape = { name: required(word(Object.keys(fields))), field: optional(anyText), ...extra };
    if (!checkShape(ctx, body, shape)) return;
    const { name, field } = body;
    if (typeof name !== 'string' || typeof field !== 'string' || !Object.hasOwn(fields, name)) return;
    if (fields[name]?.includes(field) !== true) {
      report(ctx, 'unknown-word', `\`${name}\` has no field ${describe(field)}`, 'field');
    }
  };

const namedTcpOption = named(TCP_OPTION_FIELDS);

function tcpOption(ctx: CheckContext, body: unknown): void {
  if (!isRecord(body) || !('base' in body)) namedTcpOption(ctx, body);
  else
    checkShape(ctx, body, {
      base: required(uint8),
      offset: required(integer(0, 2047)),
      len: required(integer(1, 128)),
    });
}

function fib(ctx: CheckContext, body: unknown): void {
  const shape = { result: required(word(FIB_RESULTS)), flags: required(listOf(word(FIB_FLAGS))) };
  if (!checkShape(ctx, body, shape) || !Array.isArray(body['flags'])) return;
  const flags: readonly unknown[] = body['flags'];
  if (flags.includes('saddr') === flags.includes('daddr')) {
    report(ctx, 'flag-conflict', 'fib needs exactly one of `saddr` and `daddr`', 'flags');
  }
  if (flags.includes('iif') && flags.includes('oif'))
    report(ctx, 'flag-conflict', 'fib takes one of `iif` and `oif`', 'flags');
  // WHY: the kernel has no fib expression for bridge and arp tables (ENOENT).
  if (ctx.family === 'bridge' || ctx.family === 'arp')
    report(ctx, 'wrong-family', `fib does not exist in the family ${ctx.family}`);
}

function concat(ctx: CheckContext, body: unknown): void {
  if (!Array.isArray(body) || body.length < 2) {
    report(ctx, 'wrong-components', 'a concatenation is an array of at least two components');
    return;
  }
  for (const [index, part] of body.entries()) {
    if (isRecord(part) && ('set' in part || 'map' in part)) {
      report(ctx, 'wrong-context', 'anonymous sets and maps cannot stand inside a concatenation', index);
    } else if (isRecord(part) && 'concat' in part) {
      report(ctx, 'wrong-context', 'concatenations do not nest', index);
    } else at(ctx, index, checkSelector, part);
  }
  const types = typeOfExpression({ concat: body });
  if (types !== undefined && keyBytes(types) > MAX_KEY_BYTES) {
    report(ctx, 'key-too-wide', `the key has ${keyBytes(types)} bytes, at most ${MAX_KEY_BYTES} are possible`);
  }
}

function bitwise(ctx: CheckContext, body: unknown): void {
  if (!Array.isArray(body) || body.length < 2) {
    report(ctx, 'wrong-type', 'expected an array of two operands');
    return;
  }
  if (body.length > 2) requireVersion(ctx, '1.1.3', 'more than two operands');
  at(ctx, 0, checkSelector, body[0]);
  for (const [index, operand] of body.slice(1).entries()) at(ctx, index + 1, operandCheck, operand);
}

function operandCheck(ctx: CheckContext, operand: unknown): void {
  if (typeof operand === 'number') uint32(ctx, operand);
  else if (Array.isArray(operand)) listOf(plainWord)(ctx, operand);
  else if (typeof operand === 'string') plainWord(ctx, operand);
  else if (isRecord(operand) && '|' in operand && Array.isArray(operand['|'])) {
    at(ctx, '|', listOf(plainWord), operand['|']);
  } else checkSelector(ctx, operand);
}

function plainWord(ctx: CheckContext, value: unknown): void {
  if (typeof value === 'number') uint32(ctx, value);
  else if (typeof value !== 'string' || !/^[a-z0-9.:-]+$/.test(value)) {
    report(ctx, 'bad-text', `expected a number or flag, found ${describe(value)}`);
  }
}

const shaped =
  (shape: Parameters<typeof checkShape>[2]): BodyCheck =>
  (ctx, body) => {
    checkShape(ctx, body, shape);
  };

const ipFamily = word(['ip', 'ip6']);

const selectors: Readonly<Record<string, BodyCheck>> = {
  payload,
  meta,
  ct,
  exthdr: named(EXTHDR_FIELDS, { offset: optional(integer(0, 255)) }),
  'tcp option': tcpOption,
  'ip option': named(IP_OPTION_FIELDS),
  'sctp chunk': named(SCTP_CHUNK_FIELDS),
  'dccp option': (ctx, body) => {
    if (requireVersion(ctx, '1.1.3', '`dccp option`')) checkShape(ctx, body, { type: required(uint8) });
  },
  rt: shaped({ key: required(word(RT_KEYS)), family: optional(ipFamily) }),
  fib,
  concat,
  numgen: shaped({ mode: required(word(['inc', 'random'])), mod: required(positive), offset: optional(uint32) }),
  jhash: shaped({
    mod: required(positive),
    offset: optional(uint32),
    expr: required((ctx, value) => checkSelector(ctx, value)),
    seed: optional(count),
  }),
  symhash: shaped({ mod: required(positive), offset: optional(uint32) }),
  socket: shaped({ key: required(word(SOCKET_KEYS)), level: optional(uint8) }),
  osf: shaped({ key: required(word(OSF_KEYS)), ttl: optional(word(OSF_TTLS)) }),
  ipsec: shaped({
    key: required(word(IPSEC_KEYS)),
    dir: optional(word(['in', 'out'])),
    spnum: optional(integer(0, 255)),
    family: optional(ipFamily),
  }),
  tunnel: (ctx, body) => {
    if (requireVersion(ctx, '1.1.6', '`tunnel`')) checkShape(ctx, body, { key: required(word(TUNNEL_KEYS)) });
  },
  '|': bitwise,
  '&': bitwise,
  '^': bitwise,
  '<<': bitwise,
  '>>': bitwise,
};

/** True for the kinds of expressions that read something. */
export function isSelectorKind(kind: string): boolean {
  return Object.hasOwn(selectors, kind);
}

/** One selector: the left side of a match, the key of a lookup, a part of a concatenation. */
export function checkSelector(ctx: CheckContext, value: unknown): void {
  const kind = checkOnlyKey(ctx, value, 'an expression that reads from the packet');
  if (kind === undefined) return;
  const check = Object.hasOwn(selectors, kind) ? selectors[kind] : undefined;
  if (check === undefined) report(ctx, 'wrong-context', `\`${kind}\` cannot stand here: something to read is expected`);
  else at(ctx, kind, check, (value as Record<string, unknown>)[kind]);
}
