import { expect, test } from 'vitest';
import { parseFile } from './index.ts';

/** Broken snippets: `|` lines of a policy body are wrapped into a filter, everything else stands as it is. */
const SNIPPETS: readonly string[] = [
  'filtr web {\n  in accept tcp\n}',
  'in accept tcp',
  '}',
  'filter a {\n  in accept\n\nfilter b {\n  in drop\n}',
  'guest g {\n  interface vnet0 {\n    network front\n}\n\nfilter b { }',
  'filter a {\n  in accept\n  }\n  out drop\n}\nfilter b { }',
  'filter a\n{\n  in accept\n}',
  'filter a(x addresses) {\n  in accept\n}',
  'filter a(x: addresses {\n  in accept\n}\nfilter b { }',
  'addresses a = 10.0.0.1, 10.0.0.2',
  'addresses a 10.0.0.1',
  'addresses log = 10.0.0.1',
  'addresses a = { 10.0.0.1 10.0.0.2 }',
  'addresses a = {\n  10.0.0.1,\n  10.0.0.2\n\nfilter b { }',
  'addresses a = 10.0.0',
  'service s = tcp:443',
  'import clean-traffic from "@weir/rules"',
  "import { a } from './a.weir'",
  'export guest g { }',
  'guest g { labels { tier = web env = prod } }',
  'guest g {\n  network front back\n  mac 52-54-00-00-00-01\n  mode nat\n}',
  'test "t" {\n  accept tcp a b\n  accept tcp a -> b\n}',
  'assert "s" {\n  nver from a\n}',
  'filter a { in accept } filter b { }',
  'filter é { }',
  'filter a { in accept from\u00A0b }',
  '# hidden \u202E mark\nfilter a { }',
  ...[
    'in allow tcp',
    'in permit',
    'in deny',
    'block in tcp',
    'in acept tcp',
    'inn accept',
    'in accept tcp dport 22',
    'in accept dport 22',
    'in accept sport 68',
    'in accept src 1.2.3.4',
    'in accept dst 1.2.3.4',
    'ingress accept',
    'egress accept',
    'in accept from 10.0.0.0/255.255.255.0',
    'in accept from 10.0.0.0/255.0.255.0',
    'in accept from 10.0/8',
    'in accept tcp 443',
    'in accept where a && b',
    'in accept where a == 1 || b == 2',
    'in accept where !a',
    'in accept where tcp.flags = 3',
    'in accept where (a == 1',
    'in accept where a ==',
    '// a comment',
    'in accept web1 -> web2',
    'in accept from a, b',
    'in accept from to x',
    'in accept limit 10/s',
    'in accept port 80:90',
    'in accept log "abc',
    'in accept log "a\\q"',
    'in accept log “abc”',
    'in accept from',
    'in accept tcp port { 80, 443',
    'default in drop where x',
    'use',
    'accept accept',
    'in accept )',
    'in accept tcp prot 22',
    'in accept connections 5',
  ].map((line) => `filter f {\n  ${line}\n  out drop\n}`),
];

/** One problem as an operator might see it: the line, marks under the place, the words. */
function rendered(text: string): string {
  const { tree, problems } = parseFile('t.weir', text);
  const told = problems.map((p) => {
    const from = text.lastIndexOf('\n', p.start - 1) + 1;
    const line = text.slice(from).split('\n')[0] ?? '';
    const marks = `${' '.repeat(p.start - from)}${'^'.repeat(Math.max(1, p.end - p.start))}`;
    return [
      `${p.code}: ${p.message}`,
      `  | ${line}`,
      `  | ${marks}`,
      ...(p.help === undefined ? [] : [`  help: ${p.help}`]),
    ].join('\n');
  });
  const items = tree.items.map((i) => (i.kind === 'error-item' ? 'error' : `${i.kind}${i.broken ? ' (broken)' : ''}`));
  return `${text}\n--\n${told.join('\n')}\nitems: ${items.join(', ')}\n`;
}

test('every broken snippet is told where, what and what to do', async () => {
  await expect(SNIPPETS.map(rendered).join('\n========\n')).toMatchFileSnapshot('testing/broken.txt');
});

test.each(SNIPPETS)('no snippet is taken for valid: %s', (text) => {
  const { tree, problems } = parseFile('t.weir', text);
  expect(problems.length).toBeGreaterThan(0);
  const marked = tree.items.some((i) => i.kind === 'error-item' || i.broken);
  expect(marked || text.startsWith('#')).toBe(true);
});

test('a broken statement costs only itself', () => {
  const { tree } = parseFile('t.weir', 'filter f {\n  in accept tcp\n  in acept\n  out drop\n}\nfilter g { in drop }');
  expect(tree.items).toMatchObject([
    { broken: true, body: [{ kind: 'rule' }, { kind: 'error-statement' }, { kind: 'rule' }] },
    { kind: 'policy', body: [{ kind: 'rule' }] },
  ]);
  expect(tree.items[1]).not.toHaveProperty('broken');
});
