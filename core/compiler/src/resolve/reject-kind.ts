/** What stands after `reject with`. */
import type { Verdict } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import type { RejectKind } from '../policy/rule.ts';
import { type Environment, textOf } from './environment.ts';
import { unknownName } from './findings.ts';
import { spanOf } from './report.ts';

const REJECT_KINDS: readonly RejectKind[] = [
  'port-unreachable',
  'admin-prohibited',
  'host-unreachable',
  'no-route',
  'tcp-reset',
];

/** The answer of a reject, the default one where none is written; undefined for an unknown one, which is reported. */
export function rejectKind(verdict: Verdict, env: Environment): RejectKind | undefined {
  const kind = verdict.with && textOf(env, verdict.with);
  const found = kind === undefined ? 'port-unreachable' : REJECT_KINDS.find((name) => name === kind);
  if (found !== undefined) return found;
  const near = suggest(kind ?? '', REJECT_KINDS);
  const help = near === undefined ? `one of ${REJECT_KINDS.map((one) => `\`${one}\``).join(', ')}` : undefined;
  const at = spanOf(env.file, verdict.with ?? verdict);
  return env.world.report.add(unknownName(at, { name: kind ?? '', what: 'answer', near, help }));
}
