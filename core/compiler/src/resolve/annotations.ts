/** Annotations: known names with the arguments they want, where they may stand, and what they cause. */
import type { Annotation, Value } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { PolicyVerdict } from '../policy/rule.ts';
import { isDate } from '../values/date.ts';
import { type Environment, textOf } from './environment.ts';
import { annotation, badValue, expired, noDate } from './findings.ts';
import { spanOf } from './report.ts';

const ARGUMENTS: Readonly<Record<string, readonly Value['kind'][]>> = {
  owner: ['text'],
  ticket: ['text'],
  expires: ['date'],
  staged: [],
};

/** Checks annotations. `of`: what they stand in front of; only rules can be staged. */
export function checkAnnotations(annotations: readonly Annotation[], of: 'rule' | 'item', env: Environment): void {
  const seen = new Set<string>();
  for (const node of annotations) {
    const { text } = node.name;
    if (!hasItsArguments(node, env)) continue;
    if (seen.has(text)) add(node, `\`@${text}\` stands twice here`, 'keep one of them', env);
    seen.add(text);
    if (text === 'staged' && of === 'item') {
      const help = 'write it in front of each rule that shall only be counted and logged';
      add(node, '`@staged` belongs to a rule', help, env);
    }
    if (text === 'expires') checkDate(node, of, env);
  }
}

function hasItsArguments(node: Annotation, env: Environment): boolean {
  const { text } = node.name;
  const wanted = Object.hasOwn(ARGUMENTS, text) ? ARGUMENTS[text] : undefined;
  if (wanted === undefined) {
    const near = suggest(text, Object.keys(ARGUMENTS));
    const known = 'known are `@owner`, `@ticket`, `@expires` and `@staged`';
    add(node, `unknown annotation \`@${text}\``, near === undefined ? known : `did you mean \`@${near}\`?`, env);
    return false;
  }
  if (node.args.length === wanted.length && node.args.every((arg, i) => arg.kind === wanted[i])) return true;
  const form = wanted.length === 0 ? `@${text}` : `@${text}(${wanted[0] === 'date' ? '2027-03-31' : '"…"'})`;
  add(node, `\`@${text}\` has other arguments`, `write \`${form}\``, env);
  return false;
}

function add(node: Annotation, message: string, help: string, env: Environment): void {
  env.world.report.add(annotation(spanOf(env.file, node), { message, help }));
}

function checkDate(node: Annotation, of: 'rule' | 'item', env: Environment): void {
  const [date] = node.args;
  if (date?.kind !== 'date') return;
  const { today, report } = env.world;
  if (!isDate(date.text)) {
    const help = 'write year, month and day of a day that there is, e.g. `2027-03-31`';
    report.add(badValue(spanOf(env.file, date), { text: textOf(env, date), why: 'is no date', help }));
  } else if (today === undefined) report.add(noDate(spanOf(env.file, node), {}));
  else if (of === 'item' && date.text < today) report.add(expired(spanOf(env.file, node), { today, still: true }));
}

/** The annotation by which a rule has expired; its last day is over. */
export function expiryOf(
  annotations: readonly Annotation[],
  { world: { today } }: Environment,
): Annotation | undefined {
  return annotations.find((node) => {
    const [date] = node.args;
    return (
      node.name.text === 'expires' &&
      date?.kind === 'date' &&
      isDate(date.text) &&
      today !== undefined &&
      date.text < today
    );
  });
}

/**
 * Whether an expired rule is left out, which is reported either way.
 * WHY: what let packets through ends with its date; what stopped them stays, because nobody decided to let them through.
 */
export function isLeftOut(annotations: readonly Annotation[], verdict: PolicyVerdict, env: Environment): boolean {
  const found = expiryOf(annotations, env);
  if (found === undefined) return false;
  const isOff = verdict.kind === 'accept' || verdict.kind === 'pass' || verdict.kind === 'continue';
  const today = env.world.today ?? '';
  env.world.report.add(expired(spanOf(env.file, found), { today, still: !isOff }));
  return isOff;
}

export const isStaged = (annotations: readonly Annotation[]): boolean =>
  annotations.some(({ name }) => name.text === 'staged');
