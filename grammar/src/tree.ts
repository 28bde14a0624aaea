/**
 * The syntax tree of a rule file: what the grammar recognises, exactly as written.
 *
 * In: nothing (types only). Out: one closed union per syntactic category. Guaranteed: every node carries the UTF-16
 * offsets of its text, comments are kept beside the tree, and no node has been checked for meaning: addresses, names
 * and numbers are still the writer's characters.
 */

/** Half-open UTF-16 offsets `[start, end)` into the file's text. Lines and columns are computed only when rendering. */
export interface Located {
  readonly start: number;
  readonly end: number;
}

/** One parsed file. `items` holds every item in order of appearance, broken ones as {@link ErrorItem}. */
export interface FileTree {
  readonly file: string;
  readonly text: string;
  readonly items: readonly Item[];
  /** Every comment of the file, in order, doc comments (`##`) included. */
  readonly comments: readonly Comment[];
}

/** `# text` or, with `doc`, `## text`. `text` is what stands after the marks, one leading space removed. */
export interface Comment extends Located {
  readonly kind: 'comment';
  readonly doc: boolean;
  readonly text: string;
}

/** An identifier `[A-Za-z_][A-Za-z0-9_-]*` at its place. */
export interface Name extends Located {
  readonly kind: 'name';
  readonly text: string;
}

/** `@name(arg, …)` or `@name` on the line before an item or a rule. */
export interface Annotation extends Located {
  readonly kind: 'annotation';
  readonly name: Name;
  readonly args: readonly Value[];
}

/** What every item and every rule may carry in front. `doc` joins the `##` lines directly above with newlines. */
export interface Decorated {
  readonly doc?: string;
  readonly annotations: readonly Annotation[];
  /**
   * Set on an item (never on what stands inside one) when some of its text could not be read. Its tree is then
   * incomplete, its problems are reported, and nothing may be emitted from it.
   */
  readonly broken?: boolean;
}

export type Item = ImportItem | SetItem | ServiceItem | BlockItem | PolicyItem | TestItem | AssertItem | ErrorItem;

/** `import { a, b as c } from "…"`. */
export interface ImportItem extends Located, Decorated {
  readonly kind: 'import';
  readonly names: readonly ImportedName[];
  readonly from: TextValue;
}

export interface ImportedName extends Located {
  readonly kind: 'imported-name';
  readonly name: Name;
  readonly alias?: Name;
}

/** `[export] addresses|ports|macs NAME = VALUE`. */
export interface SetItem extends Located, Decorated {
  readonly kind: 'set';
  readonly exported: boolean;
  readonly of: 'addresses' | 'ports' | 'macs';
  readonly name: Name;
  readonly value: Value;
}

/** `[export] service NAME = { tcp 443, udp { 53, 853 }, icmp type echo-request, other-service }` (braces optional for one member). */
export interface ServiceItem extends Located, Decorated {
  readonly kind: 'service';
  readonly exported: boolean;
  readonly name: Name;
  readonly members: readonly ServiceMember[];
}

/** `tcp 443`, `udp 68 from 67` (source port after `from`), `icmp type echo-request`, `esp`, `47`, or the name of another service. */
export interface ServiceMember extends Located {
  readonly kind: 'service-member';
  readonly protocol: Name | NumberValue;
  readonly ports?: Value;
  readonly sourcePorts?: Value;
  readonly type?: Value;
  readonly code?: Value;
}

/** `[export] network NAME { … }`, `guest NAME { … }` and `host { … }` (which has no name). Settings are generic. */
export interface BlockItem extends Located, Decorated {
  readonly kind: 'block';
  readonly exported: boolean;
  readonly of: 'network' | 'guest' | 'host';
  readonly name?: Name;
  readonly block: SettingsBlock;
}

/** `{ setting … }` with the braces inside the span. */
export interface SettingsBlock extends Located {
  readonly kind: 'settings';
  readonly entries: readonly Setting[];
}

/**
 * One setting: `key value, value`, `key = value`, `key { … }` or `key value { … }` (`interface vnet0 { … }`).
 * Values that follow one another without a comma are not allowed.
 */
export interface Setting extends Located, Decorated {
  readonly kind: 'setting';
  readonly key: Name;
  readonly assigned: boolean;
  readonly values: readonly Value[];
  readonly block?: SettingsBlock;
}

/** `[export] guard|filter NAME(params) { … }`. */
export interface PolicyItem extends Located, Decorated {
  readonly kind: 'policy';
  readonly exported: boolean;
  readonly of: 'guard' | 'filter';
  readonly name: Name;
  readonly params: readonly Param[];
  readonly body: readonly Statement[];
}

/** `name: type [= default]`. */
export interface Param extends Located {
  readonly kind: 'param';
  readonly name: Name;
  readonly type: Name;
  readonly default?: Value;
}

export type Statement = Rule | DefaultStatement | UseStatement | ErrorStatement;

