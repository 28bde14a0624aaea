/** What the in-memory nftables holds, as nft lists it: tables in order, each with its objects, sets, chains and rules, with handles. */
import type { Expression } from '../types/expression.ts';
import type { NftObject } from '../types/object.ts';
import type { Listing } from '../read/listing.ts';
import type { Element } from './element-store.ts';
import type { ObjectState, SetState, TableState } from './state.ts';

/** The listing of some tables. `terse` leaves the elements of sets out. */
export function listTables(tables: Iterable<TableState>, version: string, now: number, isTerse: boolean): Listing {
  const objects: NftObject[] = [];
  for (const table of tables) objects.push(...listTable(table, now, isTerse));
  return { metainfo: { version, json_schema_version: 1 }, objects, problems: [] };
}

function listTable(table: TableState, now: number, isTerse: boolean): readonly NftObject[] {
  const chains = [...table.chains.values()];
  return [
    { table: { ...table.body, handle: table.handle } },
    ...[...table.objects.values()].map(listObject),
    ...[...table.sets.values()].map((set) => listSet(set, now, isTerse)),
    ...chains.map(({ body, handle }) => ({
      chain: { ...body, handle, ...(body.hook !== undefined && { policy: body.policy ?? ('accept' as const) }) },
    })),
    ...chains
      .flatMap(({ rules }) => rules)
      .map(
        ({ body: { index: _index, ...body }, handle, compiled }) =>
          ({ rule: { ...body, handle, expr: compiled.print() } }) as NftObject,
      ),
  ];
}

function listObject({ kind, body, handle, stateful }: ObjectState): NftObject {
  const state =
    stateful?.kind === 'counter'
      ? { packets: stateful.packets, bytes: stateful.bytes }
      : stateful?.kind === 'quota'
        ? { used: stateful.used }
        : {};
  return { [kind]: { ...body, ...state, handle } } as unknown as NftObject;
}

function listSet({ kind, body, handle, elements }: SetState, now: number, isTerse: boolean): NftObject {
  const { elem: _elem, ...rest } = body;
  const all = isTerse ? [] : elements.all(now).map((element) => listElement(element, now));
  return { [kind]: { ...rest, handle, ...(all.length > 0 && { elem: all }) } } as unknown as NftObject;
}

function listElement(element: Element, now: number): Expression {
  const { timeout, expires, comment } = element;
  const counter = element.stateful.find((state) => state.kind === 'counter');
  const properties = {
    ...(timeout !== undefined && { timeout }),
    ...(expires !== undefined && { expires: Math.ceil((expires - now) / 1e9) }),
    ...(comment !== undefined && { comment }),
    ...(counter?.kind === 'counter' && { counter: { packets: counter.packets, bytes: counter.bytes } }),
  };
  const key: Expression =
    Object.keys(properties).length === 0 ? element.written : { elem: { val: element.written, ...properties } };
  return element.writtenData === undefined ? key : [key, element.writtenData];
}
