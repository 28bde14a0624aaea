/**
 * One transaction. In: a ruleset and commands, one after another. Out: the new ruleset; the old one is untouched. Guarantees: what the
 * kernel or nft refuses throws a `Refusal`, and then nothing of the transaction counts.
 */
import type { Family } from '../types/family.ts';
import type { ChainObject, ElementObject, MapObject, RuleObject, SetObject, TableObject } from '../types/object.ts';
import { typesOfDeclaration } from '../value/value-type.ts';
import { declaration, namedState } from './declared.ts';
import { readElement } from './element.ts';
import type { ElementShape } from './element.ts';
import type { Element } from './element-store.ts';
import { ElementStore } from './element-store.ts';
import { Refusal } from './error.ts';
import { checkJumps } from './jumps.ts';
import type { ChainState, NamedObjectKind, ObjectState, RuleState, Ruleset, SetState, TableState } from './state.ts';
import { tableKey } from './state.ts';
import type { Stateful } from './stateful.ts';
import { compileRule, statefulOf } from './statement.ts';

/** A table that this transaction may change. */
interface TableDraft extends TableState {
  readonly chains: Map<string, ChainState>;
  readonly sets: Map<string, SetState>;
  readonly objects: Map<string, ObjectState>;
}

/** What names a thing. */
export interface Named {
  readonly family: Family;
  readonly table: string;
  readonly name?: string;
  readonly handle?: number;
}

/** A ruleset under change. */
export class Transaction {
  readonly #tables: Map<string, TableState>;
  readonly #drafts = new Set<TableState>();
  readonly #ownRules = new Set<readonly RuleState[]>();
  readonly #ownElements = new Set<ElementStore>();
  readonly #now: number;
  /** The next handle. */
  handle: number;
  /** The sequence number of the command being carried out. */
  sequence = 0;

  constructor(ruleset: Ruleset, handle: number, now: number) {
    this.#tables = new Map(ruleset);
    this.handle = handle;
    this.#now = now;
  }

