// docs/libvirt-coverage.md. In: the elements and the cells that rules say. Out: the page. Guarantees: deterministic.
import { SAID } from './cells.ts';
import { type Element, ELEMENTS } from './elements.ts';
import { FORMS } from './forms.ts';

const HEAD = `# libvirt's filter elements in Weir

Every attribute of every element that a libvirt rule can have, and what says the same in Weir. This page is made by a test, which compiles every rule, loads them all
into a kernel, and holds frames that match and frames that just miss against the reference interpreter and the nftables in memory. A cell without a rule has a
reason; a cell with neither fails the test.

An attribute that only completes another one (a mask, the end of a range) shows the two together. Weir has forms that libvirt lacks: negated masks, ranges of
addresses in IPv6, masks of anything. [Coming from libvirt](from-libvirt.md) says the rest in words.
`;

/** The page. */
export function coveragePage(): string {
  const pairs = ELEMENTS.reduce((sum, { attributes }) => sum + attributes.length, 0);
  const summary = `${ELEMENTS.length} elements, ${pairs} attributes, ${SAID.length} rules.\n`;
  const notes: string[] = [];
  const sections = ELEMENTS.map((element) => sectionOf(element, notes));
  const list = notes.map((reason, index) => `${index + 1}. ${reason}`);
  return [HEAD, summary, ...sections, '## Why there is no rule', '', ...list, ''].join('\n');
}

function sectionOf(element: Element, notes: string[]): string {
  const rows = element.attributes.map((attribute) => {
    const cells = FORMS.map((form) => {
      const cell = attribute.cells[form];
      if ('reason' in cell) return `[${noteOf(cell.reason, notes)}](#why-there-is-no-rule)`;
      return `\`${('clause' in cell ? (cell.before ?? cell.clause) : cell.text).replaceAll('|', '\\|')}\``;
    });
    return `| \`${attribute.name}\` | ${cells.join(' | ')} |`;
  });
  const where = element.layer === 'guard' ? 'In a guard' : 'In a filter';
  return `## ${element.name}

${where}: \`${ruleHead(element)}\`

| attribute | equal | negated | range | mask |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function ruleHead(element: Element): string {
  const first = SAID.find((one) => one.element === element && one.rule.includes(' where '));
  const rule = first?.rule ?? '';
  return `${rule.slice(0, rule.indexOf(' where '))} where …${element.layer === 'filter' ? ' stateless' : ''}`;
}

function noteOf(reason: string, notes: string[]): number {
  if (!notes.includes(reason)) notes.push(reason);
  return notes.indexOf(reason) + 1;
}
