// Everything that a libvirt rule can ask for can be asked for in Weir, and means what it should: see docs/libvirt-coverage.md, which this makes.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadInOrder } from '../compile/load.ts';
import { kernelTest, TIER } from '../kernel/requirements.ts';
import { type SimulatedSite, simulatedSite } from '../library/simulated-site.ts';
import { needsConnections, type Probe, SAID, type Said } from './cells.ts';
import { coveragePage } from './coverage-page.ts';
import { ELEMENTS, SETS } from './elements.ts';
import { FORMS } from './forms.ts';

test.skipIf(TIER === 2)('libvirt has 24 elements with 387 attributes, and each is here once', () => {
  expect(new Set(ELEMENTS.map(({ name }) => name)).size).toBe(24);
  expect(ELEMENTS.flatMap(({ attributes }) => attributes)).toHaveLength(387);
  for (const { attributes } of ELEMENTS)
    expect(new Set(attributes.map(({ name }) => name)).size).toBe(attributes.length);
});

test.skipIf(TIER === 2)('a cell without a rule has a reason', () => {
  const cells = ELEMENTS.flatMap(({ attributes }) => attributes.flatMap((one) => FORMS.map((form) => one.cells[form])));
  const unsaid = cells.filter((cell) => 'reason' in cell);
  expect(unsaid.length + SAID.length).toBe(387 * FORMS.length);
  expect(unsaid.filter(({ reason }) => reason.length < 10)).toEqual([]);
});

test.skipIf(TIER === 2)('docs/libvirt-coverage.md is the table', async () => {
  await expect(coveragePage()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/libvirt-coverage.md'));
});

/** A rule file with every cell's rule on a port of its own. */
function siteText(cells: readonly Said[]): string {
  const items = cells.flatMap(({ element, rule }, index) => {
    const name = `c${index}`;
    const mac = `52:54:01:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}:01`;
    const policy = element.layer === 'guard' ? `guard ${name}` : `guard none; filter ${name}`;
    return [
      `${element.layer} ${name} {\n  ${rule}\n}`,
      `guest ${name} { interface ${name} { network lan; mac ${mac}; address any; ${policy} } }`,
    ];
  });
  return [
    ...SETS,
    'network lan { mode isolated; bridge br-lan; subnet 10.9.0.0/16; subnet fd09::/64 }',
    ...items,
    '',
  ].join('\n');
}

const site = (cells: readonly Said[], target?: string): SimulatedSite =>
  simulatedSite(new Map([['coverage.weir', siteText(cells)]]), target);

/** WHY: under emulation a thousand rules take minutes to compile, and are not asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const PLAIN = SAID.filter((cell) => !needsConnections(cell));
const TRACKED = SAID.filter(needsConnections);
const SITES = [
  { what: 'single packets', cells: PLAIN },
  { what: 'connections', cells: TRACKED },
].map(({ what, cells }) => ({ what, cells, site: once(() => site(cells)) }));

/** What is not as it should be, in words. */
function wrongAt(found: SimulatedSite, index: number, { name, rule, hits, misses }: Said): readonly string[] {
  const judge = (probe: Probe, expected: 'accept' | 'drop'): readonly string[] => {
    const arrival = { ifname: `c${index}`, direction: 'out', ...probe } as const;
    const got = [found.meant(arrival), found.done(arrival)];
    return got.every((verdict) => verdict === expected) ? [] : [`${name}: ${rule}: ${got.join(', ')}, not ${expected}`];
  };
  return [...hits.flatMap((probe) => judge(probe, 'accept')), ...misses.flatMap((probe) => judge(probe, 'drop'))];
}

test.skipIf(TIER === 2).for(SITES)(
  'rules about $what match what they should and nothing else, in both simulators',
  ({ cells, site: found }) => {
    expect(cells.length).toBeGreaterThan(50);
    expect(cells.filter(({ hits }) => hits.length === 0)).toEqual([]);
    // Of a rule that matches every frame there is only `mac` with a comment.
    expect(
      cells
        .filter(({ misses }) => misses.length === 0)
        .map(({ name }) => name)
        .filter((name) => name !== 'mac comment, equal'),
    ).toEqual([]);
    expect(cells.flatMap((cell, index) => wrongAt(found(), index, cell))).toEqual([]);
  },
);

const KERNEL = ['root', 'ip', 'nft', 'netns', 'nft-bridge'] as const;

kernelTest('every rule about single packets loads, as it is compiled by default', KERNEL, async (context) => {
  if (TIER === 2) context.skip('nothing in them depends on the kernel, and the running one loads them');
  const { objects } = await loadInOrder([SITES[0]?.site().documents.ruleset ?? { nftables: [] }]);
  expect(objects.length).toBeGreaterThan(PLAIN.length);
});

kernelTest('every rule about connections loads, as it is compiled by default', [...KERNEL, 'bridge-ct'], async () => {
  const { objects } = await loadInOrder([SITES[1]?.site().documents.ruleset ?? { nftables: [] }]);
  expect(objects.length).toBeGreaterThan(TRACKED.length);
});

kernelTest('every rule about states loads where they are carried in marks', KERNEL, async (context) => {
  if (TIER === 2) context.skip('the running kernel carries them');
  const cells = TRACKED.filter(({ attribute }) => attribute.name === 'state');
  const { objects } = await loadInOrder([site(cells, 'no-bridge-conntrack').documents.ruleset]);
  expect(objects.length).toBeGreaterThan(cells.length);
});
