// The 24 elements of a libvirt rule and their attributes, each with what asks for the same in Weir. In: nothing. Out: rows of the coverage table: a rule
// for each form, with frames on both sides of it, or the reason why there is none. Guarantees: pure; in the order of libvirt's documentation.
import type { Condition, Conditions, Form } from './forms.ts';
import { ipv4Forms, ipv6Forms, macForms, numberForms, turned } from './forms.ts';
import type { FrameKind, Values } from './frame-of.ts';

/** What a row says about one form: a condition on a value of the frame, something said in another way, or a reason for nothing. */
export type Cell = (Condition & { readonly key: string }) | Special | { readonly reason: string };

/** Said by other words than a comparison. */
export interface Special {
  /** Everything behind the protocol. */
  readonly clause: string;
  /** Lines in front of the rule's own. */
  readonly before?: string;
  readonly hit: Arrival;
  readonly miss: Arrival;
}

/** A frame by its values, and what the host knows of it. */
export interface Arrival {
  readonly values?: Values;
  /** A frame that the element is not about at all. */
  readonly isForeign?: boolean;
  readonly state?: 'new' | 'related' | 'invalid';
  readonly connections?: number;
}

export interface Attribute {
  readonly name: string;
  /** What the frame must carry for the attribute to be there, beyond the element's own. */
  readonly values?: Values;
  readonly cells: Readonly<Record<Form, Cell>>;
}

export interface Element {
  readonly name: string;
  /** Elements of the link layer are rules of guards, the others rules of filters. */
  readonly layer: 'guard' | 'filter';
  /** The rule's protocol, and what narrows it to the element's family. */
  readonly subject: string;
  readonly family?: 'ipv4' | 'ipv6';
  readonly frame: FrameKind;
  readonly values: Values;
  readonly attributes: readonly Attribute[];
}

const at = (key: string, condition: Condition): Cell => ({ key, ...condition });
const none = (reason: string): Cell => ({ reason });

const asked = (name: string, key: string, forms: Conditions): Attribute => ({
  name,
  cells: {
    equal: at(key, forms.equal),
    negated: at(key, forms.negated),
    range: at(key, forms.range),
    mask: at(key, forms.mask),
  },
});

const PARTNER = 'belongs to the attribute before it, whose row has this form';

/** An attribute that gives another one its mask or its range's end. */
const partner = (name: string, key: string, condition: Condition): Attribute => ({
  name,
  cells: {
    equal: at(key, condition),
    negated: at(key, turned(condition)),
    range: none(PARTNER),
    mask: none(PARTNER),
  },
});

type Maker = (field: string) => Conditions;
const number =
  (bits: number, value: number): Maker =>
  (field) =>
    numberForms(field, bits, value);

/** `name`, and `mask` that goes with it. */
const masked = (name: string, mask: string, key: string, forms: Conditions): readonly Attribute[] => [
  asked(name, key, forms),
  partner(mask, key, forms.mask),
];

/** `name`, and `end` of the range that begins with it. */
const ranged = (name: string, end: string, key: string, forms: Conditions): readonly Attribute[] => [
  asked(name, key, forms),
  partner(end, key, forms.range),
];

const one = (name: string, key: string, field: string, maker: Maker): Attribute => asked(name, key, maker(field));

/** A rule's comment is a comment of the file. */
const comment: Attribute = {
  name: 'comment',
  cells: {
    equal: { clause: '', before: '## what the rule is for', hit: {}, miss: { isForeign: true } },
    negated: none('a comment matches nothing'),
    range: none('a comment matches nothing'),
    mask: none('a comment matches nothing'),
  },
};

const SOURCE = masked('srcmacaddr', 'srcmacmask', 'srcMac', macForms('ether.source'));
const LINK = [...SOURCE, ...masked('dstmacaddr', 'dstmacmask', 'dstMac', macForms('ether.destination')), comment];

const stpPair = (name: string, key: string, field: string, bits: number): readonly Attribute[] =>
  ranged(name, `${name}-hi`, key, numberForms(`stp.${field}`, bits, 64));

/** The sender's usual address is the first of the two. */
const ANNOUNCED: Arrival = { values: { senderIp: '10.9.0.1', targetIp: '10.9.0.1' } };
const gratuitous: Attribute = {
  name: 'gratuitous',
  cells: {
    equal: { clause: 'where arp.gratuitous', hit: ANNOUNCED, miss: {} },
    negated: { clause: 'where not arp.gratuitous', hit: {}, miss: ANNOUNCED },
    range: none('true or false'),
    mask: none('true or false'),
  },
};

const ARP = [
  ...LINK,
  one('hwtype', 'hardwareType', 'arp.hardware-type', number(16, 6)),
  one('protocoltype', 'protocolType', 'arp.protocol-type', number(16, 0x86dc)),
  one('opcode', 'operation', 'arp.operation', number(16, 2)),
  one('arpsrcmacaddr', 'senderMac', 'arp.sender-mac', macForms),
  one('arpdstmacaddr', 'targetMac', 'arp.target-mac', macForms),
  ...masked('arpsrcipaddr', 'arpsrcipmask', 'senderIp', ipv4Forms('arp.sender-ip')),
  ...masked('arpdstipaddr', 'arpdstipmask', 'targetIp', ipv4Forms('arp.target-ip')),
  gratuitous,
];

