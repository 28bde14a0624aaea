// Puts all mutants of some files into them, each behind a switch. In: paths. Out: for each path the source with mutants, and the list of mutants with
// their places. Uses Stryker's instrumenter; the switch itself is ours (switch.ts).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';

const SWITCH = fileURLToPath(new URL('switch.ts', import.meta.url));
const HEADER = `import { stryCov_9fa48, stryMutAct_9fa48 } from ${JSON.stringify(SWITCH)};\n`;

const silent = () => {};
const logger = {
  isDebugEnabled: () => false,
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, silent])),
};

/** WHY: the words of errors that are thrown are for people; no verdict hangs on them. */
const words = {
  shouldIgnore(path) {
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const made = path.findParent((one) => one.isNewExpression() || one.isFunction());
    const isError = made?.isNewExpression() && /Error$|^Refusal$/.test(made.node.callee.name ?? '');
    return isError ? 'words of an error' : undefined;
  },
};

/** The text between two places, lines and columns from 0. */
function textBetween(source, { start, end }) {
  const lines = source.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}

/** Instruments the files at once, so that no two mutants have the same number. */
export async function instrument(paths) {
  const sources = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  const files = [...sources].map(([name, content]) => ({ name, content, mutate: true }));
  const options = { excludedMutations: [], ignorers: [words], plugins: null, noHeader: true };
  const done = await new Instrumenter(logger).instrument(files, options);
  const mutants = done.mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(({ id, fileName, mutatorName, replacement, location }) => ({
      id,
      file: fileName,
      line: location.start.line + 1,
      column: location.start.column + 1,
      mutator: mutatorName,
      original: textBetween(sources.get(fileName), location),
      replacement,
    }));
  return { texts: new Map(done.files.map(({ name, content }) => [name, HEADER + content])), mutants };
}
