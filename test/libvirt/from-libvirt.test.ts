// docs/from-libvirt.md: its examples and rules compile, and everything that libvirt has is in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileText } from '../compile/compile-case.ts';
import { PARTS } from '../library/library-items.ts';
import { ELEMENTS } from './elements.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/from-libvirt.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```weir\n(.*?)^```/gms)].map(([, text = '']) => text);
const PROSE = PAGE.replaceAll(/^```.*?^```/gms, '');
const CODE = [...new Set([...PROSE.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text))];

/** What the examples name. */
const AROUND = `
addresses x = { 10.1.0.0/16, fd01::/48 }
network lan { mode isolated; bridge br-lan; subnet 10.99.0.0/24; subnet fd00:99::/64 }
guest web1 { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.99.0.11, fd00:99::11; filter example-filter; guard example-guard } }
`;

const around = (guard: string, filter: string): string =>
  `${AROUND}guard example-guard {\n${guard}\n}\nfilter example-filter {\n${filter}\n}\n`;

const errorsOf = (text: string): readonly string[] =>
  compileText(text).diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));

const EXAMPLES = BLOCKS.map((block) => ({ title: block.split('\n', 1)[0] ?? '', block }));

test.for(EXAMPLES)('the example that begins with $title compiles', ({ block }) => {
  expect(errorsOf(block + around('default pass', 'default accept'))).toEqual([]);
});

/** Rules, and what stands behind the protocol of one. */
const RULES = CODE.filter((code) => !code.includes('…') && /^(in|out|inout|default) /.test(code));
const CLAUSES = CODE.filter(
  (code) => !code.includes('…') && /^(from|to|where|type|port) \S/.test(code) && !code.startsWith('to web1'),
);

test('a rule of the page compiles in a filter or in a guard', () => {
  expect(RULES.length).toBeGreaterThan(20);
  const wrong = RULES.filter((rule) => {
    const tries = [around('default pass', rule), around(rule, 'default accept')];
    return tries.every((text) => errorsOf(text).length > 0);
  });
  expect(wrong).toEqual([]);
});

test('a clause of the page compiles behind a protocol', () => {
  expect(CLAUSES.length).toBeGreaterThan(8);
  const heads = ['in accept tcp', 'in accept icmp', 'in accept'];
  const wrong = CLAUSES.filter((clause) => {
    const tries = [
      ...heads.map((head) => around('default pass', `${head} ${clause}`)),
      around(`out accept arp ${clause}`, 'default accept'),
    ];
    return tries.every((text) => errorsOf(text).length > 0);
  });
  expect(wrong).toEqual([]);
});

test('every filter that libvirt ships is in the page', () => {
  const names = PARTS.find(({ name }) => name.endsWith('/libvirt'))?.policies.map(({ name }) => name.text) ?? [];
  expect(names).toHaveLength(24);
  expect(names.filter((name) => !CODE.includes(name))).toEqual([]);
});

test('every element and every attribute is in the page', () => {
  expect(ELEMENTS.filter(({ name }) => !CODE.includes(name)).map(({ name }) => name)).toEqual([]);
  const words = new Set(CODE.flatMap((code) => code.split(/[\s=',]+/)));
  const names = new Set(ELEMENTS.flatMap(({ attributes }) => attributes.map(({ name }) => name)));
  // `-hi` and `-mask` are named once for all pairs of `stp`.
  const unsaid = [...names].filter((name) => !words.has(name) && !/-(hi|mask)$/.test(name));
  expect(unsaid).toEqual([]);
});

test('links of the page lead to headings and files that are there', () => {
  const links = [...PROSE.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target);
  const headings = (file: string): readonly string[] =>
    [...readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8').matchAll(/^#+ (.*)$/gm)].map(
      ([, text = '']) =>
        text
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
    );
  const broken = links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    return anchor !== undefined && !headings(file === '' ? 'from-libvirt.md' : file).includes(anchor);
  });
  expect(links.length).toBeGreaterThan(3);
  expect(broken).toEqual([]);
});
