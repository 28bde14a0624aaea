/**
 * A profile as chains: for each direction the guard, then the connection's state, then the filters.
 *
 * WHY: anti-spoofing stands before the accept of established connections, so no connection opens a way around it.
 */
import { accept, anonMap, ct, drop, goto, jump, ret, vmap } from '@weir/nftables-json';
import type { Statement } from '@weir/nftables-json';
import type { NamedSet, Profile } from '../policy/policy.ts';
import type { DecisionList, Direction, Filter, PolicyNode } from '../policy/rule.ts';
import { markHas } from './connection-state.ts';
import { deepest } from './depth.ts';
import { ProfileDraft } from './draft.ts';
import type { ChainDraft } from './draft.ts';
import { noConnectionState, tooDeep } from './findings.ts';
import type { Findings } from './findings.ts';
import type { LayoutProfile } from './layout.ts';
import { lowerList } from './lower-list.ts';
import { notIp } from './lower-rule.ts';
import type { Usage } from './match-context.ts';
import { profileChain, rejectsIn } from './place.ts';
import type { Place } from './place.ts';
import type { Stage, Way } from './stage.ts';

/** WHY: the kernel follows 16 chains from a base chain, jumps and gotos alike (NFT_JUMP_STACK_SIZE); one is the dispatch. */
const MAX_DEPTH = 14;

export interface ProfileEnv {
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly usage: Usage;
  readonly findings: Findings;
}

/** The chains of a profile at its place. */
export function lowerProfile(profile: Profile, place: Place, env: ProfileEnv): LayoutProfile {
  const draft = new ProfileDraft(place);
  for (const direction of ['out', 'in'] as const) {
    const entry = profileChain(place, profile.name, direction);
    lowerWay({ draft, profile, direction, entry, ...env });
  }
  if (place.state === 'none') reportStateless(profile, place, env.findings);
  const chains = draft.finish();
  const [origin] = originsOf(profile);
  if (deepest(chains) > MAX_DEPTH) env.findings.add(tooDeep(origin?.span, { limit: MAX_DEPTH }));
  return { name: profile.name, sets: draft.sets, chains };
}

function originsOf(profile: Profile): readonly DecisionList['default']['origin'][] {
  const lists = [...profile.filters, ...(profile.guard === undefined ? [] : [profile.guard])];
  return lists.map((one) => one.in.default.origin);
}

function reportStateless(profile: Profile, place: Place, findings: Findings): void {
  for (const filter of profile.filters) {
    if (filter.stateful) findings.add(noConnectionState(filter.in.default.origin.span, { target: place.target.name }));
  }
}

function lowerWay(way: Way): void {
  const { draft, profile, direction, entry } = way;
  const chain = draft.open(entry);
  if (profile.guard === undefined) {
    lowerPassed(chain, way);
    return;
  }
  const isDelivered = profile.filters.length === 0;
  const passed = isDelivered ? undefined : draft.open(`${entry}-pass`);
  const pass = passed === undefined ? [accept] : [goto(passed.name)];
  const list = profile.guard[direction];
  lowerList(chain, { way, kind: 'guard', stem: entry, list, accept: () => [accept], pass });
  if (passed !== undefined) lowerPassed(passed, way);
}

/** What the guard passed: other protocols than IP, known connections, then the filters. */
function lowerPassed(chain: ChainDraft, way: Way): void {
  const { draft, profile } = way;
  const origin = { item: 'weir', purpose: 'state' };
  if (profile.filters.length === 0) {
    chain.add([accept], { item: 'weir', purpose: 'no-filter' });
    return;
  }
  if (draft.place.isLink) chain.add([notIp(), accept], { item: 'weir', purpose: 'not-ip' });
  for (const statements of answerRules(way)) chain.add(statements, { item: 'weir', purpose: 'answer' });
  if (profile.stateful) for (const statements of stateRules(way)) chain.add(statements, origin);
  lowerFilters(chain, way);
}

function stateRules({ draft: { place } }: Way): readonly (readonly Statement[])[] {
  if (place.state === 'conntrack') {
    const verdicts = anonMap([
      ['established', accept],
      ['related', accept],
      ['invalid', drop],
    ]);
    return [[vmap(ct('state'), verdicts)]];
  }
  const { established, invalid } = place.target.marks;
  return [
    [markHas(established, true), accept],
    [markHas(invalid, true), drop],
  ];
}

/** The kernel's own answers to what this profile refused, on their way to the guest. */
function answerRules({ draft: { place }, profile, direction }: Way): readonly (readonly Statement[])[] {
  const isAnswered = direction === 'in' && answersIn(place) && profileRejects(profile, 'out');
  return isAnswered ? [[markHas(place.target.marks.answer, true), accept]] : [];
}

/** WHY: only the bridge family's answers leave without a connection; those of inet are part of the refused one. */
export function answersIn(place: Place): boolean {
  return place.table.family === 'bridge' && rejectsIn(place, 'out');
}

/** True when some rule of the profile refuses with an answer. */
export function profileRejects(profile: Profile, direction: Direction): boolean {
  const rejects = (nodes: readonly PolicyNode[]): boolean =>
    nodes.some((node) => (node.kind === 'rule' ? node.verdict.kind === 'reject' : rejects(node.nodes)));
  return profile.filters.some(({ [direction]: list }) => list.default.verdict.kind === 'reject' || rejects(list.nodes));
}

/**
 * All filters must accept. One filter stands in the chain itself; of several, all but the last are called and return
 * when they accept.
 */
function lowerFilters(chain: ChainDraft, way: Way): void {
  const { profile, draft, entry, direction } = way;
  const [only] = profile.filters;
  if (only !== undefined && profile.filters.length === 1) {
    lowerList(
      chain,
      filterStage(only, way, entry, () => [accept]),
    );
    return;
  }
  const last = profile.filters.length;
  const name = (index: number): string => `${entry}-${index}`;
  const rest = new Map<number, string>();
  /** A chain that asks the filters from `index` on, for accepts that cannot simply return. */
  const restFrom = (index: number): string => {
    if (index === last) return name(last);
    const known = rest.get(index);
    if (known !== undefined) return known;
    const made = draft.open(`${entry}-from${index}`);
    rest.set(index, made.name);
    const origin = { item: 'weir', purpose: 'next-filter' };
    made.add([jump(name(index))], origin);
    made.add([goto(restFrom(index + 1))], origin);
    return made.name;
  };
  for (const [position, filter] of profile.filters.entries()) {
    const index = position + 1;
    chain.add([index === last ? goto(name(index)) : jump(name(index))], filter[direction].default.origin);
    const done = (isNested: boolean): readonly Statement[] => {
      if (index === last) return [accept];
      return isNested ? [goto(restFrom(index + 1))] : [ret];
    };
    lowerList(draft.open(name(index)), filterStage(filter, way, name(index), done));
  }
}

function filterStage(filter: Filter, way: Way, stem: string, done: Stage['accept']): Stage {
  return { way, kind: 'filter', stem, list: filter[way.direction], accept: done, pass: [accept] };
}
