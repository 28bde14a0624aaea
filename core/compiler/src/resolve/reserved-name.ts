/** Words that rules know already: a declaration by that name would never be meant, or would change what rules mean. */
import type { Name } from '@weir/grammar';
import { PROTOCOLS } from '../policy/field-names.ts';
import type { Environment } from './environment.ts';
import { reservedName } from './findings.ts';
import { spanOf } from './report.ts';
import { LINK_PROTOCOLS } from './subject.ts';

const WORDS: ReadonlySet<string> = new Set(['any', 'gateway', 'host', 'none', 'self', 'world']);
const SUBJECTS: ReadonlySet<string> = new Set([...Object.keys(PROTOCOLS), ...LINK_PROTOCOLS, 'nd']);

/** `isSubject`: the name would stand where rules name protocols. */
export function checkName(name: Name, isSubject: boolean, env: Environment): void {
  const { text } = name;
  const span = spanOf(env.file, name);
  if (WORDS.has(text)) env.world.report.add(reservedName(span, { name: text, is: 'a word of the language' }));
  else if (isSubject && SUBJECTS.has(text)) env.world.report.add(reservedName(span, { name: text, is: 'a protocol' }));
}
