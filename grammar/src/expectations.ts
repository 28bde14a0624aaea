/**
 * What could have stood somewhere, in the operator's words.
 *
 * In: the parser's expectations. Out: a sorted list without repeats in which long families are one entry ("a clause"),
 * and the plain words behind it for "did you mean".
 */

/** One entry of the parser's expected set. */
export interface RawExpectation {
  readonly type: string;
  readonly text?: string;
  readonly description?: string;
}

interface Family {
  readonly label: string;
  readonly members: readonly string[];
  /** Fold when at least this many members are expected. */
  readonly least: number;
}

const FAMILIES: readonly Family[] = [
  {
    label: 'an item',
    members: [
      '`import`',
      '`addresses`, `ports` or `macs`',
      '`service`',
      '`network`',
      '`guest`',
      '`host`',
      '`guard` or `filter`',
      '`test`',
      '`assert`',
      '`export`',
      '`@`',
    ],
    least: 8,
  },
  {
    label: 'a rule',
    members: ['a direction', 'a verdict', '`default`', '`use`', '`@`'],
    least: 4,
  },
  {
    label: 'a clause',
    members: [
      '`from` or `to`',
      '`port`',
      '`type`',
      '`code`',
      '`where`',
      '`limit`',
      '`connections`',
      '`quota`',
      '`log`',
      '`count`',
      '`mark`',
      '`dscp`',
      '`stateless`',
    ],
    least: 5,
  },
  {
    label: 'a value',
    members: ['a value', 'a name', 'a number', 'text in double quotes', '`not`', '`{`'],
    least: 3,
  },
];

/** The plain words behind a display name that stands for several. */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['a direction', ['in', 'out', 'inout']],
  ['a verdict', ['accept', 'drop', 'reject', 'return', 'pass']],
]);

/** The operator's view of an expected set. */
export interface Expected {
  /** Folded, sorted, without repeats. */
  readonly labels: readonly string[];
  /** Every keyword that could have stood there, sorted. */
  readonly words: readonly string[];
}

/** Folds the parser's expectations into labels and keywords. */
export function readExpectations(raw: readonly RawExpectation[]): Expected {
  const names = new Set(raw.map(nameOf).filter((name) => name !== 'blank'));
  const words = [...names].flatMap(
    (name) => WORDS.get(name) ?? [...name.matchAll(/`([a-z]+)`/g)].map((m) => m[1] ?? ''),
  );
  // A name may always become a call; saying so where the line could simply end only distracts.
  if (names.has('end of line')) names.delete('`(`');
  for (const { label, members, least } of FAMILIES) {
    if (members.filter((member) => names.has(member)).length < least) continue;
    for (const member of members) names.delete(member);
    names.add(label);
  }
  return { labels: [...names].toSorted(), words: [...new Set(words)].toSorted() };
}

function nameOf(expectation: RawExpectation): string {
  switch (expectation.type) {
    case 'other':
      return expectation.description ?? 'blank';
    case 'literal':
      return `\`${expectation.text ?? ''}\``;
    case 'end':
      return 'end of line';
    default:
      return 'blank';
  }
}

/** `a, b or c`. */
export function listed(labels: readonly string[]): string {
  const last = labels.at(-1) ?? '';
  return labels.length < 2 ? last : `${labels.slice(0, -1).join(', ')} or ${last}`;
}
