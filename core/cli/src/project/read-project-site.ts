/**
 * A project's policy and tests: what commands start from that ask about packets and write no documents.
 *
 * In: a project. Out: its site, and all diagnostics of reading. Guaranteed: no site when anything is wrong.
 */
import { hasErrors, readSite, type PassResult, type Site } from '@weir/compiler';
import { withoutRepeats } from './compile-project.ts';
import type { Project } from './load-project.ts';

export function readProjectSite(project: Project): PassResult<Site | undefined> {
  const site = readSite(project.sources, project.registry);
  const diagnostics = withoutRepeats([...project.diagnostics, ...site.diagnostics]);
  return { value: hasErrors(diagnostics) ? undefined : site.value, diagnostics };
}
