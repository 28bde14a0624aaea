// docs/library.md, made from the rule package's own comments. In: its parts. Out: the page. Guarantees: deterministic.
import { exampleOf, type LibraryPart, signatureOf } from './library-items.ts';

const HEAD = `# The rule library

What comes with Weir, by the path that imports name. This page is made from the comments in \`rules/src\`; a test holds it.

Guards decide single frames, and a port has one; filters decide connections, and a port may have several, which must all accept. An item is used as its example says:
\`guard …\` and \`filter …\` in an \`interface\`, \`use …\` in a guard or filter of your own.
`;

/** The page. */
export function libraryPage(parts: readonly LibraryPart[]): string {
  return [HEAD, ...parts.map(partText)].join('\n');
}

function partText(part: LibraryPart): string {
  const items = part.policies.map((item) => {
    const signature = item.params.length === 0 ? '' : `\`\`\`\n${signatureOf(part, item)}\n\`\`\`\n\n`;
    return `### ${item.name.text}\n\n${item.doc ?? ''}\n\n${signature}Example: \`${item.of} ${exampleOf(item)}\`\n`;
  });
  const networks = part.networks.map(({ name, doc }) => `### network ${name?.text}\n\n${doc ?? ''}\n`);
  const services = part.services.length === 0 ? [] : [servicesText(part)];
  return [`## ${part.name}\n\n${introText(part.intro)}\n`, ...items, ...networks, ...services].join('\n');
}

/** Lines that the comment sets in are code. */
function introText(intro: string): string {
  return intro.replaceAll(
    /(?:^ {2}.*\n?)+/gm,
    (block) => `\`\`\`weir\n${block.replaceAll(/^ {2}/gm, '').trimEnd()}\n\`\`\`\n`,
  );
}

function servicesText({ services, text }: LibraryPart): string {
  const rows = services.map(({ name, start, end }) => {
    const value = text.slice(start, end).replace(/^[^=]*=\s*/, '');
    return `| \`${name.text}\` | \`${value}\` |`;
  });
  return ['### Services', '', '| name | means |', '|---|---|', ...rows, ''].join('\n');
}
