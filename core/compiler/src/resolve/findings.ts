/** What resolving names, values and rules can find wrong. Each is declared once; the checks are named in the files that use them. */
import { defineDiagnostic, type DiagnosticHead, type Label } from '@weir/plugin';

const near = (name: string | undefined): { readonly help?: string } =>
  name === undefined ? {} : { help: `did you mean \`${name}\`?` };

const error = (code: string, title: string): DiagnosticHead => ({ code, severity: 'error', title });

export const unknownName = defineDiagnostic<{
  name: string;
  what: string;
  near?: string | undefined;
  help?: string | undefined;
}>(error('resolve/unknown-name', 'a name that nothing declares'), (p) => ({
  message: `unknown ${p.what} \`${p.name}\``,
  ...(p.help === undefined ? near(p.near) : { help: p.help }),
}));
export const notExported = defineDiagnostic<{ name: string; file: string; labels: readonly Label[] }>(
  error('resolve/not-exported', 'a name that its file keeps to itself'),
  ({ name, file, labels }) => ({
    message: `\`${name}\` is not exported by \`${file}\``,
    labels,
    help: 'write `export` in front of its declaration',
  }),
);
export const declaredTwice = defineDiagnostic<{ name: string; labels: readonly Label[] }>(
  error('resolve/declared-twice', 'one name for two things in one file'),
  ({ name, labels }) => ({ message: `\`${name}\` is declared twice`, labels, help: 'rename one of them' }),
);
export const reservedName = defineDiagnostic<{ name: string; is: string }>(
  error('resolve/reserved-name', 'a name that the language needs itself'),
  ({ name, is }) => ({ message: `nothing can be called \`${name}\`: it is ${is}`, help: 'choose another name' }),
);
export const wrongKind = defineDiagnostic<{
  name: string;
  is: string;
  wanted: string;
  help?: string | undefined;
  labels?: readonly Label[];
}>(error('resolve/wrong-kind', 'a name of another kind of thing'), ({ name, is, wanted, help, labels }) => ({
  message: `\`${name}\` is ${is}, and ${wanted} is wanted here`,
  ...(help !== undefined && { help }),
  ...(labels !== undefined && { labels }),
}));
export const circular = defineDiagnostic<{ path: readonly string[]; labels: readonly Label[] }>(
  error('resolve/circular', 'a definition that needs itself'),
  ({ path, labels }) => ({
    message: `this definition leads back to itself: ${path.map((name) => `\`${name}\``).join(' → ')}`,
    labels,
    help: `take \`${path.at(-1) ?? ''}\` out here, or write what it stands for`,
  }),
);
export const usesTooDeep = defineDiagnostic<{ limit: number }>(
  error('resolve/uses-too-deep', 'too many `use` inside `use`'),
  ({ limit }) => ({
    message: `\`use\` is nested more than ${limit} deep here`,
    help: 'name the filters beside each other on the interface, or write their rules out',
  }),
);
export const usesTooMany = defineDiagnostic<{ limit: number }>(
  error('resolve/uses-too-many', 'too many blocks placed by `use`'),
  ({ limit }) => ({
    message: `this places more than ${limit} blocks of other rules by \`use\``,
    help: 'a filter that uses another one twice doubles it; use each once',
  }),
);
export const badValue = defineDiagnostic<{ text: string; why: string; help?: string }>(
  error('values/bad-value', 'a value that cannot be'),
  ({ text, why, help }) => ({ message: `\`${text}\` ${why}`, ...(help !== undefined && { help }) }),
);
export const hostBits = defineDiagnostic<{ text: string; what: string; canonical: string; single: string }>(
  error('values/host-bits', 'a prefix with bits set behind its length'),
  ({ text, what, canonical, single }) => ({
    message: `\`${text}\` has bits set behind its ${what}`,
    help: `write \`${canonical}\` for all of it, or \`${single}\` for the one address`,
  }),
);
export const turnedRound = defineDiagnostic<{ low: string; high: string }>(
  error('values/turned-round', 'a range that ends before it begins'),
  ({ low, high }) => ({ message: `the range ends before it begins`, help: `write \`${high}-${low}\`` }),
);
export const emptySet = defineDiagnostic<{ what: string; help?: string | undefined }>(
  error('values/empty-set', 'a set without a member'),
  ({ what, help }) => ({
    message: `${what} is empty`,
    help: help ?? 'a rule with an empty set would match nothing; leave the rule out instead',
  }),
);
export const wrongType = defineDiagnostic<{ text: string; wanted: string; help?: string | undefined }>(
  error('values/wrong-type', 'a value of another type'),
  ({ text, wanted, help }) => ({
    message: `\`${text}\` is not ${wanted}`,
    ...(help !== undefined && { help }),
  }),
);
export const wrongFamily = defineDiagnostic<{ text: string; wanted: string }>(
  error('values/wrong-family', 'an address of the family that cannot be meant'),
  ({ text, wanted }) => ({ message: `\`${text}\` has no ${wanted} address` }),
);
export const unknownField = defineDiagnostic<{
  name: string;
  near?: string | undefined;
  help?: string | undefined;
}>(error('resolve/unknown-field', 'a field that no header has'), (p) => ({
  message: `unknown field \`${p.name}\``,
  ...(p.help === undefined ? near(p.near) : { help: p.help }),
}));
export const missingDirection = defineDiagnostic<Record<never, never>>(
  error('resolve/missing-direction', 'a rule that says neither `in` nor `out`'),
  () => ({
    message: 'this rule has no direction',
    help: 'write `in` (toward the guest), `out` (from it) or `inout` in front of the verdict',
  }),
);
export const misplacedVerdict = defineDiagnostic<{ verdict: string; item: string; help: string }>(
  error('resolve/misplaced-verdict', 'a verdict that has no meaning there'),
  ({ verdict, item, help }) => ({ message: `\`${verdict}\` cannot stand in a ${item}`, help }),
);
export const misplacedOption = defineDiagnostic<{ option: string; where: string; help: string }>(
  error('resolve/misplaced-option', 'an option or condition that has no meaning there'),
  ({ option, where, help }) => ({ message: `\`${option}\` cannot stand ${where}`, help }),
);
/** The clauses that take sets. */
const SETS: ReadonlySet<string> = new Set(['from', 'to', 'port', 'type', 'code']);