export type DirectionWord = 'in' | 'out' | 'inout';
export type VerdictWord = 'accept' | 'drop' | 'reject' | 'return' | 'pass';

/** A verdict with the optional `with …` of a reject. */
export interface Verdict extends Located {
  readonly kind: 'verdict';
  readonly verdict: VerdictWord;
  readonly with?: Value;
}

/** One rule. `direction` is absent when none is written (resolve says what that means). */
export interface Rule extends Located, Decorated {
  readonly kind: 'rule';
  readonly direction?: DirectionWord;
  readonly verdict: Verdict;
  /** Services and protocols, comma-separated, before the first clause: names, or numbers for IP protocols and ethertypes. */
  readonly subjects: readonly (Name | NumberValue)[];
  readonly clauses: readonly Clause[];
}

/** `default [in|out] VERDICT [log …] [count …]`. */
export interface DefaultStatement extends Located, Decorated {
  readonly kind: 'default';
  readonly direction?: DirectionWord;
  readonly verdict: Verdict;
  readonly clauses: readonly Clause[];
}

/** `use NAME` or `use NAME(args)`. */
export interface UseStatement extends Located, Decorated {
  readonly kind: 'use';
  readonly target: NameValue | CallValue;
}

export type Clause =
  | EndClause
  | PortClause
  | TypeClause
  | WhereClause
  | LimitClause
  | ConnectionsClause
  | QuotaClause
  | LogClause
  | CountClause
  | MarkClause
  | DscpClause
  | StatelessClause;

/** `from END [port V]`, `to END [port V]`, or `from port V` (`to port V`). */
export interface EndClause extends Located {
  readonly kind: 'end';
  readonly side: 'from' | 'to';
  readonly value?: Value;
  readonly ports?: Value;
}
/** `port V`: the destination port. */
export interface PortClause extends Located {
  readonly kind: 'port';
  readonly value: Value;
}
/** `type V` or `code V` of icmp and icmpv6. */
export interface TypeClause extends Located {
  readonly kind: 'type' | 'code';
  readonly value: Value;
}
export interface WhereClause extends Located {
  readonly kind: 'where';
  readonly condition: Expression;
}
/** `limit [over] N/unit [burst N]`. */
export interface LimitClause extends Located {
  readonly kind: 'limit';
  readonly over: boolean;
  readonly rate: Value;
  readonly burst?: Value;
}
/** `connections over N [per source]`. */
export interface ConnectionsClause extends Located {
  readonly kind: 'connections';
  readonly over: Value;
  readonly perSource: boolean;
}
/** `quota [over] SIZE`. */
export interface QuotaClause extends Located {
  readonly kind: 'quota';
  readonly over: boolean;
  readonly size: Value;
}
/** `log ["prefix"] [level L] [group N] [at most RATE [burst N]]`. */
export interface LogClause extends Located {
  readonly kind: 'log';
  readonly prefix?: TextValue;
  readonly level?: Name;
  readonly group?: Value;
  readonly rate?: Value;
  readonly burst?: Value;
}
export interface CountClause extends Located {
  readonly kind: 'count';
  readonly name?: Name;
}
export interface MarkClause extends Located {
  readonly kind: 'mark';
  readonly value: Value;
}
export interface DscpClause extends Located {
  readonly kind: 'dscp';
  readonly value: Value;
}
export interface StatelessClause extends Located {
  readonly kind: 'stateless';
}

export type Expression = OrExpression | AndExpression | NotExpression | CompareExpression | FieldExpression;

export interface OrExpression extends Located {
  readonly kind: 'or';
  readonly operands: readonly Expression[];
}
export interface AndExpression extends Located {
  readonly kind: 'and';
  readonly operands: readonly Expression[];
}
export interface NotExpression extends Located {
  readonly kind: 'not';
  readonly operand: Expression;
}
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not-in';
/** `FIELD [& MASK] OP VALUE`; `not in` is one operator. */
export interface CompareExpression extends Located {
  readonly kind: 'compare';
  readonly field: FieldReference;
  readonly mask?: Value;
  readonly operator: CompareOperator;
  readonly right: Value;
}
/** A field alone: true when it is set (`ip.fragment`). */
export interface FieldExpression extends Located {
  readonly kind: 'field';
  readonly field: FieldReference;
}
/** `ether.source` (a dotted {@link NameValue}) or `payload(link, 96, 16)` / `fib(…)` (a {@link CallValue}). */
export type FieldReference = NameValue | CallValue;

export type Value =
  | NameValue
  | CallValue
  | NumberValue
  | AddressValue
  | PrefixValue
  | MacValue
  | RangeValue
  | TextValue
  | DurationValue
  | RateValue
  | SizeValue
  | DateValue
  | SetValue
  | NotValue;

