// The whole catalogue in both simulators: every frame from every kind of port in every mode. Each port takes the states of a connection and the
// targets in turn, the frame's number leading, so that every frame meets each of them on many ports; WEIR_ATTACK_FULL=1 asks all of them everywhere.
import { expect, test } from 'vitest';
import { catalogue, type CatalogueEntry } from './catalogue.ts';
import { inward } from './catalogue/inward.ts';
import { owedTo } from './owed.ts';
import { ALL_PORTS, attackSite, FILTERS, KINDS, type Port } from './ports.ts';
import { type Passage, simulators, STATES, type State, TARGETS, type Witness } from './simulator.ts';

const IS_FULL = process.env['WEIR_ATTACK_FULL'] === '1';
const { reference, memory } = simulators(attackSite(ALL_PORTS));

interface Case extends Passage {
  readonly port: Port;
  readonly entry: CatalogueEntry;
  readonly owed: 'stop' | 'pass';
  readonly witnesses: readonly (readonly [string, Witness])[];
}

/** What is owed in this state: behind the guard a filter that follows connections drops what belongs to none. */
function owedIn(port: Port, entry: CatalogueEntry, state: State): 'stop' | 'pass' | undefined {
  const owed = owedTo(port.kind, entry);
  if (owed === 'either' || (owed === 'pass' && port.filter === 'open' && state === 'invalid')) return undefined;
  return owed;
}

const turn = <T>(values: readonly T[], number: number): readonly T[] =>
  IS_FULL ? values : values.slice(number % values.length).slice(0, 1);

const made = new Map<Port, readonly Case[]>();

function casesOf(port: Port): readonly Case[] {
  const cases = made.get(port) ?? [...casesFor(port)];
  made.set(port, cases);
  return cases;
}

function* casesFor(port: Port): Generator<Case> {
  const first = ALL_PORTS.indexOf(port);
  for (const actors of port.actors) {
    for (const [number, entry] of catalogue(actors).entries()) {
      for (const state of turn(STATES, number + first)) {
        const owed = owedIn(port, entry, state);
        if (owed === undefined) continue;
        // WHY: by another step than the states', so that not always the same two meet.
        const asked = turn([...memory], number + Math.floor(first / FILTERS.length));
        const witnesses = [['reference', reference] as const, ...asked];
        yield { port, entry, owed, witnesses, ifname: port.hostDevice, direction: 'out', bytes: entry.frame, state };
      }
    }
  }
}

const told = ({ port, entry, owed, state }: Case, who: string): string =>
  `${who}: ${port.network}, ${port.kind}, ${port.filter}, ${state}: ${entry.name}: ${owed === 'stop' ? 'leaks' : 'is lost'}`;

/** Everything that some witness decides otherwise than owed. */
function wrong(ports: readonly Port[]): { readonly asked: number; readonly faults: readonly string[] } {
  const faults: string[] = [];
  let asked = 0;
  for (const one of ports.flatMap(casesOf)) {
    for (const [who, witness] of one.witnesses) {
      asked += 1;
      if (witness(one) !== (one.owed === 'pass')) faults.push(told(one, who));
    }
  }
  return { asked, faults };
}

for (const kind of KINDS) {
  test(
    `${kind}: hostile frames stay and genuine ones leave, in every mode and state, on every target`,
    () => {
      const { asked, faults } = wrong(ALL_PORTS.filter((port) => port.kind === kind));
      expect(faults.slice(0, 20)).toEqual([]);
      expect(asked).toBeGreaterThan(10_000);
    },
    IS_FULL ? 600_000 : 60_000,
  );
}

test('what comes to a guest: only frames for it or for a group, of ARP, IPv4 and IPv6, in every mode and state, on every target', () => {
  const faults: string[] = [];
  for (const port of ALL_PORTS) {
    for (const actors of port.actors.slice(0, 1)) {
      for (const entry of inward(actors)) {
        for (const state of ['new', 'established', 'related'] as const) {
          const asked: Passage = { ifname: port.hostDevice, direction: 'in', bytes: entry.frame, state };
          for (const [who, witness] of [['reference', reference] as const, ...memory]) {
            if (witness(asked) !== (entry.guard === 'pass'))
              faults.push(`${who}: ${port.kind}, ${port.filter}, ${state}: ${entry.name}`);
          }
        }
      }
    }
  }
  expect(faults.slice(0, 20)).toEqual([]);
});

test('every frame meets every state and every target', () => {
  const met = new Map<string, Set<string>>();
  for (const { entry, state, witnesses } of ALL_PORTS.flatMap(casesOf))
    for (const seen of [state, ...witnesses.map(([name]) => name)])
      met.set(entry.name, (met.get(entry.name) ?? new Set()).add(seen));
  expect([...met].filter(([, seen]) => seen.size < STATES.length + TARGETS.length + 1).map(([name]) => name)).toEqual(
    [],
  );
});
