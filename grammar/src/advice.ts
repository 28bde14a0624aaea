/**
 * What to write instead, where text could not be read.
 *
 * In: the place of a failure with the words around it, and what could have stood there. Out: one line of help or nothing.
 * Guaranteed: advice never changes what is an error.
 */
import type { Expected } from './expectations.ts';
import { conditionHabit, habit, itemHabit, valueHabit } from './habits.ts';
import { nearest } from './nearest.ts';
import { shapeHint } from './shapes.ts';

/** A failure and its surroundings. */
export interface Place {
  /** The word or sign that could not be read; empty at the end of a line. */
  readonly word: string;
  /** The word before it on the line; empty when there is none. */
  readonly before: string;
  /** The line up to the word. */
  readonly line: string;
  /** The line from the word on. */
  readonly rest: string;
  readonly expected: Expected;
  /** True at the first word of what could not be read. */
  readonly isFirst: boolean;
}

type Check = (place: Place) => string | undefined;

const RULE_WORDS = new Set(['in', 'out', 'inout', 'accept', 'drop', 'reject', 'return', 'pass', 'default', 'use']);
const VERDICTS = new Set(['accept', 'drop', 'reject', 'return', 'pass']);
const ITEMS = new Set([
  'filter',
  'guard',
  'addresses',
  'ports',
  'macs',
  'service',
  'import',
  'guest',
  'network',
  'test',
]);
const PROTOCOLS = new Set('tcp udp icmp icmpv6 udplite sctp dccp esp ah gre igmp ipv4 ipv6 arp'.split(' '));

const inCondition = ({ line }: Place): boolean => /\bwhere\b/.test(line);
const wants = ({ expected }: Place, label: string): boolean => expected.labels.includes(label);

