/**
 * Words of other filter languages, and what Weir writes instead.
 *
 * In: a word or sign, and what it stands among. Out: one line of help or nothing. Guaranteed: a word that rules know is
 * never taken for a habit.
 */

type Habits = ReadonlyMap<string, string>;

function table(rows: readonly (readonly [words: string, help: string])[]): Habits {
  return new Map(rows.flatMap(([words, help]) => words.split(' ').map((word) => [word, help] as const)));
}

const STATE = 'replies of accepted connections pass by themselves; else write `where connection.state == established`';
const INTERFACE = 'a filter decides for the interfaces that name it; a rule says `in` or `out` only';
const USE = 'write `use NAME` to place the rules of another filter here';
const FROM_SET = 'declare `addresses NAME = { … }` and write `from NAME` or `to NAME`';

/** Words that stand in rules: nft, iptables, pf, nwfilter, firewalld, security groups. */
const RULE_HABITS: Habits = table([
  ['allow permit', 'write `accept`'],
  ['deny block discard', 'write `drop`, or `reject` to answer the sender'],
  ['continue', 'leave the rule out: a rule that decides nothing changes nothing'],
  ['dport dports dst-port destination-port dstport to-port', '`port` is the destination port: `tcp port 22`'],
  ['dstportstart dstportend', 'write `port 22`, or `port 22-80` for a range'],
  [
    'sport sports src-port source-port srcport srcportstart srcportend',
    'the source port follows `from`: `from port 68` or `from any port 68`',
  ],
  ['multiport', 'several ports stand in braces: `port { 80, 443 }`'],
  ['src saddr source srcip srcipaddr remote', 'write `from`'],
  ['dst daddr destination dstip dstipaddr', 'write `to`'],
  ['srcipmask dstipmask netmask mask', 'write the length of the prefix behind the address: `10.0.0.0/8`'],
  ['mac srcmac srcmacaddr mac-source smac', 'write `where ether.source == 52:54:00:00:00:01`'],
  ['dstmac dstmacaddr dmac', 'write `where ether.destination == 52:54:00:00:00:01`'],
  ['ingress input inbound incoming', 'write `in`: toward the guest'],
  ['egress output outbound outgoing', 'write `out`: from the guest'],
  ['both', 'write `inout`'],
  ['forward', 'a rule says `in` (toward the guest) or `out` (from it), and holds on every path'],
  ['proto protocol l4proto meta', 'the protocol stands right after the verdict: `accept tcp`'],
  ['service', 'a service stands right after the verdict by its name alone: `accept ssh`'],
  ['ct state ctstate conntrack established related statematch keep', STATE],
  ['flags tcp-flags', 'write `where tcp.flags == syn`, or `where tcp.flags & { syn, ack } == syn`'],
  ['icmp-type icmpv6-type icmp_type', 'write `type` behind the protocol: `icmp type echo-request`'],
  ['ipset match-set', FROM_SET],
  ['iif iifname oif oifname interface dev physdev', INTERFACE],
  ['priority seq order position', 'rules are tried in the order in which they are written; there is no number for it'],
  ['quick', 'the first rule that matches decides; there is no word for it'],
  ['enabled enable disabled disable', 'a rule that is written holds; put `#` in front of it to switch it off'],
  ['comment description', 'a comment begins with `#`'],
  ['counter', 'write `count`'],
  ['nflog', 'write `log group 5`'],
  ['log-prefix', 'the text follows `log`: `log "refused"`'],
  ['hashlimit', 'write `limit 10/second`'],
  ['connlimit', 'write `connections over 5 per source`'],
  ['limit-burst', 'write `burst` behind the rate: `limit 10/second burst 20`'],
  ['jump goto include filterref call', USE],
  ['policy', 'write `default`: `default in drop`'],
  ['rule action direction', 'a rule is written `in accept tcp port 22`: direction, verdict, what it is about'],
  ['iptables ip6tables ebtables nft ufw firewall-cmd', 'a rule is written `in accept tcp port 22`'],
]);

