// The four ways to ask for a value: equal, negated, in a range, under a mask. In: a field, its type and a value. Out: conditions in Weir, each with
// values that match and values that miss, by arithmetic on the values alone. Guarantees: pure.

export const FORMS = ['equal', 'negated', 'range', 'mask'] as const;
export type Form = (typeof FORMS)[number];

type Value = string | number;

/** A condition and values of its key on both sides of it. */
export interface Condition {
  readonly text: string;
  readonly hits: readonly Value[];
  readonly misses: readonly Value[];
}

export type Conditions = Readonly<Record<Form, Condition>>;

/** A number of so many bits; `value` is even and not at the edge. */
export function numberForms(field: string, bits: number, value: number): Conditions {
  const max = 2 ** bits - 1;
  const mask = `0x${(max - 1).toString(16)}`;
  const [low, high] = [value, value + 2];
  const outside = [low - 1, high + 1].filter((one) => one >= 0 && one <= max);
  return {
    equal: { text: `${field} == ${value}`, hits: [value], misses: [value + 1, value === max ? 0 : max] },
    negated: { text: `${field} != ${value}`, hits: [value + 1], misses: [value] },
    range: { text: `${field} in ${low}-${high}`, hits: [low, low + 1, high], misses: outside },
    mask: { text: `${field} & ${mask} == ${value}`, hits: [value, value + 1], misses: [value + 2] },
  };
}

/** Forms of an address with the given last parts: `from` and `to` are the ends of a range, `below` and `above` lie just outside. */
interface Span {
  readonly below: string;
  readonly from: string;
  readonly to: string;
  readonly above: string;
}

const spanForms = (field: string, { below, from, to, above }: Span, mask: Condition): Conditions => ({
  equal: { text: `${field} == ${from}`, hits: [from], misses: [below, to] },
  negated: { text: `${field} != ${from}`, hits: [below, to], misses: [from] },
  range: { text: `${field} in ${from}-${to}`, hits: [from, to], misses: [below, above] },
  mask,
});

/** A hardware address. */
export const macForms = (field: string): Conditions =>
  spanForms(
    field,
    { below: '02:00:00:00:01:0f', from: '02:00:00:00:01:10', to: '02:00:00:00:01:1f', above: '02:00:00:00:01:20' },
    {
      text: `${field} & ff:ff:ff:00:00:00 == 02:00:01:00:00:00`,
      hits: ['02:00:01:00:00:00', '02:00:01:ff:ff:ff'],
      misses: ['02:00:00:ff:ff:ff', '02:00:02:00:00:00'],
    },
  );

/** An IPv4 address. */
export const ipv4Forms = (field: string): Conditions =>
  spanForms(
    field,
    { below: '10.1.2.15', from: '10.1.2.16', to: '10.1.2.19', above: '10.1.2.20' },
    {
      text: `${field} in 10.1.3.0/25`,
      hits: ['10.1.3.0', '10.1.3.127'],
      misses: ['10.1.2.255', '10.1.3.128'],
    },
  );

/** An IPv6 address. */
export const ipv6Forms = (field: string): Conditions =>
  spanForms(
    field,
    { below: 'fd01::f', from: 'fd01::10', to: 'fd01::13', above: 'fd01::14' },
    {
      text: `${field} in fd01:0:0:4000::/50`,
      hits: ['fd01:0:0:4000::', 'fd01::7fff:ffff:ffff:ffff:ffff'],
      misses: ['fd01:0:0:3fff:ffff:ffff:ffff:ffff', 'fd01:0:0:8000::'],
    },
  );

/** The condition turned round, for a range or a mask that must not hold. */
export function turned(condition: Condition): Condition {
  const text = condition.text.includes('&')
    ? condition.text.replace('==', '!=')
    : condition.text.replace(' in ', ' not in ');
  return { text, hits: condition.misses, misses: condition.hits };
}
