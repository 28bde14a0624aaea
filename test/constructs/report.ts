// The report of constructs. In: recordings of test runs, one or more for each kernel. Out: which constructs each kernel has decided, as a table, and what
// is wrong with that. Guarantees: pure; the order is that of the vocabulary.
import type { Evidence, Recording } from './recorder.ts';
import { CONSTRUCTS } from './vocabulary.ts';

/** A construct with what each kernel has seen of it. */
export interface Row {
  readonly construct: string;
  readonly kernels: Readonly<Record<string, Evidence>>;
  /** Why no kernel has checked it. */
  readonly reason?: string;
}

const NOTHING: Evidence = { held: 0, missed: 0 };

/** Checked: a frame was delivered or not because it held, and another because it did not. */
export const isChecked = ({ held, missed }: Evidence): boolean => held > 0 && missed > 0;

/** Recordings as they stand in a file, one a line. */
export function readRecordings(text: string): readonly Recording[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Recording);
}

/** One row for each construct of the vocabulary. */
export function rowsOf(recordings: readonly Recording[], reasons: ReadonlyMap<string, string>): readonly Row[] {
  const kernels = [...new Set(recordings.map(({ kernel }) => kernel))].toSorted();
  return CONSTRUCTS.map((construct) => {
    const reason = reasons.get(construct);
    return {
      construct,
      kernels: Object.fromEntries(
        kernels.map((kernel) => [
          kernel,
          sumOf(
            recordings.filter((one) => one.kernel === kernel),
            construct,
          ),
        ]),
      ),
      ...(reason !== undefined && { reason }),
    };
  });
}

const sumOf = (recordings: readonly Recording[], construct: string): Evidence =>
  recordings
    .map(({ found }) => found[construct] ?? NOTHING)
    .reduce((sum, one) => ({ held: sum.held + one.held, missed: sum.missed + one.missed }), NOTHING);

/** What is wrong: constructs that no kernel has checked and nobody excuses, excuses that are none, and names outside the vocabulary. */
export function faultsOf(
  rows: readonly Row[],
  recordings: readonly Recording[],
  reasons: ReadonlyMap<string, string>,
): readonly string[] {
  const known = new Set(CONSTRUCTS);
  const strange = new Set([...recordings.flatMap(({ found }) => Object.keys(found)), ...reasons.keys()]);
  return [
    ...rows.flatMap(({ construct, kernels, reason }) => {
      const checked = Object.values(kernels).some(isChecked);
      if (!checked && reason === undefined) return [`${construct}: checked by no kernel`];
      return checked && reason !== undefined ? [`${construct}: has a reason and was checked`] : [];
    }),
    ...[...strange].filter((name) => !known.has(name)).map((name) => `${name}: no construct of the vocabulary`),
  ];
}

/** The rows as Markdown. */
export function markdown(rows: readonly Row[]): string {
  const kernels = Object.keys(rows[0]?.kernels ?? {});
  const mark = (evidence: Evidence | undefined): string => {
    const { held, missed } = evidence ?? NOTHING;
    if (held > 0 && missed > 0) return 'yes';
    return held > 0 ? 'only what holds' : missed > 0 ? 'only what does not hold' : 'no';
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const counts = kernels.map(
    (kernel) => `${rows.filter((row) => isChecked(row.kernels[kernel] ?? NOTHING)).length} on ${kernel}`,
  );
  const byNone = rows.filter((row) => !Object.values(row.kernels).some(isChecked)).length;
  return [
    '# Which constructs of the rule language which kernel has checked',
    '',
    `Of ${rows.length} constructs: ${counts.join(', ')}; ${byNone} by none.`,
    '',
    line(['construct', ...kernels, 'reason']),
    line(['---', ...kernels.map(() => '---'), '---']),
    ...rows.map((row) => line([row.construct, ...kernels.map((k) => mark(row.kernels[k])), row.reason ?? ''])),
    '',
  ].join('\n');
}