  /** Checks what can only be checked at the end, and gives the new ruleset. */
  commit(): Ruleset {
    for (const table of this.#tables.values()) if (this.#drafts.has(table)) checkJumps(table, this.#now);
    return this.#tables;
  }

  /** The table as it is now; a refusal when there is none. */
  table(family: Family, name: string): TableState {
    const table = this.#tables.get(tableKey(family, name));
    if (table === undefined) throw new Refusal('unknown-table', `there is no table \`${family} ${name}\``);
    return table;
  }

  #draft(family: Family, name: string): TableDraft {
    const table = this.table(family, name);
    if (this.#drafts.has(table)) return table as TableDraft;
    const draft: TableDraft = {
      ...table,
      chains: new Map(table.chains),
      sets: new Map(table.sets),
      objects: new Map(table.objects),
    };
    this.#drafts.add(draft);
    this.#tables.set(tableKey(family, name), draft);
    return draft;
  }

  /** Adds a table. */
  addTable(body: TableObject, isNew: boolean): void {
    const key = tableKey(body.family, body.name);
    if (this.#tables.has(key)) {
      if (isNew) throw new Refusal('exists', `table \`${key}\` is there already`);
      return;
    }
    const table: TableDraft = {
      handle: this.handle++,
      family: body.family,
      body,
      chains: new Map(),
      sets: new Map(),
      objects: new Map(),
    };
    this.#drafts.add(table);
    this.#tables.set(key, table);
  }

  /** Takes a table out with everything in it. */
  removeTable(family: Family, name: string): void {
    this.table(family, name);
    this.#tables.delete(tableKey(family, name));
  }

  /** Takes the rules out of all chains of a table. */
  flushTable(family: Family, name: string): void {
    for (const chain of this.table(family, name).chains.keys()) this.flushChain({ family, table: name, name: chain });
  }

  /** Takes every table of a family, or of all, out. */
  flushRuleset(family: Family | undefined): void {
    for (const [key, table] of this.#tables)
      if (family === undefined || table.family === family) this.#tables.delete(key);
  }

  /** Adds a chain; a base chain that is there may only change its policy. */
  addChain(body: ChainObject, isNew: boolean): void {
    const table = this.#draft(body.family, body.table);
    const known = table.chains.get(body.name);
    if (known === undefined) {
      const rules: RuleState[] = [];
      this.#ownRules.add(rules);
      table.chains.set(body.name, { handle: this.handle++, body, rules });
      return;
    }
    if (isNew) throw new Refusal('exists', `chain \`${body.name}\` is there already`);
    if (body.hook === undefined) return;
    const before = known.body;
    if (before.type !== body.type || before.hook !== body.hook || before.prio !== body.prio)
      throw new Refusal('base-chain-differs', `chain \`${body.name}\` has another type, hook or priority`);
    table.chains.set(body.name, { ...known, body: { ...before, policy: body.policy ?? before.policy ?? 'accept' } });
  }

  #chain(table: TableState, named: Named): ChainState {
    const name = named.name ?? '';
    const chain = named.name === undefined ? byHandle(table.chains, named.handle) : table.chains.get(name);
    if (chain === undefined)
      throw new Refusal('unknown-chain', `there is no chain \`${name}\` in \`${table.body.name}\``);
    return chain;
  }

  /** Takes a chain and its rules out, unless something leads to it. */
  removeChain(named: Named): void {
    const table = this.#draft(named.family, named.table);
    const { name } = this.#chain(table, named).body;
    // WHY: a chain that leads to itself counts too (kernel: EBUSY).
    const isTarget = isUsed(table, ({ compiled }) => compiled.targets.includes(name));
    const isInMap = [...table.sets.values()].some(
      (set) => set.isVerdict && set.elements.all(this.#now).some((element) => targetOf(element) === name),
    );
    if (isTarget || isInMap) throw new Refusal('in-use', `chain \`${name}\` is led to`);
    table.chains.delete(name);
  }

  /** Takes the rules of a chain out. */
  flushChain(named: Named): void {
    const table = this.#draft(named.family, named.table);
    const chain = this.#chain(table, named);
    const rules: RuleState[] = [];
    this.#ownRules.add(rules);
    table.chains.set(chain.body.name, { ...chain, rules });
  }

  /** Gives a chain another name. WHY: the kernel keeps what leads to it; so do rules here, which name it. */
  renameChain(named: Named, name: string): void {
    const table = this.#draft(named.family, named.table);
    const chain = this.#chain(table, named);
    if (table.chains.has(name)) throw new Refusal('exists', `chain \`${name}\` is there already`);
    const isTarget = [...table.chains.values()].some(({ rules }) =>
      rules.some(({ compiled }) => compiled.targets.includes(chain.body.name)),
    );
    if (isTarget)
      throw new Refusal('unsupported', `chain \`${chain.body.name}\` is led to; renaming it is not carried out`);
    table.chains.delete(chain.body.name);
    table.chains.set(name, { ...chain, body: { ...chain.body, name } });
  }

  #rules(table: TableDraft, chain: ChainState): RuleState[] {
    if (this.#ownRules.has(chain.rules)) return chain.rules as RuleState[];
    const rules = [...chain.rules];
    this.#ownRules.add(rules);
    table.chains.set(chain.body.name, { ...chain, rules });
    return rules;
  }

  /** Adds a rule at the end, or after `index`; `isFirst` puts it at the head, or before `index` or `handle`. */
  addRule(body: RuleObject, isFirst: boolean): void {
    const table = this.#draft(body.family, body.table);
    const chain = this.#chain(table, { ...body, name: body.chain });
    const rule = this.#compile(table, body, this.handle++);
    const rules = this.#rules(table, chain);
    const anchor = anchorOf(rules, body, isFirst);
    rules.splice(anchor, 0, rule);
  }

  #compile(table: TableDraft, body: RuleObject, handle: number): RuleState {
    const compiled = compileRule(body.expr, table, this.#now);
    for (const target of compiled.targets) this.#refuseTarget(table, target);
    return { handle, body, compiled, sequence: this.sequence };
  }

  #refuseTarget(table: TableState, target: string): void {
    const chain = table.chains.get(target);
    if (chain === undefined) throw new Refusal('unknown-chain', `there is no chain \`${target}\` to go to`);
    if (chain.body.hook !== undefined) throw new Refusal('wrong-type', `chain \`${target}\` is a base chain`);
  }

  /** Puts a rule in place of the one with its handle. */
  replaceRule(body: RuleObject): void {
    const table = this.#draft(body.family, body.table);
    const rules = this.#rules(table, this.#chain(table, { ...body, name: body.chain }));
    const at = ruleIndex(rules, body.handle);
    rules[at] = this.#compile(table, body, this.handle++);
  }

  /** Takes a rule out. */
  removeRule(named: Named & { readonly chain: string }): void {
    const table = this.#draft(named.family, named.table);
    const rules = this.#rules(
      table,
      this.#chain(table, { family: named.family, table: named.table, name: named.chain }),
    );
    rules.splice(ruleIndex(rules, named.handle), 1);
  }

