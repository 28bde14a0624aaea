/**
 * One rule of a policy as nft rules.
 *
 * Guaranteed: what has an effect on later packets (a limit's token, a quota, a counted connection) happens at most once
 * for a packet, however many alternatives its match has.
 */
import { accept, drop, goto, jump, mangle, match, payload, reject, ret } from '@weir/nftables-json';
import type { PayloadField, Statement } from '@weir/nftables-json';
import type { PolicyRule, PolicyVerdict, RejectKind, RuleOptions } from '../policy/rule.ts';
import type { ChainDraft } from './draft.ts';
import { rejectDowngraded, unsupportedOption } from './findings.ts';
import { lowerMatch } from './lower-match.ts';
import { conditions, effects, perSource, ratedLog } from './lower-options.ts';
import type { MatchContext } from './match-context.ts';
import { checkRules } from './own-check.ts';
import { rejectsIn } from './place.ts';
import { ETHER_IP4, ETHER_IP6, needsChain, question } from './question.ts';
import type { Question } from './question.ts';
import type { Spot, Stage } from './stage.ts';
import { singles } from './value-ranges.ts';
import { writeQuestion } from './write-question.ts';

/** What a rule does once its match holds. */
interface Action {
  readonly conditions: readonly Statement[];
  readonly effects: readonly Statement[];
  readonly dscp?: number;
  /** Logs, as long as its rate allows. */
  readonly ratedLog?: readonly Statement[];
  /** The packet comes back to the rule behind this one. */
  readonly goesOn: boolean;
  readonly perSource?: Readonly<Record<'ip' | 'ip6', Statement>>;
  /** Statements that end the packet's way through the stage; `isNested` as in {@link Spot}. */
  end(isNested: boolean): readonly Statement[];
}

/** Appends a rule to a chain. */
export function lowerRule(rule: PolicyRule, chain: ChainDraft, stage: Stage, spot: Spot): void {
  const asked = lowerMatch(rule.match, matchContext(rule, stage));
  const action = actionOf(rule, stage, spot);
  const isConditional = action.conditions.length > 0 || action.perSource !== undefined;
  const isShared = (isConditional || action.ratedLog !== undefined || action.goesOn) && asked.length > 1;
  const needsChains =
    isShared || asked.some(needsChain) || action.perSource !== undefined || action.ratedLog !== undefined;
  if (needsChains && rule.verdict.kind === 'return' && spot.leaves === 'block') {
    const why = 'it needs a chain of its own, which `return` would leave instead of the block';
    stage.way.findings.add(unsupportedOption(rule.origin.span, { option: 'return', why, help: 'split the rule' }));
    return;
  }
  const writer = new RuleWriter(rule, stage, action);
  if (isShared) writer.writeShared(chain, asked);
  else for (const one of asked) writer.write(chain, one, spot.isNested);
}

function matchContext(rule: PolicyRule, stage: Stage): MatchContext {
  const { draft, direction, profile, sets, usage, findings } = stage.way;
  const isIp = stage.kind === 'filter';
  return { place: draft.place, direction, profile, sets, usage, findings, isIp, span: rule.origin.span };
}

/** Writes the nft rules of one policy rule. */
class RuleWriter {
  readonly #rule: PolicyRule;
  readonly #stage: Stage;
  readonly #action: Action;

  constructor(rule: PolicyRule, stage: Stage, action: Action) {
    this.#rule = rule;
    this.#stage = stage;
    this.#action = action;
  }

  /** One alternative with the action behind it. */
  write(chain: ChainDraft, asked: Question, isNested: boolean): void {
    this.#alternative(chain, asked, isNested, (nested) => this.#tail(nested));
  }

  /** Several alternatives that go to one action, which is so taken at most once. */
  writeShared(chain: ChainDraft, asked: readonly Question[]): void {
    const { draft } = this.#stage.way;
    const entry = draft.openNext(`${this.#stage.stem}-any`);
    const action = draft.openNext(`${this.#stage.stem}-do`);
    this.#add(chain, [jump(entry.name)]);
    for (const one of asked) this.#alternative(entry, one, true, () => [goto(action.name)]);
    this.#add(action, this.#tail(true));
  }

