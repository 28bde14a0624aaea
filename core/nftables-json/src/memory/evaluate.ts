/**
 * One packet through one hook. In: a ruleset, a packet, a family and a hook. Out: the verdict, what decided it, what else happened, and the
 * packet as it leaves. WHY: as in the kernel, base chains run in order of priority (those made first go first); accept ends only its own
 * chain, drop ends everything; of the chains that translate, none is asked any more once one has.
 */
import type { Family, Hook } from '../types/family.ts';
import { HOOKS_OF_FAMILY } from '../types/family.ts';
import { SYMBOLS } from '../types/symbol.ts';
import { EvaluationError } from './error.ts';
import type { MemoryPacket } from './packet.ts';
import { layersOf } from './packet.ts';
import { packetTypeOf } from './read-meta.ts';
import type { Effect, RulePlace, Run, StepResult, Verdict } from './run.ts';
import type { ChainState, RuleState, Ruleset, TableState } from './state.ts';

/** Where a packet is. */
export interface HookPlace {
  /** The family of the packet, not of a table: chains of `inet` tables see `ip` and `ip6`. */
  readonly family: Run['family'];
  readonly hook: Hook;
  /** The device that netdev chains (and inet ones on ingress) hang on. */
  readonly device?: string;
  /** Only the base chains from this priority on, and below that one: for what the kernel does between two chains of a hook. */
  readonly priorities?: { readonly from?: number; readonly below?: number };
}

/** Which base chain ended with which verdict, and why. */
export interface ChainOutcome {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly verdict: 'accept' | 'drop';
  /** The rule that gave it; undefined for the policy. */
  readonly rule: RulePlace | undefined;
}

/** What came of a packet at a hook. */
export interface HookResult {
  readonly verdict: 'accept' | 'drop';
  /** One for each base chain that was asked, in order. The last one decided. */
  readonly chains: readonly ChainOutcome[];
  /** Rules that ran to their end or gave a verdict, in order. */
  readonly matched: readonly RulePlace[];
  readonly effects: readonly Effect[];
  /** The packet as the next hook gets it: with its marks and changed headers. Translations are in `effects` only. */
  readonly packet: MemoryPacket;
}

interface BaseChain {
  readonly table: TableState;
  readonly chain: ChainState;
}

/** Base chains of a hook, in the order in which the kernel runs them. */
export function baseChains(ruleset: Ruleset, place: HookPlace): readonly BaseChain[] {
  const { family, hook, device, priorities } = place;
  const [from, below] = [priorities?.from ?? -Infinity, priorities?.below ?? Infinity];
  const found: BaseChain[] = [];
  for (const table of ruleset.values()) {
    const isOurs = table.family === family || (table.family === 'inet' && (family === 'ip' || family === 'ip6'));
    if (!isOurs || table.body.flags?.includes('dormant') === true) continue;
    for (const chain of table.chains.values()) {
      const { dev, prio = 0 } = chain.body;
      const isOnDevice =
        dev === undefined ||
        (device !== undefined && (typeof dev === 'string' ? dev === device : dev.includes(device)));
      if (chain.body.hook === hook && isOnDevice && prio >= from && prio < below) found.push({ table, chain });
    }
  }
  // INVARIANT: toSorted is stable, and chains stand in the order of their handles where priorities are equal.
  return found.toSorted(
    (a, b) => (a.chain.body.prio ?? 0) - (b.chain.body.prio ?? 0) || a.chain.handle - b.chain.handle,
  );
}

const NOWHERE: RulePlace = { family: 'inet', table: '', chain: '', handle: 0, comment: undefined };

/** Evaluates. Throws an `EvaluationError` when something on the packet's way is not carried out, or not known of the packet. */
export function evaluateHook(ruleset: Ruleset, packet: MemoryPacket, place: HookPlace, now: number): HookResult {
  if (!HOOKS_OF_FAMILY[place.family].includes(place.hook) && place.hook !== 'ingress')
    throw new EvaluationError('misuse', `\`${place.family}\` has no hook \`${place.hook}\``);
  const bases = baseChains(ruleset, place);
  const [first] = bases;
  if (first === undefined) return { verdict: 'accept', chains: [], matched: [], effects: [], packet };
  const run = startRun(packet, place, now, first.table);
  const chains: ChainOutcome[] = [];
  const matched: RulePlace[] = [];
  for (const base of bases) {
    if (base.chain.body.type === 'nat' && !isForTranslation(run)) continue;
    const outcome = runBase(base, run, matched);
    chains.push(outcome);
    if (outcome.verdict === 'drop') break;
  }
  return {
    verdict: chains.at(-1)?.verdict ?? 'accept',
    chains,
    matched,
    effects: run.effects,
    packet: packetAfter(run),
  };
}

