// Every guard and filter of the rule package, on frames that hit and just miss each of its rules and on odd ones: the reference interpreter and the
// nftables in memory give the same verdict.
import type { Direction, Port } from '@weir/compiler';
import { hex } from '../kernel/frames.ts';
import { probes } from '../agreement/probes.ts';
import { expect, test } from 'vitest';
import { exampleOf, PARTS } from './library-items.ts';
import { simulatedSite } from './simulated-site.ts';

/** Frames for each direction of each item; more with `WEIR_PROBES`. */
const COUNT = Number(process.env['WEIR_PROBES'] ?? '50');

const ITEMS = PARTS.flatMap((part) => part.policies.map((item) => ({ part: part.name, name: item.name.text, item })));

/** One port with the item alone. WHY: a guard beside a filter would decide most frames before it. */
function siteFor(
  part: string,
  { of, name, example }: { readonly of: string; readonly name: string; readonly example: string },
) {
  const policy = of === 'guard' ? `guard ${example}` : `guard none; filter ${example}`;
  const text = `import { ${name} } from "${part}"
import { mysql } from "@weir/rules"
network lan { mode routed; uplink eth0; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
guest web { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.20.0.11, fd00:20::11; ${policy} } }
`;
  return simulatedSite(new Map([['library.weir', text]]));
}

test.for(ITEMS)('$name of $part means what its rules do', ({ part, item, name }) => {
  const site = siteFor(part, { of: item.of, name, example: exampleOf(item) });
  const [port] = site.policy.ports;
  const frames = (['in', 'out'] as const).flatMap((direction, index) => probesOf(site.policy, port, direction, index));
  expect(frames.length).toBeGreaterThan(COUNT);
  const wrong = frames.filter(({ direction, frame }) => {
    site.rest();
    const arrival = { ifname: 'vnet0', direction, frame };
    return site.meant(arrival) !== site.done(arrival);
  });
  expect(wrong.map(({ direction, frame }) => `${direction} ${hex(frame)}`)).toEqual([]);
});

function probesOf(
  policy: Parameters<typeof probes>[0]['policy'],
  port: Port | undefined,
  direction: Direction,
  seed: number,
) {
  if (port === undefined) throw new Error('no port');
  return probes({ policy, port, direction, seed: seed + 20261124, count: COUNT }).map((frame) => ({
    direction,
    frame,
  }));
}
