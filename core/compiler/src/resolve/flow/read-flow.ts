/**
 * A flow from the command line: `tcp 198.51.100.7 -> web1 port 443`.
 *
 * In: its text and a model. Out: the flow, or undefined and what is wrong, with places in the text (file
 * {@link FLOW_FILE}). Guaranteed: every service that some file declares may be named; one that files declare differently
 * is the standard one, else the first in the order of files.
 */
import { parseFlow } from '@weir/grammar';
import type { PassResult } from '../../pass-result.ts';
import type { Flow } from '../../policy/flow.ts';
import { syntaxDiagnostic } from '../../sources/gather-sources.ts';
import type { World } from '../environment.ts';
import type { Model } from '../model.ts';
import { Report } from '../report.ts';
import type { Scope } from '../scope.ts';
import { resolveFlow } from './resolve-flow.ts';

/** The name of the file in places of such a flow. */
export const FLOW_FILE = '<flow>';

export function readFlow(text: string, { world }: Model): PassResult<Flow | undefined> {
  const { flow, problems } = parseFlow(text);
  if (flow === undefined)
    return { value: undefined, diagnostics: problems.map((problem) => syntaxDiagnostic(FLOW_FILE, problem)) };
  const report = new Report();
  const own: World = {
    ...world,
    report,
    files: new Map([...world.files, [FLOW_FILE, { file: FLOW_FILE, text, items: [], comments: [] }]]),
    scopes: { ...world.scopes, of: (file) => (file === FLOW_FILE ? everyName(world) : world.scopes.of(file)) },
  };
  const value = resolveFlow(flow, { world: own, file: FLOW_FILE, params: new Map() });
  return { value, diagnostics: report.list() };
}

function everyName({ scopes }: World): Scope {
  const names = new Map(scopes.standard);
  for (const definition of scopes.definitions) {
    const { text } = definition.item.name;
    if (!names.has(text)) names.set(text, definition);
  }
  return names;
}
