// The outcome as text: a table by file, then the mutants that nothing notices. In: mutants with their fates. Out: text.

const COLUMNS = ['noticed', 'recorded', 'survived', 'not reached', 'static'];

/** Noticed of all that something reaches while it runs. */
function score(counts) {
  const tried = counts.noticed + counts.recorded + counts.survived;
  return tried === 0 ? '' : `${((100 * counts.noticed) / tried).toFixed(1)} %`;
}

function countsOf(results) {
  return Object.fromEntries(COLUMNS.map((column) => [column, results.filter(({ fate }) => fate === column).length]));
}

function row(name, cells) {
  return `${name.padEnd(52)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`;
}

const short = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 100);

/** The whole report. */
export function report(results) {
  const files = [...new Set(results.map(({ file }) => file))];
  const all = countsOf(results);
  const line = (name, counts) => row(name, [...COLUMNS.map((column) => counts[column]), score(counts)]);
  const left = results.filter(({ fate }) => fate === 'survived' || fate === 'not reached');
  return [
    row('', [...COLUMNS, 'score']),
    ...files.map((file) => line(file, countsOf(results.filter((one) => one.file === file)))),
    line('all', all),
    '\nNot noticed:\n',
    ...left.map(
      ({ id, file, line: at, column, mutator, original, replacement, fate }) =>
        `${file}:${at}:${column} [${id}] ${mutator}${fate === 'survived' ? '' : `, ${fate}`}: ${short(original)} → ${short(replacement)}\n`,
    ),
  ].join('');
}
