/**
 * Where the checks of the inventory put what they find.
 *
 * In: diagnostics, with the networks that they spoil. Out: the diagnostics in the order of the files, and the spoilt
 * networks. Guaranteed: warnings spoil nothing.
 */
import type { Diagnostic } from '@weir/plugin';

export interface Findings {
  /** Records a diagnostic; an error spoils the networks named with it. */
  report(diagnostic: Diagnostic, ...networks: readonly (string | undefined)[]): void;
  /** Records that a network must not be asked about, for a reason that is reported elsewhere. */
  spoil(network: string): void;
  isSpoilt(network: string): boolean;
  /** By file, then place, then code. */
  sorted(): readonly Diagnostic[];
}

export function createFindings(): Findings {
  const diagnostics: Diagnostic[] = [];
  const spoilt = new Set<string>();
  return {
    report: (diagnostic, ...networks) => {
      diagnostics.push(diagnostic);
      if (diagnostic.severity !== 'error') return;
      for (const network of networks) if (network !== undefined) spoilt.add(network);
    },
    spoil: (network) => void spoilt.add(network),
    isSpoilt: (network) => spoilt.has(network),
    sorted: () => diagnostics.toSorted(byPlace),
  };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [fileA, fileB] = [a.span?.file ?? '', b.span?.file ?? ''];
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  const between = (a.span?.start ?? -1) - (b.span?.start ?? -1);
  if (between !== 0) return between;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}