  #alternative(
    from: ChainDraft,
    asked: Question,
    isNested: boolean,
    tail: (isNested: boolean) => readonly Statement[],
  ): void {
    const statements = this.#ask(asked);
    if (!needsChain(asked)) {
      this.#add(from, [...statements, ...tail(isNested)]);
      return;
    }
    const inner = this.#stage.way.draft.openNext(`${this.#stage.stem}-not`);
    this.#add(from, [...statements, jump(inner.name)]);
    for (const one of asked.without.flat()) this.#add(inner, [...this.#ask(one), ret]);
    const { draft, direction, profile, usage } = this.#stage.way;
    for (const check of asked.checks) {
      const chain = usage.checks.chain(check, draft.place, direction, profile);
      for (const step of checkRules(chain, check.negated)) this.#add(inner, step);
    }
    this.#add(inner, tail(true));
  }

  /**
   * What follows the match. WHY: a code point is written, and a source is counted, only behind a match of one family, so
   * each family has rules of its own in a chain; counting is a condition and comes first.
   */
  #tail(isNested: boolean): readonly Statement[] {
    const { conditions: asked, effects: done, dscp, ratedLog, goesOn, perSource: counted, end } = this.#action;
    if (dscp === undefined && counted === undefined && ratedLog === undefined) {
      return [...asked, ...done, ...end(isNested)];
    }
    const { draft } = this.#stage.way;
    const last = draft.openNext(`${this.#stage.stem}-do`);
    for (const family of ['ip', 'ip6'] as const) {
      if (dscp !== undefined) this.#add(last, [...this.#ofFamily(family), setDscp(family, dscp)]);
    }
    if (ratedLog !== undefined) this.#add(last, ratedLog);
    this.#add(last, [...done, ...end(isNested || counted !== undefined)]);
    if (counted === undefined) return [...asked, goesOn ? jump(last.name) : goto(last.name)];
    const count = draft.openNext(`${this.#stage.stem}-count`);
    for (const family of ['ip', 'ip6'] as const) {
      this.#add(count, [...this.#ofFamily(family), counted[family], goto(last.name)]);
    }
    return [...asked, jump(count.name)];
  }

  #ofFamily(family: 'ip' | 'ip6'): readonly Statement[] {
    return this.#ask(question({ ether: singles(family === 'ip' ? ETHER_IP4 : ETHER_IP6) }));
  }

  #ask(asked: Question): readonly Statement[] {
    return writeQuestion(asked, this.#stage.way.draft.place, this.#stage.kind === 'filter');
  }

  #add(chain: ChainDraft, statements: readonly Statement[]): void {
    chain.add(statements, this.#rule.origin);
  }
}

function setDscp(family: 'ip' | 'ip6', dscp: number): Statement {
  const field: PayloadField<'ip'> & PayloadField<'ip6'> = 'dscp';
  return mangle(payload(family, field), dscp);
}

function actionOf(rule: PolicyRule, stage: Stage, spot: Spot): Action {
  const { options, verdict, origin } = rule;
  const counted = perSource(options, stage);
  return {
    conditions: conditions(options, stage, origin.span),
    effects: effects(options, stage, origin.span),
    ...(options.dscp !== undefined && { dscp: options.dscp }),
    ...ratedLogOf(options, stage, origin.span),
    goesOn: verdict.kind === 'continue',
    ...(counted !== undefined && { perSource: counted }),
    end: (isNested) => verdictStatements(verdict, stage, { ...spot, isNested }, origin.span),
  };
}

const ratedLogOf = (
  options: RuleOptions,
  stage: Stage,
  span: PolicyRule['origin']['span'],
): Pick<Action, 'ratedLog'> => {
  const found = ratedLog(options, stage, span);
  return found === undefined ? {} : { ratedLog: found };
};

/** The default of a stage as rules: its effects and its verdict. WHY: a rate ends its rule, so a log that has one gets its own. */
export function defaultRules(stage: Stage, isNested: boolean): readonly (readonly Statement[])[] {
  const { verdict, options, origin } = stage.list.default;
  const whole: RuleOptions = options;
  const log = ratedLog(whole, stage, origin.span);
  return [
    ...(log === undefined ? [] : [log]),
    [
      ...effects(whole, stage, origin.span),
      ...verdictStatements(verdict, stage, { isNested, leaves: 'stage' }, origin.span),
    ],
  ];
}

/** What `return` in a rule does: the default, in a chain of its own when it takes more than one rule. */
function toDefault(stage: Stage, isNested: boolean): readonly Statement[] {
  const [first = [], ...more] = defaultRules(stage, isNested);
  if (more.length === 0) return first;
  const chain = stage.way.draft.openNext(`${stage.stem}-default`);
  for (const statements of [first, ...more]) chain.add(statements, stage.list.default.origin);
  return [goto(chain.name)];
}

function verdictStatements(
  verdict: PolicyVerdict,
  stage: Stage,
  spot: Spot,
  span: PolicyRule['origin']['span'],
): readonly Statement[] {
  switch (verdict.kind) {
    case 'accept':
      return stage.kind === 'guard' ? [accept] : stage.accept(spot.isNested);
    case 'drop':
      return [drop];
    case 'reject':
      return [rejectStatement(verdict.with, stage, span)];
    case 'pass':
      return stage.pass;
    case 'return':
      // A default cannot say `return`: it would ask for itself.
      if (spot.leaves === 'block') return [ret];
      return stage.list.default.verdict.kind === 'return' ? [drop] : toDefault(stage, spot.isNested);
    case 'continue':
      return [];
    default:
      return verdict satisfies never;
  }
}

function rejectStatement(kind: RejectKind, stage: Stage, span: PolicyRule['origin']['span']): Statement {
  const { draft, direction, findings } = stage.way;
  if (!rejectsIn(draft.place, direction)) {
    findings.add(rejectDowngraded(span, { target: draft.place.target.name, direction }));
    return drop;
  }
  return kind === 'tcp-reset' ? reject({ type: 'tcp reset' }) : reject({ type: 'icmpx', expr: kind });
}

/** A rule that only asks one thing, for the skeleton of a stage. */
export function notIp(): Statement {
  return match(payload('ether', 'type'), '!=', { set: ['ip', 'ip6'] });
}
