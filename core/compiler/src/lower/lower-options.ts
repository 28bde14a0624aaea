/** Options of a rule as statements: what may say no, then what is only done. */
import {
  and,
  concat,
  counter,
  ctCount,
  isSafeComment,
  isSafeName,
  limit,
  log,
  mangle,
  meta,
  or,
  payload,
  setUpdate,
} from '@weir/nftables-json';
import type { Statement } from '@weir/nftables-json';
import type { Span } from '@weir/plugin';
import type { LogOption, Rate, RuleOptions } from '../policy/rule.ts';
import { allMarks } from '../target/mark-bits.ts';
import { markInUse, unsafeText, unsupportedOption } from './findings.ts';
import { deviceOf, nameIn } from './place.ts';
import type { Stage } from './stage.ts';

/** Statements that can keep the rule from matching. */
export function conditions(options: RuleOptions, stage: Stage, span: Span): readonly Statement[] {
  const { connections, limit: rate, quota } = options;
  const counts = connections !== undefined && countsConnections(stage, span);
  return [
    ...(rate === undefined ? [] : [perPort('limit', limitStatement(rate, rate.over), stage)]),
    ...(quota === undefined ? [] : [perPort('quota', quotaStatement(quota), stage)]),
    ...(counts && !connections.perSource ? [perPort('count', ctCount(connections.over, true), stage)] : []),
  ];
}

/** WHY: a policy is shared by its ports, so what one of them has used up stands in a set that the rule fills, by device. */
function perPort(what: string, statement: Statement, stage: Stage): Statement {
  const { draft, direction } = stage.way;
  const name = draft.name(`${stage.stem}-${what}`);
  draft.sets.push({ table: draft.place.table, name, type: 'ifname', flags: ['dynamic'], size: 65_535, elements: [] });
  return setUpdate('add', deviceOf(draft.place, direction), name, [statement]);
}

/** For each family the statement that counts a source's connections; undefined when the rule counts none. */
export function perSource(options: RuleOptions, stage: Stage): Readonly<Record<'ip' | 'ip6', Statement>> | undefined {
  const { connections } = options;
  if (connections === undefined || !connections.perSource || stage.way.draft.place.state !== 'conntrack')
    return undefined;
  return { ip: countSource('ip', connections.over, stage), ip6: countSource('ip6', connections.over, stage) };
}

function limitStatement(rate: Rate, over: boolean): Statement {
  const isPackets = rate.unit === 'packets';
  return limit(rate.amount, rate.per, {
    rate_unit: rate.unit,
    ...(rate.burst !== undefined && { burst: rate.burst }),
    ...(rate.burst !== undefined && !isPackets && { burst_unit: rate.unit as 'bytes' | 'kbytes' | 'mbytes' }),
    ...(over && { inv: true }),
  });
}

function quotaStatement(amount: NonNullable<RuleOptions['quota']>): Statement {
  return { quota: { val: amount.bytes, val_unit: 'bytes', ...(amount.over && { inv: true }) } };
}

function countsConnections(stage: Stage, span: Span): boolean {
  const { place } = stage.way.draft;
  if (place.state === 'conntrack') return true;
  const why = `target \`${place.target.name}\` cannot count the connections of bridged packets`;
  stage.way.findings.add(unsupportedOption(span, { option: 'connections', why }));
  return false;
}

/** WHY: connections are counted by key in a set that the rule fills; its keys are of one family. Each port counts for itself. */
function countSource(family: 'ip' | 'ip6', over: number, stage: Stage): Statement {
  const { draft, direction } = stage.way;
  const name = draft.name(`${stage.stem}-sources`);
  const type = ['ifname', family === 'ip' ? 'ipv4_addr' : 'ipv6_addr'] as const;
  draft.sets.push({ table: draft.place.table, name, type, flags: ['dynamic'], size: 65_535, elements: [] });
  const source = family === 'ip' ? payload('ip', 'saddr') : payload('ip6', 'saddr');
  return setUpdate('add', concat(deviceOf(draft.place, direction), source), name, [ctCount(over, true)]);
}

/** Statements that are done once the rule has matched: count, mark, log. */
export function effects(options: RuleOptions, stage: Stage, span: Span): readonly Statement[] {
  return [
    ...countStatements(options, stage, span),
    ...markStatements(options, stage, span),
    ...logStatements(options, stage, span),
  ];
}

/** The name of a shared counter in nftables. */
export function counterName(place: Stage['way']['draft']['place'], name: string): string {
  return nameIn(place, `count-${name}`);
}

function countStatements({ count }: RuleOptions, stage: Stage, span: Span): readonly Statement[] {
  if (count === undefined) return [];
  if (count === true) return [counter()];
  const name = counterName(stage.way.draft.place, count);
  if (!isSafeName(name)) stage.way.findings.add(unsafeText(span, { what: 'counter name', text: count }));
  stage.way.usage.counters.add(name);
  return [counter(name)];
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

function markStatements({ mark }: RuleOptions, stage: Stage, span: Span): readonly Statement[] {
  if (mark === undefined) return [];
  const ours = allMarks(stage.way.draft.place.target.marks);
  if ((mark & ours) !== 0) stage.way.findings.add(markInUse(span, { mark: hex(mark), ours: hex(ours) }));
  // Our own bits stay as they are.
  return [mangle(meta('mark'), or(and(meta('mark'), ours), mark))];
}

function logStatements(options: RuleOptions, stage: Stage, span: Span): readonly Statement[] {
  const wanted = options.log;
  return wanted === undefined || wanted.rate !== undefined ? [] : [logStatement(wanted, stage, span)];
}

/** A log with a rate of its own: it ends its rule when the rate says no, so it stands in a rule that decides nothing. */
export function ratedLog({ log: wanted }: RuleOptions, stage: Stage, span: Span): readonly Statement[] | undefined {
  if (wanted?.rate === undefined) return undefined;
  return [limitStatement(wanted.rate, false), logStatement(wanted, stage, span)];
}

function logStatement(wanted: LogOption, stage: Stage, span: Span): Statement {
  const { prefix, level, group } = wanted;
  if (prefix !== undefined && !isSafeComment(prefix)) {
    stage.way.findings.add(unsafeText(span, { what: 'log prefix', text: prefix }));
  }
  if (level !== undefined && group !== undefined) {
    const why = 'a log group takes no level';
    stage.way.findings.add(unsupportedOption(span, { option: 'log', why, help: 'write either `level` or `group`' }));
  }
  return log({
    ...(prefix !== undefined && { prefix }),
    ...(group !== undefined ? { group } : level !== undefined && { level }),
  });
}
