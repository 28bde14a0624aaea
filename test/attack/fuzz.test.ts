// Variations of the catalogue: whatever is changed in a frame, none that claims what is not the port's gets out. A reader of its own says what a frame
// claims. WEIR_ATTACK_RUNS=1000000 tries more, WEIR_ATTACK_SEED starts elsewhere.
import { type Frame, readFrame } from '@weir/semantics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../kernel/frames.ts';
import { catalogue } from './catalogue.ts';
import { falseClaims, type Own, ownOf } from './claims.ts';
import { type Change, change, changed } from './mutate.ts';
import { owedTo } from './owed.ts';
import { ALL_PORTS, attackSite, type Port } from './ports.ts';
import { simulators, type State, TARGETS } from './simulator.ts';

const RUNS = Number(process.env['WEIR_ATTACK_RUNS'] ?? 10_000);
const SEED = Number(process.env['WEIR_ATTACK_SEED'] ?? 20261124);

const PORTS = ALL_PORTS.filter(
  ({ network, kind, filter }) =>
    network === 'wire' &&
    filter !== 'stateless' &&
    (kind === 'one address' || kind === 'a prefix' || kind === 'several addresses'),
);
const { reference, memory } = simulators(attackSite(PORTS));

interface Ground {
  readonly port: Port;
  readonly own: Own;
  readonly frames: readonly Uint8Array[];
}

const GROUNDS: readonly Ground[] = PORTS.flatMap((port) =>
  port.actors.slice(0, 1).map((actors) => ({
    port,
    own: ownOf(port.mac, [...port.address.split(','), actors.own.linkLocal]),
    frames: catalogue(actors).map(({ frame }) => frame),
  })),
);

interface Trial {
  readonly ground: number;
  readonly entry: number;
  readonly changes: readonly Change[];
  readonly target: (typeof TARGETS)[number];
}

const trial: fc.Arbitrary<Trial> = fc.record({
  ground: fc.nat({ max: GROUNDS.length - 1 }),
  entry: fc.nat(),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  target: fc.constantFrom(...TARGETS),
});

const seen = { asked: 0, delivered: 0, honest: 0 };

/** WHY: where a filter follows connections, fragments are put together before the rules of the port, which so do not look for them. */
const comesToRules = ({ ip }: Frame, port: Port): boolean =>
  port.filter !== 'open' || ip === undefined || ip.isFragment === false;

/**
 * Whether the header that names the sender is there as a whole, and the first four bytes of the upper layer. WHY: nft reads only the bytes of an address
 * that its prefix covers, and rules about the upper layer of a packet that may be a fragment ask for four bytes (no upper layer is shorter).
 */
function isWhole({ bytes, etherType = 0, ip }: Frame): boolean {
  if (ip?.transport !== undefined && bytes.length < ip.transport + 4) return false;
  return bytes.length >= ({ 0x0806: 42, 0x8035: 42, 0x0800: 34, 0x86dd: 54 }[etherType] ?? 14);
}

test(
  'no variation of a frame gets out that claims what is not the port’s, and both simulators agree',
  () => {
    fc.assert(
      fc.property(trial, ({ ground, entry, changes, target }) => {
        const place = GROUNDS[ground];
        const original = place?.frames[entry % place.frames.length];
        if (place === undefined || original === undefined) return;
        const bytes = changes.reduce((frame, one) => changed(frame, one, place.frames), original);
        // WHY: an established connection is where a filter accepts most; the guard must not care.
        const state: State = 'established';
        const passage = { ifname: place.port.hostDevice, direction: 'out', bytes, state } as const;
        const claims = falseClaims(bytes, place.own);
        const isDelivered = reference(passage);
        seen.asked += 1;
        seen.honest += claims.length === 0 ? 1 : 0;
        seen.delivered += isDelivered ? 1 : 0;
        const frame = readFrame(bytes);
        const inMemory = comesToRules(frame, place.port) ? memory.get(target)?.(passage) : undefined;
        const leaks = claims.length > 0 && (isDelivered || inMemory === true);
        const differs = inMemory !== undefined && inMemory !== isDelivered && isWhole(frame);
        if (leaks || differs)
          throw new Error(JSON.stringify({ target, frame: hex(bytes), claims, isDelivered, inMemory }));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(seen.delivered / seen.asked).toBeGreaterThan(0.05);
    expect(seen.honest).toBeGreaterThan(seen.delivered * 0.9);
  },
  60_000 + RUNS,
);

test('the reader finds a false claim in what the catalogue says must be stopped for an address, and none in what must pass', () => {
  for (const { port, own } of GROUNDS) {
    const [actors] = port.actors;
    if (actors === undefined) throw new Error('a port without an address');
    const wrong = catalogue(actors).filter((entry) => {
      const isFalse = falseClaims(entry.frame, own).length > 0;
      const owed = owedTo(port.kind, entry);
      const isClaim = owed === 'stop' && (entry.fault === 'mac' || entry.fault === 'address' || entry.fault === 'link');
      return (owed === 'pass' && isFalse) || (isClaim && !isFalse);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  }
});