/** WHY: only the first packet of a connection comes to chains that translate, and only until one of them has. */
function isForTranslation(run: Run): boolean {
  const isFirst =
    run.ctState === 'new' || (run.ctState === 'related' && run.layers.l4proto !== 1 && run.layers.l4proto !== 58);
  return run.input.ct !== undefined && isFirst && !run.isTranslated;
}

function startRun(packet: MemoryPacket, place: HookPlace, now: number, table: TableState): Run {
  return {
    input: packet,
    family: place.family,
    hook: place.hook,
    now,
    layers: layersOf(packet),
    mark: packet.mark ?? 0,
    priority: packet.priority ?? 0,
    pkttype: packetTypeOf(packet.pkttype),
    nftrace: 0,
    ctState: packet.ct?.state ?? 'invalid',
    ctMark: packet.ct?.mark ?? 0,
    isTranslated: false,
    effects: [],
    table,
    rule: NOWHERE,
  };
}

/** Where to go on after a chain that was jumped to. */
interface Frame {
  readonly chain: ChainState;
  next: number;
}

function runBase(base: BaseChain, run: Run, matched: RulePlace[]): ChainOutcome {
  const { table } = base;
  run.table = table;
  const end = (verdict: 'accept' | 'drop', rule: RulePlace | undefined): ChainOutcome => ({
    family: table.family,
    table: table.body.name,
    chain: base.chain.body.name,
    verdict,
    rule,
  });
  const stack: Frame[] = [{ chain: base.chain, next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const rule = frame.chain.rules[frame.next];
    if (rule === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    const result = runRule(rule, run, matched);
    if (typeof result === 'string') continue;
    if (result.kind === 'accept' || result.kind === 'drop') return end(result.kind, run.rule);
    if (result.kind === 'return') stack.pop();
    else if ('target' in result) enter(result, stack, table);
  }
  return end(base.chain.body.policy ?? 'accept', undefined);
}

function enter(verdict: Verdict & { readonly target: string }, stack: Frame[], table: TableState): void {
  const chain = table.chains.get(verdict.target);
  if (chain === undefined) throw new Error(`chain ${verdict.target} is gone, although a rule leads to it`);
  if (verdict.kind === 'goto') stack.pop();
  stack.push({ chain, next: 0 });
}

function runRule(rule: RuleState, run: Run, matched: RulePlace[]): StepResult {
  const { body } = rule;
  run.rule = { family: body.family, table: body.table, chain: body.chain, handle: rule.handle, comment: body.comment };
  for (const step of rule.compiled.steps) {
    const result = step(run);
    if (result === 'next') continue;
    if (result !== 'break') matched.push(run.rule);
    return result;
  }
  matched.push(run.rule);
  return 'next';
}

const PACKET_TYPES = ['host', 'broadcast', 'multicast', 'other'] as const;

function packetAfter(run: Run): MemoryPacket {
  const { input, layers } = run;
  const bytes = layers.hasLink ? { frame: layers.bytes } : { packet: layers.bytes };
  const word = PACKET_TYPES.find((name) => SYMBOLS.pkt_type?.[name] === run.pkttype);
  const isTouched = input.ct !== undefined || run.ctState === 'untracked';
  return {
    ...input,
    ...bytes,
    ...((run.mark !== 0 || input.mark !== undefined) && { mark: run.mark }),
    ...((run.priority !== 0 || input.priority !== undefined) && { priority: run.priority }),
    ...(word !== undefined && { pkttype: word }),
    ...(isTouched && { ct: { ...input.ct, state: run.ctState, ...(run.ctMark !== 0 && { mark: run.ctMark }) } }),
  };
}
