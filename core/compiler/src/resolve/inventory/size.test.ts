import { expect, test } from 'vitest';
import { gatherSources } from '../../sources/gather-sources.ts';
import { resolveInventory } from './resolve-inventory.ts';
import { registryOf, testModes } from './testing.ts';

const COUNT = 10_000;
/** Generous, for slow machines: a pass that compares each with each takes minutes. */
const LIMIT = 2_000;

function site(): string {
  const guests = Array.from({ length: COUNT }, (_, index) => {
    const [high, low] = [(index + 2) >> 8, (index + 2) & 255];
    const mac = `52:54:00:00:${high.toString(16).padStart(2, '0')}:${low.toString(16).padStart(2, '0')}`;
    return `guest g${index} { labels { tier = web }; interface v${index} { network front; mac ${mac}; address 10.0.${high}.${low}, fd00::${(index + 2).toString(16)}; filter web } }`;
  });
  return `network front { mode served; subnet 10.0.0.0/16; subnet fd00::/64; forward { to g0 } }\n${guests.join('\n')}\n`;
}

test('ten thousand ports are read and compared in one go', () => {
  const text = site();
  const { value: sources } = gatherSources(['a.weir'], { read: () => text, resolveImport: () => undefined });
  const registry = registryOf(Object.values(testModes));
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const { value, diagnostics } = resolveInventory(sources, registry);
    const time = performance.now() - start;
    expect(diagnostics).toEqual([]);
    expect(value.ports).toHaveLength(COUNT);
    return time;
  });
  expect(Math.min(...times)).toBeLessThan(LIMIT);
});