/** A name, dotted names included: `office`, `self.mac`, `eth0.100` (parts may be all digits after the first dot). */
export interface NameValue extends Located {
  readonly kind: 'name-value';
  /** The text as written, dots included. */
  readonly text: string;
  readonly parts: readonly Name[];
}
/** `name(arg, key = arg)`. */
export interface CallValue extends Located {
  readonly kind: 'call';
  readonly callee: Name;
  readonly args: readonly Argument[];
}
export interface Argument extends Located {
  readonly kind: 'argument';
  readonly name?: Name;
  readonly value: Value;
}
/** Decimal or `0x…` integer; `text` as written. */
export interface NumberValue extends Located {
  readonly kind: 'number';
  readonly text: string;
  readonly value: bigint;
}
/** An IPv4 or IPv6 address by its shape; not yet checked (`300.1.1.1` has the shape). */
export interface AddressValue extends Located {
  readonly kind: 'address';
  readonly family: 'ipv4' | 'ipv6';
  readonly text: string;
}
/** `ADDRESS/LENGTH`. A dotted mask is a syntax error that says what to write. */
export interface PrefixValue extends Located {
  readonly kind: 'prefix';
  readonly address: AddressValue;
  readonly length: NumberValue;
}
/** Six colon-separated hex octets, optionally `/` and a mask of the same shape. */
export interface MacValue extends Located {
  readonly kind: 'mac';
  readonly text: string;
  readonly mask?: string;
}
/** `LOW-HIGH` of numbers, addresses or MACs. */
export interface RangeValue extends Located {
  readonly kind: 'range';
  readonly low: NumberValue | AddressValue | MacValue;
  readonly high: NumberValue | AddressValue | MacValue;
}
/** Text in double quotes; `value` has `\"`, `\\`, `\n`, `\t` resolved. */
export interface TextValue extends Located {
  readonly kind: 'text';
  readonly value: string;
}
/** `30s`, `5m`, `12h`, `7d`. */
export interface DurationValue extends Located {
  readonly kind: 'duration';
  readonly amount: bigint;
  readonly unit: 's' | 'm' | 'h' | 'd';
}
/** `10/second`, `2 mbytes/second`: an amount (packets without a unit) per second, minute, hour, day or week. */
export interface RateValue extends Located {
  readonly kind: 'rate';
  readonly amount: bigint;
  readonly unit: 'packets' | 'bytes' | 'kbytes' | 'mbytes';
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
}
/** `500 mbytes`. */
export interface SizeValue extends Located {
  readonly kind: 'size';
  readonly amount: bigint;
  readonly unit: 'bytes' | 'kbytes' | 'mbytes';
}
/** `2027-03-31`. */
export interface DateValue extends Located {
  readonly kind: 'date';
  readonly text: string;
}
/** `{ a, b, not c }`; may be empty here (resolve refuses it). */
export interface SetValue extends Located {
  readonly kind: 'set-value';
  readonly members: readonly Value[];
}
/** `not VALUE`: an exception in a set, or the negation of an end. */
export interface NotValue extends Located {
  readonly kind: 'not-value';
  readonly operand: Value;
}

/** `test "…" { VERDICT FLOW … }`. */
export interface TestItem extends Located, Decorated {
  readonly kind: 'test';
  readonly title: TextValue;
  readonly expectations: readonly Expectation[];
}
/** One expected verdict of one flow. */
export interface Expectation extends Located, Decorated {
  readonly kind: 'expectation';
  readonly verdict: Verdict;
  readonly flow: Flow;
}
/** `[SUBJECT] SOURCE [from CLAIMED] [port P] -> DESTINATION [port P] [type T] [code C] [state S]`. */
export interface Flow extends Located {
  readonly kind: 'flow';
  readonly protocol?: Name | NumberValue;
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly type?: Value;
  readonly code?: Value;
  readonly state?: Name;
}
export interface FlowEnd extends Located {
  readonly kind: 'flow-end';
  readonly value: NameValue | AddressValue;
  /** Of a source only: whose address it bears instead of its own. */
  readonly claimed?: NameValue | AddressValue;
  readonly port?: Value;
}

/** `assert "…" { never … / always … }`. */
export interface AssertItem extends Located, Decorated {
  readonly kind: 'assert';
  readonly title: TextValue;
  readonly claims: readonly Claim[];
}
/** `never|always [accept|drop] [SUBJECT …] [from …] [to …] [port …] [where …]`. */
export interface Claim extends Located, Decorated {
  readonly kind: 'claim';
  readonly quantifier: 'never' | 'always';
  readonly verdict?: Verdict;
  readonly subjects: readonly (Name | NumberValue)[];
  readonly clauses: readonly Clause[];
}

/** Text that is no item; its problem is in the parse result. Later passes skip it and report nothing about it. */
export interface ErrorItem extends Located {
  readonly kind: 'error-item';
}
/** Text inside a guard or filter body that is no statement. */
export interface ErrorStatement extends Located {
  readonly kind: 'error-statement';
}
