/**
 * Every diagnostic code of Weir and of the plugins that come with it.
 *
 * In: nothing. Out: codes with severity, title and package, by code. Guaranteed: each code once.
 */
import { analysisDiagnostics, lintDiagnostics } from '@weir/analysis';
import { compilerDiagnostics, syntaxDiagnostics } from '@weir/compiler';
import type { DiagnosticHead } from '@weir/plugin';
import { hostProblemTitles } from '@weir/runtime';
import { diffDiagnosticHeads } from '../output/diff-diagnostics.ts';
import { testRunDiagnostics } from '../output/test-diagnostics.ts';
import { projectDiagnostics } from '../project/diagnostics.ts';
import { proveRunDiagnostics } from '../prove/prove-diagnostics.ts';
import { builtinPlugins } from '../project/load-plugins.ts';

/** One code, and the package that raises it. */
export interface ListedCode {
  readonly code: string;
  readonly severity: DiagnosticHead['severity'];
  readonly title: string;
  readonly package: string;
}

/** All codes, sorted. */
export function shippedCodes(): readonly ListedCode[] {
  return [
    ...listed('@weir/grammar', syntaxDiagnostics),
    ...listed('@weir/compiler', compilerDiagnostics),
    ...listed('@weir/analysis', [...analysisDiagnostics, ...lintDiagnostics]),
    ...listed('@weir/runtime', hostProblems),
    ...listed('@weir/cli', [
      ...projectDiagnostics,
      ...testRunDiagnostics,
      ...diffDiagnosticHeads,
      ...proveRunDiagnostics,
    ]),
    ...builtinPlugins().flatMap(({ source, plugin }) => listed(source, plugin.diagnostics ?? [])),
  ].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

const hostProblems: readonly DiagnosticHead[] = Object.entries(hostProblemTitles).map(([code, title]) => ({
  code,
  severity: 'error',
  title,
}));

function listed(from: string, heads: readonly DiagnosticHead[]): readonly ListedCode[] {
  return heads.map(({ code, severity, title }) => ({ code, severity, title: title ?? '', package: from }));
}
