// WHY: nft opens /dev/stdin, which fails on the sockets that Node gives to children; hence the pipe of `cat`.
import { expect, test } from 'vitest';
import { stringifyDocument } from '../stringify.ts';
import { inNamespace, kernelSkipReason } from '../testing/kernel.ts';
import { commandDocument, statementDocument } from '../testing/sample-document.ts';
import type { Sample } from '../testing/samples.ts';
import { commandSamples, expressionSamples, objectSamples, statementSamples } from '../testing/samples.ts';
import type { NftDocument } from '../types/command.ts';

function oracle<T>(
  table: string,
  samples: Readonly<Record<string, Sample<T>>>,
  build: (sample: Sample<T>) => NftDocument,
): void {
  for (const [kind, sample] of Object.entries(samples)) {
    const reason = sample.unloadable ?? (sample.since === undefined ? kernelSkipReason : `needs nft ${sample.since}`);
    const name = `nft loads the accepted ${table} ${kind}`;
    test.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (not here: ${reason})`}`, () => {
      const run = inNamespace('cat | nft -j -f -', stringifyDocument(build(sample)));
      expect(run.stderr).toBe('');
      expect(run.ok).toBe(true);
    });
  }
}

oracle('statement', statementSamples, statementDocument);
oracle('expression', expressionSamples, statementDocument);
oracle('object', objectSamples, commandDocument);
oracle('command', commandSamples, commandDocument);