/** Words at the beginning of an item. */
const ITEM_HABITS: Habits = table([
  ['table chain policy rule rules zone', 'rules stand in a filter: `filter NAME { in accept tcp port 22 }`'],
  [
    'set ipset define group alias list var let const',
    'write `addresses NAME = { … }`, `ports NAME = { … }` or `macs NAME = { … }`',
  ],
  ['include source load require use', 'write `import { NAME } from "./FILE.weir"`'],
  ['vm domain instance machine server container', 'write `guest NAME { interface IFNAME { … } }`'],
  ['bridge subnet switch vlan', 'write `network NAME { … }`'],
]);

/** Options of iptables and its kin, by what follows the hyphens. */
const OPTIONS: Habits = table([
  ['p', 'the protocol stands right after the verdict: `accept tcp`'],
  ['s', 'write `from`'],
  ['d', 'write `to`'],
  ['i o', INTERFACE],
  ['j g', 'the verdict comes right after the direction: `in accept tcp`'],
  ['m', 'every clause is its own word: `port`, `limit`, `where`, …'],
  ['A I D t', 'a rule is written `in accept tcp port 22`'],
]);

/** Words between a clause and its value. */
const VALUE_HABITS: Habits = table([
  ['eq is equals', 'write the value alone: `port 22`'],
  ['range', 'a range is written with a hyphen: `80-90`'],
  ['gt ge', 'write the range: `port 1024-65535`'],
  ['lt le', 'write the range: `port 1-1023`'],
  ['ne neq', 'write `not`: `port not 22`'],
  ['host address net network', 'write the address alone: `from 10.0.0.1`'],
  ['rate', 'the rate follows `limit` directly: `limit 10/second`'],
  ['set', 'write the value alone: `mark 5`'],
]);

/** Words and signs inside a condition. */
const CONDITION_HABITS: Habits = table([
  ['=', 'a comparison is written `==`'],
  ['eq is equals', 'a comparison is written `==`'],
  ['ne neq isnt', 'write `!=`'],
  ['gt', 'write `>`'],
  ['ge', 'write `>=`'],
  ['lt', 'write `<`'],
  ['le', 'write `<=`'],
  ['contains like matches', 'comparisons are `==`, `!=`, `in`, `not in`, `<`, `<=`, `>` and `>=`'],
]);

const SIGNS: Habits = table([
  ['&&', 'write `and`'],
  ['||', 'write `or`'],
  ['!', 'write `not`'],
  ['//', 'a comment begins with `#`'],
  ['/*', 'a comment begins with `#`, on every line of it'],
  ['->', 'an arrow stands only in tests; a rule says `from A to B`'],
  [':', 'a port is written `port 80`, after the address'],
  ['$', 'a name stands without `$`; the guest’s own addresses are `self`'],
  ['@', 'a name stands without `@`'],
  ['\\', 'a line goes on inside brackets, and after a comma or an operator; there is no sign for it'],
  ['|', 'several values stand in braces: `{ syn, ack }`'],
]);

/** A word or sign of another language in a rule, and what to write; nothing when it is none. */
export function habit(word: string): string | undefined {
  const option = /^-{1,2}([A-Za-z][A-Za-z-]*)/.exec(word)?.[1];
  if (option !== undefined) return OPTIONS.get(option) ?? RULE_HABITS.get(option.toLowerCase()) ?? OPTIONS.get('m');
  const comment = /^(\/\/|\/\*)/.exec(word)?.[1];
  return SIGNS.get(comment ?? word) ?? RULE_HABITS.get(word.toLowerCase());
}

/** A word at the beginning of an item. */
export function itemHabit(word: string): string | undefined {
  if (word.startsWith('<')) return 'this reads like XML; Weir writes `filter NAME { in accept tcp port 22 }`';
  if (/^[{[]/.test(word)) return 'this reads like JSON; Weir writes `filter NAME { in accept tcp port 22 }`';
  if (/^[\w-]+:$/.test(word) || word === '-' || word === '---')
    return 'this reads like YAML; Weir writes `filter NAME { in accept tcp port 22 }`';
  return ITEM_HABITS.get(word.toLowerCase());
}

/** A word in front of a value that should stand alone. */
export function valueHabit(word: string): string | undefined {
  return VALUE_HABITS.get(word.toLowerCase());
}

/** A word or sign inside a condition. */
export function conditionHabit(word: string): string | undefined {
  return CONDITION_HABITS.get(word.toLowerCase());
}