type Family = 'ipv4' | 'ipv6';
const HEADER = { ipv4: 'ip', ipv6: 'ip6' } as const;
const addressForms = (family: Family, side: 'source' | 'destination'): Conditions =>
  (family === 'ipv4' ? ipv4Forms : ipv6Forms)(`${HEADER[family]}.${side}`);

const addresses = (family: Family): readonly Attribute[] => [
  ...masked('srcipaddr', 'srcipmask', 'src', addressForms(family, 'source')),
  ...masked('dstipaddr', 'dstipmask', 'dst', addressForms(family, 'destination')),
];

const ports = (protocol: string): readonly Attribute[] => [
  ...ranged('srcportstart', 'srcportend', 'source', numberForms(`${protocol}.source`, 16, 1024)),
  ...ranged('dstportstart', 'dstportend', 'destination', numberForms(`${protocol}.destination`, 16, 80)),
];

const dscp = (family: Family): Attribute => one('dscp', 'dscp', `${HEADER[family]}.dscp`, number(6, 34));

/** `srcipfrom` and `srcipto` are one range; each row has its end of it. */
const addressRange = (family: Family, side: 'source' | 'destination'): readonly Attribute[] => {
  const [key, name] = side === 'source' ? (['src', 'srcip'] as const) : (['dst', 'dstip'] as const);
  const { range } = addressForms(family, side);
  return [partner(`${name}from`, key, range), partner(`${name}to`, key, range)];
};

const connections: Attribute = {
  name: 'connlimit-above',
  cells: {
    equal: { clause: 'connections over 3 per source', hit: { connections: 4 }, miss: { connections: 3 } },
    negated: none('what is not over the number goes on to the next rule'),
    range: none('a number that is exceeded or not'),
    mask: none('a number that is exceeded or not'),
  },
};

const state: Attribute = {
  name: 'state',
  cells: {
    equal: {
      clause: 'where connection.state in { established, related }',
      hit: { state: 'related' },
      miss: { state: 'new' },
    },
    negated: { clause: 'where connection.state != new', hit: { state: 'invalid' }, miss: { state: 'new' } },
    range: none('states have no order'),
    mask: none('a set of states says it'),
  },
};

const SET = {
  ipv4: '{ 10.1.2.16-10.1.2.19, 10.1.3.0/25 }',
  ipv6: '{ fd01::10-fd01::13, fd01:0:0:4000::/50 }',
} as const;
const MEMBER = { ipv4: '10.1.2.17', ipv6: 'fd01::11' } as const;
const PREFIXED = { ipv4: '10.1.3.7', ipv6: 'fd01:0:0:7000::1' } as const;
const STRANGER = { ipv4: '10.1.2.20', ipv6: 'fd01::14' } as const;

/** Named addresses that hold ranges and prefixes; `from` and `to` are the flags `src` and `dst`. */
function setRow(name: string, family: Family, side: 'from' | 'to'): Attribute {
  const key = side === 'from' ? 'src' : 'dst';
  const member = (address: string): Arrival => ({ values: { [key]: address } });
  const plain = { clause: `${side} listed-${family}`, miss: member(STRANGER[family]) };
  return {
    name,
    cells: {
      equal: { ...plain, hit: member(MEMBER[family]) },
      negated: { clause: `${side} not listed-${family}`, hit: member(STRANGER[family]), miss: member(MEMBER[family]) },
      range: { ...plain, hit: member(MEMBER[family]) },
      mask: { ...plain, hit: member(PREFIXED[family]) },
    },
  };
}

/** Named sets that rules of the table look up. */
export const SETS: readonly string[] = [`addresses listed-ipv4 = ${SET.ipv4}`, `addresses listed-ipv6 = ${SET.ipv6}`];

const upper = (family: Family): readonly Attribute[] => [
  asked('srcmacaddr', 'srcMac', macForms('ether.source')),
  ...addresses(family),
  ...addressRange(family, 'source'),
  ...addressRange(family, 'destination'),
  dscp(family),
  connections,
  state,
  setRow('ipset', family, 'from'),
  setRow('ipsetflags', family, 'to'),
  comment,
];

const flags: Attribute = {
  name: 'flags',
  cells: {
    equal: at('flags', { text: 'tcp.flags & { syn, ack } == syn', hits: [2, 0x22], misses: [0x12, 0x10, 0] }),
    negated: at('flags', { text: 'tcp.flags & { syn, ack } != syn', hits: [0x12, 0x10, 0], misses: [2, 0x22] }),
    range: none('flags are bits and have no order'),
    mask: at('flags', { text: 'tcp.flags & 0x12 == 0x12', hits: [0x12, 0x1a], misses: [2, 0x10] }),
  },
};

