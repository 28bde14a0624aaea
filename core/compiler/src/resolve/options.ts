/** What a rule does or asks besides its match, with everything that is written either taken or refused. */
import type { Clause, LimitClause, LogClause, QuotaClause, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { LogOption, Rate, RuleOptions } from '../policy/rule.ts';
import { FIELDS } from '../policy/fields.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, misplacedOption, optionTwice, unknownName, wrongType } from './findings.ts';
import { isNumeric, numberLiteral, rateLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { spanOf } from './report.ts';
import { namedNumbers, numberParam } from './service-value.ts';
import type { RateTerm } from './typed-value.ts';

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
const LEVELS_ELSEWHERE: Readonly<Record<string, string>> = {
  warning: 'warn',
  error: 'err',
  critical: 'crit',
  emergency: 'emerg',
  panic: 'emerg',
  informational: 'info',
};
const MATCHING: ReadonlySet<Clause['kind']> = new Set(['end', 'port', 'type', 'code', 'where', 'stateless']);
const GUARD_OPTIONS: ReadonlySet<Clause['kind']> = new Set(['log', 'count']);

type Part = Partial<RuleOptions> | undefined;

/** The options of a rule; undefined when one is wrong, which has then been reported. */
export function ruleOptions(
  clauses: readonly Clause[],
  of: 'guard' | 'filter',
  env: Environment,
): RuleOptions | undefined {
  const seen = new Set<string>();
  let options: RuleOptions | undefined = {};
  for (const clause of clauses) {
    if (MATCHING.has(clause.kind)) continue;
    const span = spanOf(env.file, clause);
    if (seen.has(clause.kind)) env.world.report.add(optionTwice(span, { option: clause.kind }));
    seen.add(clause.kind);
    if (of === 'guard' && !GUARD_OPTIONS.has(clause.kind)) {
      const help = 'guards only look at single frames; put this into a filter';
      env.world.report.add(misplacedOption(span, { option: clause.kind, where: 'in a guard', help }));
      options = undefined;
      continue;
    }
    const part = option(clause, env);
    options = part === undefined || options === undefined ? undefined : { ...options, ...part };
  }
  return options;
}

function option(clause: Clause, env: Environment): Part {
  switch (clause.kind) {
    case 'limit':
      return limit(clause, env);
    case 'connections': {
      const over = number(clause.over, 0n, 0xffffffffn, 'a number of connections', env);
      return over === undefined ? undefined : { connections: { over, perSource: clause.perSource } };
    }
    case 'quota':
      return quota(clause, env);
    case 'log':
      return log(clause, env);
    case 'count':
      return { count: clause.name?.text ?? true };
    case 'mark': {
      const mark = number(clause.value, 0n, 0xffffffffn, 'a mark', env);
      return mark === undefined ? undefined : { mark };
    }
    case 'dscp':
      return dscp(clause.value, env);
    default:
      return {};
  }
}

function number(value: Value, min: bigint, max: bigint, what: string, env: Environment): number | undefined {
  if (value.kind === 'name-value' && env.params.has(value.text)) {
    const found = numberParam(value, min, max, what, env);
    return found === undefined ? undefined : Number(found);
  }
  if (isNumeric(value) && value.kind === 'number') {
    const range = numberLiteral(value, min, max, what, env);
    return range && Number(range.low);
  }
  return env.world.report.add(wrongType(spanOf(env.file, value), { text: textOf(env, value), wanted: what }));
}

function limit(clause: LimitClause, env: Environment): Part {
  const given = rate(clause.rate, env);
  if (given === undefined) return undefined;
  const burst = clause.burst && number(clause.burst, 1n, 0xffffffffn, 'a burst', env);
  if (clause.burst && burst === undefined) return undefined;
  return { limit: { ...given, over: clause.over, ...(burst !== undefined && { burst }) } };
}

/** A rate as it stands there, or that of a parameter. */
function rate(value: Value, env: Environment): RateTerm['rate'] | undefined {
  const isParam = value.kind === 'name-value' && env.params.has(value.text);
  const found = isParam ? lookUp(value.text, value, 'rate', env) : rateLiteral(value, env);
  return found?.type === 'rate' ? found.rate : undefined;
}

const UNITS = { bytes: 1n, kbytes: 1024n, mbytes: 1024n * 1024n } as const;

function quota(clause: QuotaClause, env: Environment): Part {
  const { size } = clause;
  const bytes = size.kind === 'size' ? size.amount * UNITS[size.unit] : undefined;
  if (bytes === undefined || bytes < 1n || bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    const params = { text: textOf(env, size), wanted: 'a size', help: 'e.g. `500 mbytes`' };
    return env.world.report.add(wrongType(spanOf(env.file, size), params));
  }
  return { quota: { over: clause.over, bytes: Number(bytes) } };
}

/** WHY: nft prints prefixes raw, where a quote or a line break would read as rules; 127 bytes is the kernel's limit. */
function log(clause: LogClause, env: Environment): Part {
  const { prefix, level, group } = clause;
  const most = clause.rate && logRate(clause.rate, clause.burst, env);
  if (clause.rate && most === undefined) return undefined;
  if (prefix !== undefined && !/^[A-Za-z0-9_./: -]{1,100}$/.test(prefix.value)) {
    const why = 'cannot be a log prefix';
    const help = 'at most 100 letters, digits, blanks and `_ . / : -`';
    return env.world.report.add(badValue(spanOf(env.file, prefix), { text: textOf(env, prefix), why, help }));
  }
  const known = level && LEVELS.find((name) => name === level.text);
  if (level && known === undefined) {
    const near = LEVELS_ELSEWHERE[level.text.toLowerCase()] ?? suggest(level.text, LEVELS);
    const help = near === undefined ? `one of ${LEVELS.map((one) => `\`${one}\``).join(', ')}` : undefined;
    const params = { name: level.text, what: 'log level', near, help };
    return env.world.report.add(unknownName(spanOf(env.file, level), params));
  }
  const number_ = group && number(group, 0n, 65535n, 'a log group', env);
  if (group && number_ === undefined) return undefined;
  const option_: LogOption = {
    ...(prefix && { prefix: prefix.value }),
    ...(known && { level: known }),
    ...(number_ !== undefined && { group: number_ }),
    ...(most && { rate: most }),
  };
  return { log: option_ };
}

/** How many matches are logged at most. */
function logRate(value: Value, burst: Value | undefined, env: Environment): Rate | undefined {
  const given = rate(value, env);
  const size = burst && number(burst, 1n, 0xffffffffn, 'a burst', env);
  if (given === undefined || (burst && size === undefined)) return undefined;
  if (given.unit === 'packets') return { ...given, ...(size !== undefined && { burst: size }) };
  const params = { text: textOf(env, value), wanted: 'a number of messages', help: 'e.g. `at most 5/minute`' };
  return env.world.report.add(wrongType(spanOf(env.file, value), params));
}

function dscp(value: Value, env: Environment): Part {
  const type = FIELDS.get('ip.dscp')?.type;
  const names = type?.kind === 'number' ? (type.names ?? {}) : {};
  const [range, ...more] = namedNumbers(value, names, 63n, 'a code point', env) ?? [];
  if (range === undefined) return undefined;
  if (more.length > 0 || range.low !== range.high) {
    const params = { text: textOf(env, value), wanted: 'one code point' };
    return env.world.report.add(wrongType(spanOf(env.file, value), params));
  }
  return { dscp: Number(range.low) };
}
