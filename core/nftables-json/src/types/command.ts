/**
 * Commands and the envelope of libnftables-json(5).
 * `CommandBodies` is the closed list: one key for each command.
 */
import type { Family } from './family.ts';
import type { ElementObject, ObjectBodies, ObjectKind, RuleObject } from './object.ts';

/** What names a thing to be deleted, flushed, listed or reset: by name, or by handle. */
export interface Reference {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
}

/** A table to delete, flush or list. */
export interface TableReference {
  readonly family: Family;
  readonly name: string;
}

/** A thing named by its handle. */
export interface HandleReference {
  readonly family: Family;
  readonly table: string;
  readonly handle: number;
}

/** A rule named by its handle. */
export interface RuleReference {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
}

/** Named objects other than tables, rules and elements. */
export type NamedKind = Exclude<ObjectKind, 'table' | 'rule' | 'element'>;

/** What `delete` and `destroy` take. */
export type DeleteBody =
  | { readonly table: TableReference | { readonly family: Family; readonly handle: number } }
  | { readonly rule: RuleReference }
  | { readonly element: ElementObject }
  | { readonly [K in NamedKind]: { readonly [P in K]: Reference | HandleReference } }[NamedKind];

/** What `destroy` takes. WHY: `destroy` of a rule does not work in any known release (it asks for `expr`). */
export type DestroyBody = Exclude<DeleteBody, { readonly rule: RuleReference }>;

/** What `add` takes. */
export type AddBody = { readonly [K in ObjectKind]: { readonly [P in K]: ObjectBodies[K] } }[ObjectKind];

/** What `create` takes: everything but rules; it fails when the object is there. */
export type CreateBody = Exclude<AddBody, { readonly rule: RuleObject }>;

/** A scope of a plural listing: everything, a family, or a table. */
export type ListScope = null | { readonly family?: Family; readonly table?: string };

/** Plural words of `list` and `reset`. */
export const PLURALS = [
  'tables',
  'chains',
  'sets',
  'maps',
  'flowtables',
  'counters',
  'quotas',
  'limits',
  'ct helpers',
  'secmarks',
  'synproxys',
  'meters',
] as const;
/** A plural word. */
export type Plural = (typeof PLURALS)[number];

/** What `list` takes. */
export type ListBody =
  | { readonly ruleset: null | { readonly family?: Family } }
  | { readonly table: TableReference }
  | { readonly meter: Reference }
  | { readonly [K in NamedKind]: { readonly [P in K]: Reference } }[NamedKind]
  | { readonly [K in Plural]: { readonly [P in K]: ListScope } }[Plural];

/** What `reset` takes. Rules since nft 1.0.7, sets, maps and elements since 1.0.8. */
export type ResetBody =
  | { readonly counter: Reference }
  | { readonly counters: ListScope }
  | { readonly quota: Reference }
  | { readonly quotas: ListScope }
  | { readonly rule: RuleReference }
  | { readonly rules: null | { readonly family?: Family; readonly table?: string; readonly chain?: string } }
  | { readonly set: Reference }
  | { readonly map: Reference }
  | { readonly element: ElementObject };

/** What `flush` takes. */
export type FlushBody =
  | { readonly table: TableReference }
  | { readonly chain: Reference }
  | { readonly set: Reference }
  | { readonly map: Reference }
  | { readonly meter: Reference }
  | { readonly ruleset: null | { readonly family?: Family } };

/** Every command with the body it has. */
export interface CommandBodies {
  readonly add: AddBody;
  /** The rule takes the place of the one with its `handle`. */
  readonly replace: { readonly rule: RuleObject };
  readonly create: CreateBody;
  /** At the head of the chain, or before `index` or `handle`. */
  readonly insert: { readonly rule: RuleObject };
  readonly delete: DeleteBody;
  /** Deletes what is there, and is content when it is not (nft 1.0.7, kernel 6.3). */
  readonly destroy: DestroyBody;
  readonly list: ListBody;
  readonly reset: ResetBody;
  readonly flush: FlushBody;
  readonly rename: { readonly chain: Reference & { readonly newname: string } };
}

/** The kinds of commands. */
export type CommandKind = keyof CommandBodies;

/** One kind of command. */
export type CommandOf<K extends CommandKind> = { readonly [P in K]: CommandBodies[K] };

/** A command: an object with exactly one key. */
export type Command = { readonly [K in CommandKind]: CommandOf<K> }[CommandKind];

/** Who printed a document. */
export interface Metainfo {
  readonly version?: string;
  readonly release_name?: string;
  /** Only 1 is known. */
  readonly json_schema_version?: 1;
}

/** A document: commands that nft runs as one transaction. */
export interface NftDocument {
  readonly nftables: readonly (Command | { readonly metainfo: Metainfo })[];
}
