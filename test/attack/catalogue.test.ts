// The catalogue itself, and the ground on which tests of guards stand: each of its frames comes through a bridge without rules as it was sent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTORS, openSegment } from './segment.ts';
import { catalogue, type CatalogueEntry } from './catalogue.ts';
import { hex } from '../kernel/frames.ts';
import type { Lab } from '../kernel/lab.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';

const entries = catalogue(ACTORS);

/** Names of entries whose key another entry has too. */
function shared(key: (entry: CatalogueEntry) => string): readonly string[] {
  const owners = new Map<string, string[]>();
  for (const entry of entries) owners.set(key(entry), [...(owners.get(key(entry)) ?? []), entry.name]);
  return [...owners.values()].filter((names) => names.length > 1).flat();
}

test('names and frames of the catalogue are unique, all verdicts occur, and each that must be stopped has a fault', () => {
  expect(shared((entry) => entry.name)).toEqual([]);
  expect(shared((entry) => hex(entry.frame))).toEqual([]);
  expect(new Set(entries.map((entry) => entry.guard))).toEqual(new Set(['stop', 'pass', 'either']));
  expect(entries.filter(({ guard, fault }) => (guard === 'stop') !== (fault !== undefined))).toEqual([]);
  expect(entries.filter(({ why }) => why === '')).toEqual([]);
});

test('a guest only ever names itself in frames that must pass', () => {
  const foreign = [ACTORS.victim.mac.replaceAll(':', ''), 'fd770000000000000000000000000003', '0a4d0003'];
  for (const entry of entries.filter(({ guard }) => guard === 'pass')) {
    for (const trace of foreign) expect(hex(entry.frame), entry.name).not.toContain(trace);
  }
});

let lab: Lab | undefined;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openSegment();
});

afterAll(() => lab?.close());

kernelTest('every frame of the catalogue that a bridge carries comes through it unchanged', LAB, async () => {
  if (lab === undefined) throw new Error('no lab');
  const capture = await lab.agent('witness').capture('eth0');
  const carried = entries.filter((entry) => entry.fate !== 'bridge');
  await lab.agent('own').send(
    'eth0',
    entries.map((entry) => entry.frame),
  );
  const frames = carried.map((entry) => entry.frame);
  const arrived = new Set((await capture.frames(frames, 5)).map(hex));
  await capture.stop();
  expect(carried.filter((entry) => !arrived.has(hex(entry.frame))).map((entry) => entry.name)).toEqual([]);
});

kernelTest('a bridge that drops everything lets no frame of the catalogue out', LAB, async () => {
  if (lab === undefined) throw new Error('no lab');
  await lab.host.nft('table bridge wall {\n chain c {\n type filter hook prerouting priority 0\n policy drop\n }\n}\n');
  const capture = await lab.agent('witness').capture('eth0');
  await lab.agent('own').send(
    'eth0',
    entries.map((entry) => entry.frame),
  );
  const arrived = new Set((await capture.frames([], 0.3)).map(hex));
  await capture.stop();
  await lab.host.nft('delete table bridge wall');
  expect(entries.filter((entry) => arrived.has(hex(entry.frame))).map((entry) => entry.name)).toEqual([]);
});
