/**
 * What nft supposes of the packet in a rule, and the matches that it adds. In: what the rule reads and compares, in order. Out: the
 * tests that stand before each read.
 * WHY: as nft 1.0.6 shows with `--debug=netlink`: in bridge tables `ip` and `ip6` ask the type behind a tag, `arp`, ICMP and extension
 * headers the frame's own type; in inet tables the family is asked.
 */
import type { Expression, ExpressionObject } from '@weir/nftables-json';
import { UnreadableError } from '../unreadable.ts';
import { isObject } from './read.ts';
import type { Read } from './read.ts';

/** A test that nft adds: the number read is this one. */
export interface AddedTest {
  readonly read: Read;
  readonly value: number;
}

const TYPES = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd, vlan: 0x8100 } as const;
const UPPER: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
  esp: 50,
  ah: 51,
};
const OWN_TYPE: Read = { kind: 'bits', base: 'link', offset: 96, bits: 16, mask: undefined };
const TAGGED_TYPE: Read = { kind: 'bits', base: 'link', offset: 128, bits: 16, mask: undefined };
const PROTOCOL: Read = { kind: 'protocol', mask: undefined };

export class RuleScope {
  readonly #isInet: boolean;
  #network: number | undefined;
  #upper: number | undefined;
  #isTagged = false;

  constructor(family: string) {
    this.#isInet = family === 'inet';
  }

  /** The tests in front of a read. */
  before(expression: Expression): readonly AddedTest[] {
    if (!isObject(expression)) return [];
    if ('concat' in expression) return expression.concat.flatMap((part) => this.before(part));
    if ('&' in expression) return expression['&'].flatMap((part) => this.before(part));
    if ('tcp option' in expression) return this.needUpper(6);
    if ('exthdr' in expression) return this.#needNetwork(TYPES.ip6, true);
    if ('payload' in expression && 'protocol' in expression.payload)
      return this.#needHeader(expression.payload.protocol);
    return [];
  }

  /** The upper-layer protocol is needed by a statement. */
  needUpper(protocol: number): readonly AddedTest[] {
    if (this.#upper === protocol) return [];
    if (this.#upper !== undefined) throw new UnreadableError('a rule about two protocols');
    this.#upper = protocol;
    return [{ read: PROTOCOL, value: protocol }];
  }

  #needHeader(protocol: string): readonly AddedTest[] {
    switch (protocol) {
      case 'vlan':
        return this.#needTag();
      case 'ip':
      case 'ip6':
        return this.#needNetwork(TYPES[protocol], false);
      case 'arp':
        return this.#needNetwork(TYPES.arp, true);
      case 'icmp':
      case 'igmp':
      case 'icmpv6': {
        const upper = UPPER[protocol] ?? 0;
        const network =
          this.#upper === upper ? [] : this.#needNetwork(protocol === 'icmpv6' ? TYPES.ip6 : TYPES.ip, true);
        return [...network, ...this.needUpper(upper)];
      }
      default: {
        const upper = UPPER[protocol];
        return upper === undefined ? [] : this.needUpper(upper);
      }
    }
  }

  #needTag(): readonly AddedTest[] {
    if (this.#isTagged) return [];
    this.#isTagged = true;
    return [{ read: OWN_TYPE, value: TYPES.vlan }];
  }

  #needNetwork(type: number, asksOwnType: boolean): readonly AddedTest[] {
    if (this.#network === type) return [];
    if (this.#network !== undefined) throw new UnreadableError('a rule about two network protocols');
    this.#network = type;
    if (this.#isTagged) return [{ read: TAGGED_TYPE, value: type }];
    if (this.#isInet) return [{ read: { kind: 'family' }, value: type === TYPES.ip ? 2 : 10 }];
    return [{ read: asksOwnType ? OWN_TYPE : { kind: 'network-type' }, value: type }];
  }

  /** Learns from a match with values: what is known need not be asked again. The highest of several counts. */
  learn(expression: Expression, values: readonly number[]): void {
    if (!isObject(expression)) return;
    for (const value of values.toSorted((a, b) => a - b)) this.#learnOne(expression, value);
  }

  #learnOne(expression: ExpressionObject, value: number): void {
    if ('meta' in expression) {
      if (expression.meta.key === 'l4proto') this.#upper = value;
      else if (expression.meta.key === 'protocol' && !this.#isInet) this.#network = value;
      else if (expression.meta.key === 'nfproto') this.#network = value === 2 ? TYPES.ip : TYPES.ip6;
      return;
    }
    if (!('payload' in expression) || !('protocol' in expression.payload)) return;
    const field = `${expression.payload.protocol} ${expression.payload.field}`;
    if (field === 'ether type' && (value === TYPES.vlan || value === 0x88a8)) this.#isTagged = true;
    else if ((field === 'ether type' || field === 'vlan type') && NETWORKS.has(value)) this.#network = value;
    else if ((field === 'ip protocol' || field === 'ip6 nexthdr') && KNOWN_UPPER.has(value)) this.#upper = value;
  }
}

/** WHY: other numbers leave the question open in nft. */
const NETWORKS: ReadonlySet<number> = new Set([...Object.values(TYPES), 0x88a8]);
const KNOWN_UPPER: ReadonlySet<number> = new Set([...Object.values(UPPER), 47, 50, 51, 108]);
