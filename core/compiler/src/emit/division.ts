/**
 * The layout as commands, divided: the host's, each profile's, each port's, and the ports' together.
 *
 * In: a layout and the nft it is for. Out: commands in an order that never refers to what is not there yet: tables, sets,
 * counters, all chains, elements, rules. Guaranteed: a profile's and a port's commands change nothing when repeated.
 */
import {
  add,
  addBaseChain,
  addChain,
  addRule,
  type Command,
  type Expression,
  type KeyType,
  flushChain,
  freshTable,
  type TableName,
} from '@weir/nftables-json';
import type { Layout, LayoutChain, LayoutInterface, LayoutProfile } from '../lower/layout.ts';
import { ruleComment } from '../lower/provenance.ts';
import { declareSet, fill } from './set-command.ts';

/** Tables, made anew, with everything that is there whatever profiles and ports there are. */
export function hostCommands(layout: Layout): readonly Command[] {
  const { tables, sets, counters, chains } = layout;
  return [
    ...tables.flatMap((table) => freshTable(table)),
    ...sets.map((set) => declareSet(set)),
    ...counters.map(({ table, name }) => add({ counter: { family: table.family, table: table.name, name } })),
    ...chains.filter((chain) => chain.base === undefined).map(declareChain),
    ...chains.filter((chain) => chain.base !== undefined).map(declareChain),
    ...sets.flatMap(({ table, name, elements }) => fill(table, name, elements)),
    ...chains.flatMap(fillChain),
  ];
}

/** A profile's sets and chains; chains that are there already are emptied first. */
export function profileCommands({ sets, chains }: LayoutProfile): readonly Command[] {
  return [
    ...sets.map((set) => declareSet(set)),
    ...chains.map(declareChain),
    ...chains.map(({ table, name }) => flushChain(table, name)),
    ...sets.flatMap(({ table, name, elements }) => fill(table, name, elements)),
    ...chains.flatMap(fillChain),
  ];
}

/** A port's dispatch and facts. */
export function interfaceCommands(port: LayoutInterface): readonly Command[] {
  return port.elements.flatMap(({ table, set, elements }) => fill(table, set, elements));
}

/** The elements of all ports, one command a set, in the order of ports; the same element of two ports stands once. */
export function allInterfaceCommands({ sets, interfaces }: Layout): readonly Command[] {
  // WHY: an element that starts with the port's device is its own; looking for repeats among them takes most of the time.
  const byDevice = new Set(sets.filter(({ type }) => startsWithDevice(type)).map(keyOf));
  const batches = new Map<string, { readonly table: TableName; readonly name: string; readonly all: Expression[] }>();
  for (const { elements } of interfaces) {
    for (const { table, set, elements: own } of elements) {
      const key = keyOf({ table, name: set });
      const batch = batches.get(key) ?? { table, name: set, all: [] };
      batches.set(key, batch);
      for (const element of own) batch.all.push(element);
    }
  }
  return [...batches].flatMap(([key, { table, name, all }]) =>
    fill(table, name, byDevice.has(key) ? all : withoutRepeats(all)),
  );
}

function keyOf({ table, name }: { readonly table: TableName; readonly name: string }): string {
  return `${table.family} ${table.name} ${name}`;
}

function startsWithDevice(type: KeyType): boolean {
  return type === 'ifname' || (Array.isArray(type) && type[0] === 'ifname');
}

function withoutRepeats(elements: readonly Expression[]): readonly Expression[] {
  const unique = new Map<string, Expression>();
  for (const element of elements) {
    const key = JSON.stringify(element);
    if (!unique.has(key)) unique.set(key, element);
  }
  return [...unique.values()];
}

function declareChain({ table, name, base }: LayoutChain): Command {
  return base === undefined ? addChain(table, name) : addBaseChain(table, name, base);
}

function fillChain({ table, name, rules }: LayoutChain): readonly Command[] {
  return rules.map((rule) => addRule(table, name, rule.statements, ruleComment(rule)));
}
