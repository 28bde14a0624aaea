/**
 * Every diagnostic that the compiler and the parser can raise.
 *
 * In: nothing. Out: codes with severity and title, by code. Guaranteed: each code once; codes are permanent.
 */
import { syntaxTitles } from '@weir/grammar';
import type { DiagnosticHead } from '@weir/plugin';
import { invalidDocument } from '../emit/check-documents.ts';
import { hostDiagnostics } from '../host/findings.ts';
import { lowerDiagnostics } from '../lower/findings.ts';
import { resolveDiagnostics } from '../resolve/findings.ts';
import { claimDiagnostics } from '../resolve/claim/findings.ts';
import { flowDiagnostics } from '../resolve/flow/findings.ts';
import { inventoryDiagnostics } from '../resolve/inventory/inventory-diagnostics.ts';
import { settingsDiagnostics } from '../settings/findings.ts';
import { sourceDiagnostics } from '../sources/gather-sources.ts';
import { markDiagnostics } from '../target/mark-bits.ts';

/** The parser's. */
export const syntaxDiagnostics: readonly DiagnosticHead[] = Object.entries(syntaxTitles).map(([code, title]) => ({
  code,
  severity: 'error',
  title,
}));

/** The compiler's own, plugins apart. */
export const compilerDiagnostics: readonly DiagnosticHead[] = [
  ...sourceDiagnostics,
  ...resolveDiagnostics,
  ...flowDiagnostics,
  ...claimDiagnostics,
  ...settingsDiagnostics,
  ...inventoryDiagnostics,
  ...lowerDiagnostics,
  invalidDocument,
  ...markDiagnostics,
  ...hostDiagnostics,
].toSorted((a, b) => (a.code < b.code ? -1 : 1));
