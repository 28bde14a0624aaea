// Every construct of the rule language that a packet can meet, by name. In: the compiler's field table and the kinds of the syntax tree. Out: names.
// Guarantees: a field, a clause, a verdict or an answer that the language gains has names here at once, or this file does not type-check.
import { ETHERTYPES, type Field, fieldOf, FIELDS, PROTOCOLS, type RejectKind } from '@weir/compiler';
import type { Clause, VerdictWord } from '@weir/grammar';

export const DIRECTIONS = ['in', 'out', 'inout'] as const;
const FORMS = ['equal', 'negated', 'set', 'range', 'mask'] as const;
/** How a field is tested. */
export type Form = (typeof FORMS)[number] | 'flag';

/** Headers that both families carry: what is on them is checked once for each. */
const IN_BOTH: ReadonlySet<string> = new Set(['ip', 'tcp', 'udp', 'udplite', 'sctp', 'dccp']);

/** The name of a field in one form, met in a packet of that family; undefined where the field has one name for each family and the packet has none. */
export function fieldConstruct(field: string, form: Form, family: 'ipv4' | 'ipv6' | undefined): string | undefined {
  if (!IN_BOTH.has(fieldOf(field)?.header ?? '')) return `field ${field} ${form}`;
  return family === undefined ? undefined : `field ${field} ${form} in ${family}`;
}

function fieldConstructs({ id, type, header }: Field): readonly string[] {
  const forms: readonly Form[] = type.kind === 'flag' ? ['flag'] : type.kind === 'ifname' ? [] : FORMS;
  const families = IN_BOTH.has(header) ? (['ipv4', 'ipv6'] as const) : ([undefined] as const);
  return forms.flatMap((form) => families.flatMap((family) => fieldConstruct(id, form, family) ?? []));
}

const ANSWERS = {
  'port-unreachable': true,
  'admin-prohibited': true,
  'host-unreachable': true,
  'no-route': true,
  'tcp-reset': true,
} as const satisfies Readonly<Record<RejectKind, true>>;

/** Which items a verdict stands in; `reject` has a name for each answer. */
const VERDICTS = {
  accept: ['guard', 'filter'],
  drop: ['guard', 'filter'],
  return: ['guard', 'filter'],
  pass: ['guard'],
  reject: ['filter'],
} as const satisfies Readonly<Record<VerdictWord, readonly ('guard' | 'filter')[]>>;

const VERDICT_NAMES = Object.entries(VERDICTS).flatMap(([verdict, items]) =>
  items.flatMap((of) =>
    (verdict === 'reject' ? Object.keys(ANSWERS).map((answer) => `reject with ${answer}`) : [verdict]).map(
      (name) => [of, name] as const,
    ),
  ),
);

/** WHY: no default returns, and none resets what may be no TCP. */
const isDefault = (name: string): boolean => name !== 'return' && !name.endsWith('tcp-reset');

/** What an end can be. */
export const ENDS = [
  'address',
  'prefix',
  'range',
  'set',
  'named',
  'any',
  'not',
  'self',
  'world',
  'gateway',
  'host',
  'network()',
  'guest()',
  'guests()',
] as const;

/** The names of each clause. */
const CLAUSES = {
  end: ['from', 'to'].flatMap((side) => [...ENDS.map((end) => `${side} ${end}`), `${side} port`]),
  port: ['number', 'range', 'set', 'named'].map((form) => `port ${form}`),
  type: ['icmp type', 'icmpv6 type', 'igmp type'],
  code: ['icmp code', 'icmpv6 code'],
  where: ['where and', 'where or', 'where not'],
  limit: ['limit', 'limit over', 'limit burst', 'limit of bytes'],
  connections: ['connections over', 'connections over per source'],
  quota: ['quota', 'quota over'],
  log: ['log', 'log prefix', 'log level', 'log group', 'log at most'],
  count: ['count', 'count by name'],
  mark: ['mark'],
  dscp: ['dscp'],
  stateless: ['stateless'],
} as const satisfies Readonly<Record<Clause['kind'], readonly string[]>>;

const SUBJECTS: readonly string[] = [
  'none',
  'several',
  'a service',
  'an IP protocol by number',
  'an EtherType by number',
  'stp',
  'vlan',
  ...Object.keys(ETHERTYPES).filter((name) => !name.startsWith('vlan')),
  ...Object.keys(PROTOCOLS),
];

/** States of a connection that decide something. */
export const STATES = ['new', 'established', 'related', 'invalid'] as const;

/** Every construct, in the order of the report. */
export const CONSTRUCTS: readonly string[] = [
  ...VERDICT_NAMES.flatMap(([of, name]) => DIRECTIONS.map((direction) => `${of} ${direction} ${name}`)),
  ...VERDICT_NAMES.filter(([, name]) => isDefault(name)).flatMap(([of, name]) =>
    (['in', 'out'] as const).map((direction) => `${of} default ${direction} ${name}`),
  ),
  ...['guard', 'filter'].map((of) => `use in a ${of}`),
  ...['guard', 'filter'].map((of) => `return in a used ${of}`),
  'several filters',
  ...SUBJECTS.map((name) => `subject ${name}`),
  ...Object.values(CLAUSES).flat(),
  ...['mac', 'ipv4', 'ipv6'].map((fact) => `own ${fact}`),
  ...['ipv4', 'ipv6'].map((type) => `named ${type}`),
  // One TCP option stands for all that have no name.
  ...[...FIELDS.values(), ...['tcp.option.77'].flatMap((id) => fieldOf(id) ?? [])].flatMap(fieldConstructs),
  ...['link', 'network', 'transport'].flatMap((base) => FORMS.map((form) => `payload(${base}) ${form}`)),
  ...STATES.flatMap((state) => ['in', 'out'].map((direction) => `connection ${state} ${direction}`)),
  ...['ipv4', 'ipv6', 'link'].flatMap((family) =>
    ['in', 'out'].flatMap((direction) =>
      ['guard', 'filter']
        .filter((of) => of === 'guard' || family !== 'link')
        .map((of) => `${of} ${direction} on ${family}`),
    ),
  ),
];