  /** Adds a set or map, with its elements. */
  addSet(kind: 'set' | 'map', body: SetObject | MapObject, isNew: boolean): void {
    const table = this.#draft(body.family, body.table);
    const known = table.sets.get(body.name);
    if (known === undefined) table.sets.set(body.name, this.#newSet(kind, body));
    else if (isNew) throw new Refusal('exists', `\`${body.name}\` is there already`);
    else if (known.kind !== kind || declaration(known.body) !== declaration(body))
      throw new Refusal('exists', `\`${body.name}\` is there already, declared otherwise`);
    if (body.elem !== undefined) this.addElements({ ...body, elem: body.elem }, false);
  }

  #newSet(kind: 'set' | 'map', body: SetObject | MapObject): SetState {
    const key = typesOfDeclaration(body.type);
    if (key === undefined) throw new Refusal('wrong-type', `\`${body.name}\` has no known type`);
    const map = 'map' in body ? body.map : undefined;
    const data = map === undefined || map === 'verdict' ? undefined : typesOfDeclaration(map);
    const elements = new ElementStore();
    this.#ownElements.add(elements);
    return { handle: this.handle++, kind, body, key, data, isVerdict: map === 'verdict', elements };
  }

  #set(table: TableState, named: Named): SetState {
    const name = named.name ?? '';
    const set = named.name === undefined ? byHandle(table.sets, named.handle) : table.sets.get(name);
    if (set === undefined) throw new Refusal('unknown-set', `there is no set \`${name}\` in \`${table.body.name}\``);
    return set;
  }

  #elements(table: TableDraft, set: SetState): ElementStore {
    if (this.#ownElements.has(set.elements)) return set.elements;
    const elements = set.elements.copy();
    this.#ownElements.add(elements);
    table.sets.set(set.body.name, { ...set, elements });
    return elements;
  }

  #shape(set: SetState): ElementShape {
    const { body } = set;
    return {
      name: body.name,
      key: set.key,
      isMap: set.kind === 'map',
      isVerdict: set.isVerdict,
      data: set.data,
      allowsIntervals: body.flags?.includes('interval') === true,
      timeout: body.timeout,
      stateful: () =>
        (body.stmt ?? []).flatMap((statement): readonly Stateful[] => {
          const state = statefulOf(statement, this.#now);
          return state === undefined ? [] : [state];
        }),
    };
  }

  /** Adds elements. An element that is there stays; in a map it must have the same data. */
  addElements(body: ElementObject, isNew: boolean): void {
    const table = this.#draft(body.family, body.table);
    const set = this.#set(table, body);
    const store = this.#elements(table, set);
    const shape = this.#shape(set);
    for (const written of body.elem) {
      const element = readElement(written, shape, this.#now, this.sequence);
      this.#refuseData(table, element);
      const known = store.get(element.key, this.#now);
      if (known !== undefined) {
        if (isNew) throw new Refusal('exists', `${JSON.stringify(element.written)} is in \`${body.name}\` already`);
        if (known.dataText !== element.dataText)
          throw new Refusal(
            'duplicate-key',
            `${JSON.stringify(element.written)} is in \`${body.name}\` with other data`,
          );
        continue;
      }
      if (shape.allowsIntervals) store.refuseOverlap(element.key, this.#now, body.name);
      const { size } = set.body;
      if (size !== undefined && store.size >= size)
        throw new Refusal('set-full', `\`${body.name}\` holds ${size} elements`);
      store.put(element);
    }
  }

  #refuseData(table: TableState, element: Element): void {
    const target = targetOf(element);
    if (target !== undefined) this.#refuseTarget(table, target);
  }

  /** Takes elements out; `isLenient` is content when one is not there. */
  removeElements(body: ElementObject, isLenient: boolean): void {
    const table = this.#draft(body.family, body.table);
    const set = this.#set(table, body);
    const store = this.#elements(table, set);
    const shape = this.#shape(set);
    for (const written of body.elem) {
      const isBareKey = shape.isMap && !Array.isArray(written);
      const keyShape = isBareKey ? { ...shape, isMap: false } : shape;
      const { key } = readElement(written, keyShape, this.#now, this.sequence);
      if (!store.remove(key, this.#now) && !isLenient)
        throw new Refusal('unknown-element', `${JSON.stringify(written)} is not in \`${body.name}\``);
    }
  }

  /** Takes all elements out. */
  flushSet(named: Named): void {
    const table = this.#draft(named.family, named.table);
    this.#elements(table, this.#set(table, named)).clear();
  }

  /** Takes a set or map out, unless a rule reads it. */
  removeSet(named: Named): void {
    const table = this.#draft(named.family, named.table);
    const { name } = this.#set(table, named).body;
    if (isUsed(table, (rule) => rule.compiled.sets.includes(name)))
      throw new Refusal('in-use', `\`${name}\` is read by a rule`);
    table.sets.delete(name);
  }

  /** Adds a named object. One that is there stays as it is. */
  addObject(kind: NamedObjectKind, body: ObjectState['body'], isNew: boolean): void {
    const table = this.#draft(body.family, body.table);
    const key = `${kind} ${body.name}`;
    if (table.objects.has(key)) {
      if (isNew) throw new Refusal('exists', `${key} is there already`);
      return;
    }
    table.objects.set(key, { handle: this.handle++, kind, body, stateful: namedState(kind, body, this.#now) });
  }

  /** Takes a named object out, unless a rule names it. */
  removeObject(kind: NamedObjectKind, named: Named): void {
    const table = this.#draft(named.family, named.table);
    const object = [...table.objects.values()].find(
      (one) =>
        one.kind === kind && (named.name === undefined ? one.handle === named.handle : one.body.name === named.name),
    );
    if (object === undefined) throw new Refusal('unknown-object', `there is no ${kind} \`${named.name ?? ''}\``);
    const key = `${kind} ${object.body.name}`;
    if (isUsed(table, (rule) => rule.compiled.objects.includes(key)))
      throw new Refusal('in-use', `${key} is named by a rule`);
    table.objects.delete(key);
  }
}

function isUsed(table: TableState, test: (rule: RuleState) => boolean): boolean {
  return [...table.chains.values()].some(({ rules }) => rules.some(test));
}

function byHandle<T extends { readonly handle: number }>(
  things: ReadonlyMap<string, T>,
  handle: number | undefined,
): T | undefined {
  return [...things.values()].find((thing) => thing.handle === handle);
}

function targetOf(element: Element): string | undefined {
  const verdict = element.data?.kind === 'verdict' ? element.data.verdict : undefined;
  return verdict !== undefined && 'target' in verdict ? verdict.target : undefined;
}

function ruleIndex(rules: readonly RuleState[], handle: number | undefined): number {
  const at = rules.findIndex((rule) => rule.handle === handle);
  if (at < 0) throw new Refusal('unknown-rule', `there is no rule with the handle ${String(handle)}`);
  return at;
}

function anchorOf(rules: readonly RuleState[], body: RuleObject, isFirst: boolean): number {
  if (body.index !== undefined) {
    if (body.index >= rules.length) throw new Refusal('unknown-rule', `the chain has no rule of index ${body.index}`);
    return isFirst ? body.index : body.index + 1;
  }
  if (isFirst) return body.handle === undefined ? 0 : ruleIndex(rules, body.handle);
  return rules.length;
}
