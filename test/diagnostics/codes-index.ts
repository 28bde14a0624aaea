/**
 * The index of the pages: every code under its area.
 *
 * In: the list of codes. Out: Markdown. Guaranteed: in order of the areas below; an area that is not among them comes last.
 */
import type { ListedCode } from '@weir/cli';

const AREAS: Readonly<Record<string, string>> = {
  syntax: 'Text that cannot be read',
  sources: 'Files and imports',
  resolve: 'Names and rules',
  values: 'Addresses, ports and other values',
  settings: 'Settings of networks, guests and interfaces',
  inventory: 'Guests and networks together',
  flow: 'Tests and flows',
  test: 'Runs of tests',
  lint: 'Files that are right and probably not meant',
  lower: 'What the target can do',
  nat: 'Mode `nat`',
  routed: 'Mode `routed`',
  isolated: 'Mode `isolated`',
  bridged: 'Mode `bridged`',
  project: 'The project around the rule files',
  target: 'Marks of the project',
  plugin: 'Plugins',
  emit: 'Faults of Weir',
  runtime: 'The host',
};

const INTRO = `# Diagnostics

Every problem that Weir reports has a permanent code, and every code a page: an example, what Weir says to it, why, and
what to write instead. An error anywhere means that nothing is emitted; warnings are in italics here and stop nothing.

Pages are tests: their examples are compiled, and the reports in them are what Weir prints. After a change of a message,
\`npx vitest run test/diagnostics --update\` brings the pages up to date; read the difference.
`;

/** The whole page. */
export function codesIndex(codes: readonly ListedCode[]): string {
  const areas = [...new Set([...Object.keys(AREAS), ...codes.map(({ code }) => areaOf(code))])];
  const parts = areas.flatMap((area) => {
    const own = codes.filter(({ code }) => areaOf(code) === area);
    return own.length === 0 ? [] : [`## ${AREAS[area] ?? area}\n\n${own.map(lineOf).join('\n')}\n`];
  });
  return [INTRO, ...parts].join('\n');
}

const areaOf = (code: string): string => code.slice(0, code.indexOf('/'));

function lineOf({ code, severity, title }: ListedCode): string {
  const words = severity === 'error' ? title : `_${title}_`;
  return `- [\`${code}\`](${code}.md): ${words}`;
}