/** The end of a line that should have gone on. */
const lineEnds: Check = (place) => {
  if (place.word !== '') return undefined;
  if (wants(place, '`{`') && /^\s*\{/.test(place.rest)) return 'the `{` stands on the same line';
  if (wants(place, 'a comparison') && / & \S+$/.test(place.line))
    return `compare it: \`${/\S+ & \S+$/.exec(place.line)?.[0] ?? ''} == VALUE\``;
  return undefined;
};

/** `IN accept`, `in ACCEPT`. */
const upperCase: Check = ({ word, expected }) => {
  const lower = word.toLowerCase();
  return lower !== word && expected.words.includes(lower)
    ? `words of the language are in lower case: \`${lower}\``
    : undefined;
};

const reservedName: Check = (place) =>
  wants(place, 'a name') && place.expected.labels.length === 1 && /^[a-z]+$/.test(place.word)
    ? `\`${place.word}\` is a word of the language: choose another name`
    : undefined;

const itemPlace: Check = (place) => {
  if (!wants(place, 'an item')) return undefined;
  const { word, expected, isFirst } = place;
  if (isFirst && RULE_WORDS.has(word)) return 'rules stand inside a `filter` or `guard`';
  return itemHabit(word) ?? near(word, expected);
};

/** Flows of tests. */
const flowPlace: Check = (place) => {
  if (!wants(place, '`->`')) return undefined;
  if (place.word === 'to' || place.word === '=') return 'an arrow stands between the two ends: `web1 -> db1`';
  return /^[A-Za-z]/.test(place.word)
    ? 'the two ends have an arrow between them: `tcp web1 -> db1 port 443`'
    : undefined;
};

/** What stands where a rule, its direction or its verdict should. */
const ruleStart: Check = (place) => {
  const { word } = place;
  const rule = wants(place, 'a rule');
  if (!rule && !wants(place, 'a verdict')) return undefined;
  if (word === '{') return 'every rule says its direction itself: `in accept tcp port 22`';
  if (ITEMS.has(word)) return 'items do not stand inside each other; close the block above with `}` first';
  if (PROTOCOLS.has(word) || /^(ip|ip6|from|to|port|where|any|all)$/.test(word))
    return 'the direction and the verdict come first: `in accept tcp port 22`';
  if (rule && /^\d+$/.test(word)) return 'rules have no numbers: they are tried in the order in which they are written';
  if (word === 'out' || word === ',' || word === 'in') return 'write `inout` for both directions';
  return undefined;
};

/** Words between a clause and its value. */
const valuePlace: Check = ({ word, before, line, expected }) => {
  const clause = /\b(from|to|port|limit|mark|over)\s+\S+\s+$/.exec(line)?.[1];
  if (
    clause !== undefined &&
    before !== clause &&
    valueHabit(before) !== undefined &&
    !expected.labels.includes('a value')
  )
    return valueHabit(before);
  if (before === 'level' && /^\d+$/.test(word)) return 'a level is a word: `warn`, `notice`, `info`, …';
  if (before === 'connections' && word !== 'over') return `write \`connections over ${/^\d+$/.test(word) ? word : 5}\``;
  if (word === 'per' && /^\d+$/.test(before)) return `a rate is written \`${before}/second\``;
  if (before === 'per' && expected.labels.includes('`source`'))
    return 'connections are counted for all, or `per source`';
  return undefined;
};

const logPlace: Check = ({ word, before, line, expected }) => {
  if (!/\blog\s+$/.test(line) || before !== 'log') return undefined;
  if (word === 'prefix') return 'the text follows `log`: `log "refused"`';
  if (expected.words.includes(word) || !/^[A-Za-z]/.test(word)) return undefined;
  if (/^(yes|on|true|all)$/.test(word)) return 'write `log` alone';
  return `text stands in double quotes: \`log "${word}"\``;
};

function negation(place: Place): string {
  const { before } = place;
  if (before === 'port' || before === 'from' || before === 'to') return `write \`${before} not …\``;
  return wants(place, 'a service or protocol') || wants(place, '`,`')
    ? 'a protocol is not negated: decide it in a rule before this one'
    : 'write `not`';
}

const signs: Check = (place) => {
  const { word, before, rest } = place;
  if (word === '!') return negation(place);
  if (word === '*')
    return before === 'from' || before === 'to'
      ? 'write `any`'
      : 'leave it out: what a rule does not say, it does not ask';
  if (word === '[') {
    const address = /^\[([0-9A-Fa-f:.]+)\]/.exec(rest)?.[1];
    return address?.includes(':')
      ? `an IPv6 address stands without brackets: \`${address}\``
      : 'several values stand in braces: `{ 80, 443 }`';
  }
  if ((word === '(' || word === '<') && wants(place, 'a value')) return 'several values stand in braces: `{ 80, 443 }`';
  if (word === '=' && wants(place, 'a value')) return 'a comparison is written `==`';
  if (word === '>' && before === '') return 'write `!=`';
  if (word.startsWith('=') && wants(place, '`=`')) return 'write one `=` here';
  if (word === '=' && wants(place, '`{`'))
    return 'a setting is written without `=`; labels stand in braces: `labels { tier = web }`';
  if (word === ':' && wants(place, '`=`'))
    return wants(place, 'end of line') ? `a setting is written without a colon: \`${before} VALUE\`` : 'write `=`';
  if (word === ',' && wants(place, 'end of line'))
    return /^,\s*(#.*)?$/.test(rest) ? 'remove the comma' : 'several values stand in braces: `{ a, b }`';
  return undefined;
};

/** Two things beside each other that need something between them. */
const beside: Check = (place) => {
  const { word, before } = place;
  if (/^(icmp|icmpv6|igmp)$/.test(before) && /^\d+$/.test(word)) return `write \`${before} type ${word}\``;
  if (VERDICTS.has(word) && wants(place, 'a clause')) return 'a rule has one verdict, right after its direction';
  if (/^(in|out|inout)$/.test(word) && wants(place, 'a clause')) return 'the direction comes first: `in accept`';
  if (PROTOCOLS.has(word) && PROTOCOLS.has(before))
    return `several protocols are separated by commas: \`${before}, ${word}\``;
  if (PROTOCOLS.has(word) && wants(place, 'a clause'))
    return `the protocol stands right after the verdict: \`accept ${word}\``;
  if (word === 'any' && before === 'form') return 'did you mean `from`?';
  if (word === 'any' && wants(place, 'a clause')) return 'write `from any to any`, or leave both out';
  if (word === 'not' && wants(place, 'a clause') && !inCondition(place))
    return '`not` stands in front of a value: `port not 22`';
  return undefined;
};

const comparison: Check = (place) =>
  wants(place, 'a comparison') && /^[A-Za-z0-9]/.test(place.word) ? 'a comparison is written `==`' : undefined;

const foreign: Check = (place) =>
  (inCondition(place) ? (conditionHabit(place.word) ?? comparison(place)) : undefined) ??
  (place.word === '=' ? undefined : habit(place.word));

const portAlone: Check = ({ word, before, expected }) =>
  /^\d+(-\d+)?$/.test(word) && expected.words.includes('port') && !/^(port|type|code|mark|group|count)$/.test(before)
    ? `write \`port ${word}\``
    : undefined;

/** A slip of the hand. */
function near(word: string, expected: Expected): string | undefined {
  if (!/^[A-Za-z]/.test(word) || expected.words.includes(word)) return undefined;
  const found = nearest(word, expected.words);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

const CLAUSES = new Set(
  'log count limit where from to port type code mark dscp quota connections stateless'.split(' '),
);

/** What belongs elsewhere in the same statement. */
const misplaced: Check = (place) => {
  const { word, before, line } = place;
  if (/^\s*default\b/.test(line) && wants(place, '`count`') && !wants(place, 'a clause'))
    return 'a default has no conditions: it decides what no rule did';
  if (word === 'with' && wants(place, 'a clause')) return '`with` follows `reject`: `reject with tcp-reset`';
  if (word === 'use' && wants(place, 'a verdict')) return '`use` has no direction: it places the rules of both';
  if (CLAUSES.has(word) && wants(place, 'a verdict')) return `the verdict comes first: \`in accept ${word} …\``;
  if (/^\s*import\b/.test(line)) return 'write `import { NAME } from "./FILE.weir"`';
  if (before === 'test' || before === 'assert') return `write a title: \`${before} "the web is reachable" { … }\``;
  if (before === 'use' && word.startsWith('"')) return 'a name stands without quotes';
  return undefined;
};

const separators: Check = (place) => {
  const { word, before } = place;
  if (word === '%') return 'an address has no zone: write it without `%` and what follows';
  if (word === '>' && before.endsWith('<')) return 'write `!=`';
  if (wants(place, '`and`') && /^[A-Za-z(]/.test(word)) return 'conditions have `and` or `or` between them';
  if (wants(place, '`}`') && wants(place, '`,`')) return 'members have commas between them';
  if (/^([KMGT]i?B|[kmgt]bytes?|bytes?)$/i.test(word.replace(/\/.*/, '')))
    return 'sizes are in `bytes`, `kbytes` or `mbytes`';
  return undefined;
};

/** In order: what is certain first, guesses last. */
const CHECKS: readonly Check[] = [
  lineEnds,
  upperCase,
  itemPlace,
  reservedName,
  misplaced,
  valuePlace,
  logPlace,
  ruleStart,
  flowPlace,
  beside,
  signs,
  ({ word, before }) => shapeHint(word, before),
  foreign,
  separators,
  ({ word, expected }) => near(word, expected),
  portAlone,
];

/** The first advice that fits. */
export function advise(place: Place): string | undefined {
  for (const check of CHECKS) {
    const help = check(place);
    if (help !== undefined) return help;
  }
  return undefined;
}
