/** The list of all commands with their checks, each a table from kind of object to check. */
import type { CommandKind, Plural } from '../types/command.ts';
import { PLURALS } from '../types/command.ts';
import { FAMILIES } from '../types/family.ts';
import { OBJECT_KINDS } from '../types/kind.ts';
import type { NftVersion } from '../version.ts';
import type { Check, CheckContext } from './context.ts';
import { at, report, requireVersion } from './context.ts';
import { namedObjects, ruleShape } from './object/named.ts';
import { enter, family, handle, placed } from './object/place.ts';
import { deletedElement, element, forgetElements, map, set } from './object/set.ts';
import { chain, flowtable, table } from './object/table-chain.ts';
import type { Shape } from './shape.ts';
import {
  checkOnlyKey,
  checkShape,
  count,
  describe,
  isRecord,
  nothingOr,
  optional,
  positive,
  required,
  shaped,
  word,
} from './shape.ts';
import { comment, name } from './text.ts';

type KindTable = Readonly<Record<string, Check>>;

const tableReference = shaped({ family, name: required(name) });
const reference = shaped(placed);
const ruleReference = shaped({ family, table: required(name), chain: required(name), handle });

/** Kinds that JSON of older releases cannot add. */
const OBJECT_SINCE: Readonly<Record<string, NftVersion>> = {
  // WHY: nft 1.0.6 answers "missing options" to every ct expectation in JSON.
  'ct expectation': '1.0.6.1',
  synproxy: '1.1.3',
  tunnel: '1.1.6',
};

function since(kind: string, check: Check): Check {
  const version = OBJECT_SINCE[kind];
  if (version === undefined) return check;
  return (ctx, body) => {
    if (requireVersion(ctx, version, `an object \`${kind}\``)) check(ctx, body);
  };
}

const created: KindTable = {
  table,
  chain,
  set,
  map,
  element,
  flowtable,
  ...Object.fromEntries(Object.entries(namedObjects).map(([kind, check]) => [kind, since(kind, check)])),
};

/** A thing to delete: by name or by handle. */
const nameOrHandle =
  (byName: Shape): Check =>
  (ctx, body) => {
    const isByHandle = isRecord(body) && body['handle'] !== undefined && body['name'] === undefined;
    const { name: _name, ...rest } = byName;
    checkShape(ctx, body, isByHandle ? { ...rest, handle } : byName);
  };

const namedKinds = OBJECT_KINDS.filter((kind) => kind !== 'table' && kind !== 'rule' && kind !== 'element');

const destroyed: KindTable = {
  table: nameOrHandle({ family, name: required(name) }),
  element: deletedElement,
  ...Object.fromEntries(namedKinds.map((kind) => [kind, since(kind, nameOrHandle(placed))])),
};

const familyScope = nothingOr(shaped({ family: optional(word(FAMILIES)) }));
const scope = nothingOr(shaped({ family: optional(word(FAMILIES)), table: optional(name) }));

const plurals = Object.fromEntries(PLURALS.map((plural: Plural) => [plural, scope]));

const flushSet: Check = (ctx, body) => {
  reference(ctx, body);
  if (isRecord(body)) forgetElements(ctx, body['name']);
};

const from =
  (version: NftVersion, what: string, check: Check): Check =>
  (ctx, body) => {
    if (requireVersion(ctx, version, what)) check(ctx, body);
  };

const replaced: Check = shaped({ ...ruleShape, handle: required(positive) });
const inserted: Check = shaped({ ...ruleShape, handle: optional(positive), index: optional(count) });

const tables: Readonly<Record<CommandKind, KindTable>> = {
  add: { ...created, rule: shaped(ruleShape) },
  create: created,
  replace: { rule: replaced },
  insert: { rule: inserted },
  delete: { ...destroyed, rule: ruleReference },
  destroy: destroyed,
  flush: {
    table: tableReference,
    chain: reference,
    set: flushSet,
    map: flushSet,
    meter: reference,
    ruleset: familyScope,
  },
  rename: { chain: shaped({ ...placed, newname: required(name) }) },
  list: {
    ruleset: familyScope,
    table: tableReference,
    meter: reference,
    ...Object.fromEntries(namedKinds.map((kind) => [kind, reference])),
    ...plurals,
  },
  reset: {
    counter: reference,
    counters: scope,
    quota: reference,
    quotas: scope,
    rule: from('1.1.3', '`reset rule`', ruleReference),
    rules: from(
      '1.1.3',
      '`reset rules`',
      nothingOr(shaped({ family: optional(word(FAMILIES)), table: optional(name), chain: optional(name) })),
    ),
    set: from('1.1.3', '`reset set`', reference),
    map: from('1.1.3', '`reset map`', reference),
    element: from('1.1.3', '`reset element`', deletedElement),
  },
};

const checkMetainfo = shaped({
  version: optional(comment),
  release_name: optional(comment),
  json_schema_version: optional(isSchemaOne),
});

function isSchemaOne(ctx: CheckContext, value: unknown): void {
  if (value !== 1) report(ctx, 'out-of-range', `only version 1 of the schema is known, found ${describe(value)}`);
}

/** One command, or the information about the printer. */
export function checkCommand(ctx: CheckContext, value: unknown): void {
  const command = checkOnlyKey(ctx, value, 'a command');
  if (command === undefined) return;
  const body = (value as Record<string, unknown>)[command];
  if (command === 'metainfo') at(ctx, command, checkMetainfo, body);
  else if (!Object.hasOwn(tables, command)) report(ctx, 'unknown-word', `there is no command ${describe(command)}`);
  else if (command !== 'destroy' || requireVersion(ctx, '1.1.3', '`destroy`')) {
    at(ctx, command, (inner, object) => checkObject(inner, object, command as CommandKind), body);
  }
}

function checkObject(ctx: CheckContext, value: unknown, command: CommandKind): void {
  const kind = checkOnlyKey(ctx, value, 'an object');
  if (kind === undefined) return;
  const body = (value as Record<string, unknown>)[kind];
  const check = Object.hasOwn(tables[command], kind) ? tables[command][kind] : undefined;
  if (check === undefined) {
    report(ctx, 'unknown-word', `\`${command}\` takes no ${describe(kind)}`);
    return;
  }
  enter(ctx, body);
  at(ctx, kind, check, body);
}
