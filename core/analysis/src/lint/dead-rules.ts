/**
 * Rules that decide no packet, because rules in front of them in the same list decide all that they match.
 *
 * In: a policy. Out: the rules, each with the earlier rules that hide it. Guaranteed: a rule is told only if it is hidden
 * wherever it stands, in every profile and with all arguments; limits, quotas and counts of connections hide nothing, and
 * staged rules neither hide nor are told; what is too complex is taken to be alive. No packet is assumed away: frames that are
 * cut off and packets that no host sends count as well.
 */
import type { DecisionList, Match, Origin, PolicyNode, PolicyRule } from '@weir/compiler';
import type { Span } from '@weir/plugin';
import { withinBudget } from '../engine/budget.ts';
import { isWithin } from '../engine/count.ts';
import { NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { matchSet } from '../policy/match-set.ts';
import { waysOf, worldOf } from '../policy/policy-analysis.ts';
import type { PolicyEnv, Way } from '../policy/policy-analysis.ts';
import { Planner } from '../space/space.ts';
import type { Space } from '../space/space.ts';

export interface DeadRule {
  readonly rule: PolicyRule;
  /** Rules that decide all that it matches, in order: none of them can be left out. */
  readonly hiddenBy: readonly PolicyRule[];
  /** Some of them say something else than the rule does. */
  readonly differs: boolean;
}

/** Nodes that one list may take. WHY: a linter must not cost more than what it looks at. */
const BUDGET = 200_000;

/** Finds them, in the order of the first place where each stands. `isOwn`: files whose rules are looked at. */
export function deadRules(env: PolicyEnv, isOwn: (file: string) => boolean): readonly DeadRule[] {
  const places = new Map<string, { readonly dead: DeadRule[]; isAlive: boolean }>();
  const placeOf = (rule: PolicyRule): { readonly dead: DeadRule[]; isAlive: boolean } => {
    const key = spanKey(rule.origin.span);
    const known = places.get(key) ?? { dead: [], isAlive: false };
    places.set(key, known);
    return known;
  };
  for (const way of waysOf(env)) {
    if (way.ports.length === 0) continue;
    for (const list of listsOf(way)) {
      const rules = flat(list.nodes);
      if (!rules.some(({ origin }) => isOwn(origin.span.file))) continue;
      const found = withinBudget(() => deadInList(way, list, rules, isOwn));
      const dead = new Map(found.kind === 'done' ? found.value.map((one) => [one.rule, one]) : []);
      for (const rule of rules) {
        const one = dead.get(rule);
        if (one === undefined) placeOf(rule).isAlive = true;
        else placeOf(rule).dead.push(one);
      }
    }
  }
  return [...places.values()].flatMap(({ dead, isAlive }) => (isAlive ? [] : dead.slice(0, 1)));
}

const spanKey = ({ file, start, end }: Span): string => `${file} ${start} ${end}`;

const listsOf = ({ profile: { guard, filters }, direction }: Way): readonly DecisionList[] =>
  [...(guard === undefined ? [] : [guard]), ...filters].map((one) => one[direction]);

const flat = (nodes: readonly PolicyNode[]): readonly PolicyRule[] =>
  nodes.flatMap((node) => (node.kind === 'rule' ? [node] : flat(node.nodes)));

/** A rule, and what it decides wherever it stands: nothing where it may let packets go on. */
interface Earlier {
  readonly rule: PolicyRule;
  readonly set: Diagram;
}

function deadInList(
  way: Way,
  list: DecisionList,
  rules: readonly PolicyRule[],
  isOwn: (file: string) => boolean,
): readonly DeadRule[] {
  const planner = new Planner();
  const planning = worldOf(way, planner, () => NOTHING);
  const matches = new Map<Match, Diagram>();
  for (const { match } of rules) matchSet(match, planning);
  const space = planner.finish(BUDGET);
  const world = worldOf(way, space, () => NOTHING);
  const setOf = ({ match }: PolicyRule): Diagram => {
    const known = matches.get(match) ?? matchSet(match, world);
    matches.set(match, known);
    return known;
  };
  const found: DeadRule[] = [];
  const walk = (nodes: readonly PolicyNode[], before: readonly Earlier[]): readonly Earlier[] => {
    let earlier = before;
    for (const node of nodes) {
      if (node.kind === 'block') {
        // What leaves a block goes on behind it.
        const inside = walk(node.nodes, earlier).slice(earlier.length);
        earlier = [...earlier, ...inside.filter(({ rule }) => rule.verdict.kind !== 'return')];
        continue;
      }
      if (!isSure(node.match)) continue;
      const set = setOf(node);
      const isTold = isOwn(node.origin.span.file) && node.verdict.kind !== 'continue' && set !== NOTHING;
      const hiddenBy = isTold ? hidingRules(space, set, earlier) : [];
      if (hiddenBy.length > 0)
        found.push({ rule: node, hiddenBy, differs: hiddenBy.some((one) => verdictKey(one) !== verdictKey(node)) });
      else if (decidesAlways(node)) earlier = [...earlier, { rule: node, set }];
    }
    return earlier;
  };
  walk(list.nodes, []);
  return found;
}

/**
 * Fields that are found out rather than read. WHY: whether a frame that is cut off has them at all is not a question of the
 * space, so rules about them are neither told nor taken to hide others.
 */
const FOUND_OUT =
  /^(?:arp\.gratuitous|tcp\.option\..*|icmpv6\.link-address|ip6\.(?:fragment|hop-by-hop|routing|routing-type|destination-options))$/;

function isSure(match: Match): boolean {
  switch (match.kind) {
    case 'always':
      return true;
    case 'all':
    case 'any':
      return match.of.every(isSure);
    case 'not':
      return isSure(match.of);
    case 'test':
      return typeof match.field !== 'string' || !FOUND_OUT.test(match.field);
    default:
      return match satisfies never;
  }
}

/** The rule decides whatever it matches, at any time. */
const decidesAlways = ({ verdict, options }: PolicyRule): boolean =>
  verdict.kind !== 'continue' &&
  options.limit === undefined &&
  options.quota === undefined &&
  options.connections === undefined;

const verdictKey = ({ verdict }: PolicyRule): string => JSON.stringify(verdict);

/** The fewest that can be found of the earlier rules that have all of a set between them; none when they have not. */
function hidingRules({ diagrams }: Space, set: Diagram, earlier: readonly Earlier[]): readonly PolicyRule[] {
  const near = earlier.filter((one) => diagrams.where(one.set, set) !== NOTHING);
  const alone = near.find((one) => isWithin(diagrams, set, one.set));
  if (alone !== undefined) return [alone.rule];
  const left = (list: readonly Earlier[]): Diagram => list.reduce((rest, one) => diagrams.except(rest, one.set), set);
  if (left(near) !== NOTHING) return [];
  let needed = near;
  for (const one of near) {
    const others = needed.filter((other) => other !== one);
    if (left(others) === NOTHING) needed = others;
  }
  return needed.map(({ rule }) => rule);
}

/** Origins are told in the order of their files and places. */
export const byPlace = (a: Origin, b: Origin): number =>
  a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start;
