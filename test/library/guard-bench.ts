// Guards under test: each on two ports of one site, once without a filter and once with one that lets nothing through, which tells apart what a
// guard delivers and what it passes on. In: guards as a port names them. Out: the verdict on a frame, on which both simulators must agree.
import type { Direction } from '@weir/compiler';
import { expect } from 'vitest';
import type { Me } from './frames-of.ts';
import { type SimulatedSite, simulatedSite } from './simulated-site.ts';

export type Verdict = 'accept' | 'pass' | 'drop';

/** A frame that a guard is asked about: made by the guest for `out`, for it with `in`. */
export type Probe = readonly [direction: Direction, what: string, verdict: Verdict, frame: (me: Me) => Uint8Array];

export interface GuardBench {
  readonly site: SimulatedSite;
  /** The verdict of the guard at this place of the list. */
  verdict(index: number, direction: Direction, frame: (me: Me) => Uint8Array): Verdict;
}

/** The guest behind a port. */
export function meAt(index: number, isClosed: boolean): Me {
  const number = index * 2 + (isClosed ? 1 : 0) + 16;
  const hex = number.toString(16);
  return { mac: `52:54:00:00:01:${hex.padStart(2, '0')}`, ip4: `10.20.0.${number}`, ip6: `fd00:20::1:${hex}` };
}

const nameAt = (index: number, isClosed: boolean): string => `${isClosed ? 'shut' : 'open'}${index}`;

/** `imports` are whole lines. At most 100 guards. */
export function guardBench(imports: string, guards: readonly string[]): GuardBench {
  const guests = guards.flatMap((guard, index) =>
    [false, true].map((isClosed) => {
      const { mac, ip4, ip6 } = meAt(index, isClosed);
      const filter = isClosed ? '; filter deny-all' : '';
      const name = nameAt(index, isClosed);
      return `guest ${name} { interface ${name} { network lan; mac ${mac}; address ${ip4}, ${ip6}; guard ${guard}${filter} } }`;
    }),
  );
  const text = [
    imports,
    'import { deny-all } from "@weir/rules/profiles"',
    'network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }',
    ...guests,
  ].join('\n');
  const site = simulatedSite(new Map([['guards.weir', text]]));
  const one = (index: number, isClosed: boolean, direction: Direction, frame: (me: Me) => Uint8Array): string => {
    const arrival = { ifname: nameAt(index, isClosed), direction, frame: frame(meAt(index, isClosed)) };
    const meant = site.meant(arrival);
    expect(site.done(arrival), `the emitted rules of ${guards[index]} on ${direction}`).toBe(meant);
    return meant;
  };
  return {
    site,
    verdict(index, direction, frame) {
      if (one(index, false, direction, frame) === 'drop') return 'drop';
      return one(index, true, direction, frame) === 'accept' ? 'accept' : 'pass';
    },
  };
}
