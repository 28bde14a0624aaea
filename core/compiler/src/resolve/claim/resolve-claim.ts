/**
 * One claim: `never|always [accept|drop] [SUBJECTS] [from …] [to …] [port …] [where …]`.
 *
 * In: the node and the names around it. Out: the claim. Guaranteed: whatever is wrong with it is reported, all of it where
 * one finding does not follow from another; nothing in it needs a port or a set to be understood.
 */
import type { Claim as ClaimNode } from '@weir/grammar';
import type { Claim } from '../../policy/claim.ts';
import { fieldOf } from '../../policy/fields.ts';
import type { Match, Test } from '../../policy/match.ts';
import { checkAnnotations } from '../annotations.ts';
import { type Environment, textOf } from '../environment.ts';
import { misplacedVerdict } from '../findings.ts';
import { spanOf } from '../report.ts';
import { ruleMatch } from '../rule-match.ts';
import { changesOnTheWay, nobodysPort, saysNothing } from './findings.ts';

/** Undefined when it is wrong, which has then been reported. */
export function resolveClaim(node: ClaimNode, env: Environment): Claim | undefined {
  checkAnnotations(node.annotations, 'item', env);
  const span = spanOf(env.file, node);
  const wanted = wantedBy(node, env);
  if (node.subjects.length === 0 && node.clauses.length === 0)
    return env.world.report.add(saysNothing(span, { quantifier: node.quantifier }));
  const isOfAPort = namesAPort(node, env);
  const match = ruleMatch(node, 'filter', false, env);
  if (match === undefined || wanted === undefined || isOfAPort) return undefined;
  const tests = testsOf(match);
  const changing = tests.filter(({ field }) => changes(field));
  for (const test of changing)
    env.world.report.add(
      changesOnTheWay(test.span ?? span, { field: typeof test.field === 'string' ? test.field : 'payload(…)' }),
    );
  if (changing.length > 0) return undefined;
  const namesState = tests.some(({ field }) => field === 'connection.state');
  return { text: textOf(env, node), span, wanted, match: withValues(match, env), namesState };
}

function wantedBy({ quantifier, verdict }: ClaimNode, env: Environment): Claim['wanted'] | undefined {
  const word = verdict?.verdict ?? 'accept';
  if (verdict !== undefined && word !== 'accept' && word !== 'drop') {
    const help =
      'a claim is about packets that are delivered (`accept`) or not (`drop`, which counts rejected ones too)';
    return env.world.report.add(misplacedVerdict(spanOf(env.file, verdict), { verdict: word, item: 'claim', help }));
  }
  return (quantifier === 'always') === (word === 'accept') ? 'delivered' : 'refused';
}

/** Words that mean something at a port only. */
const isPortWord = (text: string): boolean => text === 'gateway' || text === 'self' || text.startsWith('self.');

/** Reports every word that only a port gives a meaning. */
function namesAPort(node: unknown, env: Environment): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (isNameValue(node) && isPortWord(node.text)) {
    env.world.report.add(nobodysPort(spanOf(env.file, node), { word: node.text }));
    return true;
  }
  return Object.values(node)
    .map((part) => namesAPort(part, env))
    .includes(true);
}

const isNameValue = (node: object): node is { readonly text: string; readonly start: number; readonly end: number } =>
  'kind' in node && node.kind === 'name-value' && 'text' in node && typeof node.text === 'string';

function testsOf(match: Match): readonly Test[] {
  switch (match.kind) {
    case 'always':
      return [];
    case 'all':
    case 'any':
      return match.of.flatMap(testsOf);
    case 'not':
      return testsOf(match.of);
    case 'test':
      return [match];
    default:
      return match satisfies never;
  }
}

const CHANGING: ReadonlySet<string> = new Set([
  'connection.mark',
  'connection.direction',
  'packet.mark',
  'packet.type',
  'packet.length',
  'ip.ttl',
  'ip.dscp',
  'ip.ecn',
  'ip6.hop-limit',
  'ip6.dscp',
  'ip6.ecn',
]);
const CHANGING_HEADERS: ReadonlySet<string> = new Set(['frame', 'vlan', 'arp', 'stp', 'nd', 'nd-link', 'mld']);

/** Whether a field is another on the next link, after a translation apart, or is no part of a packet that is routed. */
function changes(field: Test['field']): boolean {
  if (typeof field !== 'string') return true;
  return field !== 'ether.type' && (CHANGING.has(field) || CHANGING_HEADERS.has(fieldOf(field)?.header ?? ''));
}

/** Sets as what they hold: claims must not add sets to what is compiled. */
function withValues(match: Match, env: Environment): Match {
  switch (match.kind) {
    case 'always':
      return match;
    case 'all':
    case 'any':
      return { kind: match.kind, of: match.of.map((one) => withValues(one, env)) };
    case 'not':
      return { kind: 'not', of: withValues(match.of, env) };
    case 'test':
      return match.operand.kind === 'named'
        ? { ...match, operand: { kind: 'values', ranges: env.world.sets.members(match.operand.set) } }
        : match;
    default:
      return match satisfies never;
  }
}
