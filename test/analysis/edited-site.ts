// A generated site and a copy with one edit. In: a seed. Out: both policies. Guaranteed: the same seed gives the same edit; both compile.
import type { Policy } from '@weir/compiler';
import fc from 'fast-check';
import { compileSite, tryCompile } from '../agreement/compiled-site.ts';
import { site } from '../agreement/generate-site.ts';
import type { List, Site } from '../agreement/site.ts';

export interface EditedSite {
  readonly before: Policy;
  readonly after: Policy;
  /** What was done, for messages. */
  readonly edit: string;
}

const OPPOSITE: Readonly<Record<string, string>> = { accept: 'drop', drop: 'accept', pass: 'drop', reject: 'accept' };

/** Makes them; sites whose edits are all refused or change no line are none. */
export function editedSite(seed: number, ports: number): EditedSite | undefined {
  const [generated] = fc.sample(site(ports, { isStateful: seed % 2 === 0 }), { numRuns: 1, seed });
  if (generated === undefined) return undefined;
  const compiled = compileSite(generated);
  for (let round = 0; round < 12; round += 1) {
    const edited = withEdit(compiled.site, seed * 31 + round);
    const after = edited && tryCompile(edited.site);
    if (after !== undefined && edited !== undefined)
      return { before: compiled.policy, after: after.policy, edit: edited.edit };
  }
  return undefined;
}

function withEdit(whole: Site, number: number): { readonly site: Site; readonly edit: string } | undefined {
  const uses = whole.ports.flatMap(({ guard, filters }) => [guard, ...filters]).map((use) => use.split('(')[0]);
  const used = whole.lists.filter(({ name }) => uses.includes(name));
  const list = used[number % used.length];
  if (list === undefined || list.lines.length === 0) return undefined;
  const at = (number >> 3) % list.lines.length;
  const lines = editedLines(list, at, number % 3);
  if (lines === undefined) return undefined;
  const lists = whole.lists.map((one) => (one === list ? { ...list, lines } : one));
  return { site: { ...whole, lists }, edit: `${list.kind} ${list.name}, line ${at}: ${lines.join(' ; ')}` };
}

function editedLines({ lines }: List, at: number, kind: number): readonly string[] | undefined {
  if (kind === 0) return lines.filter((_, index) => index !== at);
  if (kind === 1) return lines.map((line, index) => lines[index === 0 ? at : index === at ? 0 : index] ?? line);
  const line = lines[at] ?? '';
  const word = Object.keys(OPPOSITE).find((verdict) => new RegExp(`^(in|out|inout) ${verdict}\\b`).test(line));
  if (word === undefined) return undefined;
  const turned = line.replace(word, OPPOSITE[word] ?? '').replace(/ (stateless|with [a-z-]+)\b/g, '');
  return lines.map((one, index) => (index === at ? turned : one));
}