export const optionTwice = defineDiagnostic<{ option: string }>(
  error('resolve/option-twice', 'a clause that stands twice in a rule'),
  ({ option }) => ({
    message: `\`${option}\` stands twice in this rule`,
    help: SETS.has(option) ? 'put the values in one set' : 'keep one of them',
  }),
);
export const needsPorts = defineDiagnostic<{ subject?: string }>(
  error('resolve/no-ports', 'a port where there are no ports'),
  ({ subject }) => ({
    message: subject === undefined ? 'not every protocol has ports' : `\`${subject}\` has no ports`,
    help: 'ports belong to tcp, udp, udplite, sctp and dccp; name one of them before `port`',
  }),
);
export const needsType = defineDiagnostic<{ clause: string }>(
  error('resolve/no-type', 'an ICMP type where there is no ICMP'),
  ({ clause }) => ({
    message: `\`${clause}\` belongs to ${clause === 'type' ? 'icmp, icmpv6 and igmp' : 'icmp and icmpv6'}`,
    help: 'name one of them before it',
  }),
);
export const neverMatches = defineDiagnostic<{ why: string; labels?: readonly Label[] }>(
  error('resolve/never-matches', 'a rule that no packet can match'),
  ({ why, labels }) => ({
    message: `this rule can never match: ${why}`,
    ...(labels !== undefined && { labels }),
  }),
);
export const argument = defineDiagnostic<{ message: string; help?: string; labels?: readonly Label[] }>(
  error('resolve/argument', 'arguments that do not fit the parameters'),
  ({ message, help, labels }) => ({
    message,
    ...(help !== undefined && { help }),
    ...(labels !== undefined && { labels }),
  }),
);
export const defaultTwice = defineDiagnostic<{ direction: string; labels: readonly Label[] }>(
  error('resolve/default-twice', 'two defaults for one direction'),
  ({ direction, labels }) => ({
    message: `the default for \`${direction}\` is given twice`,
    labels,
    help: 'keep one of them',
  }),
);
export const annotation = defineDiagnostic<{ message: string; help?: string }>(
  error('resolve/annotation', 'an annotation that means nothing'),
  ({ message, help }) => ({ message, ...(help !== undefined && { help }) }),
);
export const expired = defineDiagnostic<{ today: string; still: boolean }>(
  { code: 'resolve/expired', severity: 'warning', title: 'an annotation whose date is over' },
  ({ today, still }) => ({
    message: still
      ? `this has expired (today is ${today}) and still holds`
      : `this rule has expired (today is ${today}) and is left out`,
    help: still
      ? 'only rules that let packets through end with their date; take it out, or give it a new date'
      : 'take the rule out, or give it a new date',
  }),
);
export const noDate = defineDiagnostic<Record<never, never>>(
  { code: 'resolve/no-date', severity: 'info', title: 'annotations with a date in a run that was given none' },
  () => ({
    message: 'nothing expires in this run: it was given no date',
    help: 'give it one with `--date`',
  }),
);
export const unknownAddresses = defineDiagnostic<{ guest: string; labels: readonly Label[] }>(
  error('resolve/unknown-addresses', 'a guest in a rule whose addresses are not known'),
  ({ guest, labels }) => ({
    message: `the addresses of guest \`${guest}\` are not known`,
    labels,
    help: 'list its addresses instead of `any`, or leave it out of the selection',
  }),
);
export const effectNotSeen = defineDiagnostic<{ effect: 'mark' | 'dscp'; labels: readonly Label[] }>(
  error('resolve/effect-not-seen', 'a rule that asks about what another rule changes'),
  ({ effect, labels }) => ({
    message: `this asks for a packet’s ${effect === 'mark' ? 'mark' : 'header'} after another rule of the port has set its \`${effect}\``,
    labels,
    help: 'no rule sees what others of the port do to a packet: put both into one rule, or name the filter that asks first',
  }),
);
export const guardOff = defineDiagnostic<{ ifname: string }>(
  { code: 'resolve/guard-off', severity: 'warning', title: 'an interface without a guard' },
  ({ ifname }) => ({
    message: `interface \`${ifname}\` has no guard: the guest can use any address`,
    help: 'leave the setting out to get `clean-traffic`',
  }),
);

/** Every diagnostic of this directory, for the pages that describe them. */
export const resolveDiagnostics = [
  unknownName,
  notExported,
  declaredTwice,
  reservedName,
  wrongKind,
  circular,
  usesTooDeep,
  usesTooMany,
  badValue,
  hostBits,
  turnedRound,
  emptySet,
  wrongType,
  wrongFamily,
  unknownField,
  missingDirection,
  misplacedVerdict,
  misplacedOption,
  optionTwice,
  needsPorts,
  needsType,
  neverMatches,
  argument,
  defaultTwice,
  annotation,
  expired,
  noDate,
  unknownAddresses,
  effectNotSeen,
  guardOff,
] as const;