const withOption = (kind: number): Arrival => ({ values: { option: kind } });
const option: Attribute = {
  name: 'option',
  cells: {
    equal: { clause: 'where tcp.option.77', hit: withOption(77), miss: withOption(78) },
    negated: { clause: 'where not tcp.option.77', hit: withOption(78), miss: withOption(77) },
    range: none('a kind of option is there or not'),
    mask: none('a kind of option is there or not'),
  },
};

const icmp = (protocol: 'icmp' | 'icmpv6', usual: number): readonly Attribute[] => [
  one('type', 'type', `${protocol}.type`, number(8, usual)),
  one('code', 'code', `${protocol}.code`, number(8, 2)),
];

interface UpperElement {
  readonly name: string;
  readonly protocol: number;
  readonly own: readonly Attribute[];
  readonly hasTwin?: boolean;
}

const UPPER: readonly UpperElement[] = [
  { name: 'tcp', protocol: 6, own: [...ports('tcp'), option] },
  { name: 'udp', protocol: 17, own: ports('udp') },
  { name: 'sctp', protocol: 132, own: ports('sctp') },
  { name: 'udplite', protocol: 136, own: [] },
  { name: 'esp', protocol: 50, own: [] },
  { name: 'ah', protocol: 51, own: [] },
];

const upperElement = ({ name, protocol, own }: UpperElement, family: Family): Element => ({
  name: family === 'ipv4' ? name : `${name}-ipv6`,
  layer: 'filter',
  subject: name,
  family,
  frame: family,
  values: { protocol },
  // `flags` is documented for tcp-ipv6 as well, but was never read there; it is no attribute of that element.
  attributes: [...upper(family), ...own, ...(name === 'tcp' && family === 'ipv4' ? [flags] : [])],
});

const single = (
  name: string,
  subject: string,
  family: Family,
  protocol: number,
  own: readonly Attribute[],
): Element => ({
  name,
  layer: 'filter',
  subject,
  family,
  frame: family,
  values: { protocol, ...(protocol === 58 && { type: 128 }) },
  attributes: [...upper(family), ...own],
});

const inIcmpv6 = (attribute: Attribute): Attribute => ({ ...attribute, values: { protocol: 58, type: 128 } });

const link = (name: string, subject: string, frame: FrameKind, attributes: readonly Attribute[]): Element => ({
  name,
  layer: 'guard',
  subject,
  frame,
  values: {},
  attributes,
});

/** All of them. */
export const ELEMENTS: readonly Element[] = [
  link('mac', '', 'bare', [...LINK, one('protocolid', 'etherType', 'ether.type', number(16, 0x88b4))]),
  link('vlan', 'vlan', 'vlan', [
    ...LINK,
    one('vlanid', 'vlanId', 'vlan.id', number(12, 20)),
    one('encap-protocol', 'vlanType', 'vlan.type', number(16, 0x88b4)),
  ]),
  link('stp', 'stp', 'stp', [
    ...SOURCE,
    comment,
    one('type', 'stpType', 'stp.type', number(8, 2)),
    one('flags', 'stpFlags', 'stp.flags', number(8, 2)),
    ...stpPair('root-priority', 'rootPriority', 'root-priority', 16),
    ...masked('root-address', 'root-address-mask', 'rootMac', macForms('stp.root-mac')),
    ...stpPair('root-cost', 'rootCost', 'root-cost', 32),
    ...stpPair('sender-priority', 'bridgePriority', 'bridge-priority', 16),
    ...masked('sender-address', 'sender-address-mask', 'bridgeMac', macForms('stp.bridge-mac')),
    ...stpPair('port', 'port', 'port', 16),
    ...stpPair('age', 'messageAge', 'message-age', 16),
    ...stpPair('max-age', 'maxAge', 'max-age', 16),
    ...stpPair('hello-time', 'helloTime', 'hello-time', 16),
    ...stpPair('forward-delay', 'forwardDelay', 'forward-delay', 16),
  ]),
  link('arp', 'arp', 'arp', ARP),
  link('rarp', 'rarp', 'rarp', ARP),
  link('ip', 'ipv4', 'ipv4', [
    ...LINK,
    ...addresses('ipv4'),
    one('protocol', 'protocol', 'ip.protocol', number(8, 50)),
    ...ports('udp'),
    dscp('ipv4'),
  ]),
  link('ipv6', 'ipv6', 'ipv6', [
    ...LINK,
    ...addresses('ipv6'),
    one('protocol', 'protocol', 'ip6.protocol', number(8, 132)),
    ...ports('udp'),
    ...ranged('type', 'typeend', 'type', numberForms('icmpv6.type', 8, 128)).map(inIcmpv6),
    ...ranged('code', 'codeend', 'code', numberForms('icmpv6.code', 8, 2)).map(inIcmpv6),
  ]),
  ...UPPER.flatMap((element) => [upperElement(element, 'ipv4'), upperElement(element, 'ipv6')]),
  single('igmp', 'igmp', 'ipv4', 2, []),
  single('icmp', 'icmp', 'ipv4', 1, icmp('icmp', 8)),
  single('icmpv6', 'icmpv6', 'ipv6', 58, icmp('icmpv6', 128)),
  single('all', 'ipv4', 'ipv4', 17, []),
  single('all-ipv6', 'ipv6', 'ipv6', 17, []),
];
