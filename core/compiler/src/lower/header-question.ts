/** The questions whether a header is there, for the fields that are read from it. */
import { match, payload, rawPayload } from '@weir/nftables-json';
import type { Expression, Statement } from '@weir/nftables-json';
import type { Header } from '../policy/field.ts';
import { ETHER_ARP, ETHER_IP4, ETHER_IP6, ETHER_RARP, ETHER_VLAN, IP_TYPES, question } from './question.ts';
import type { Question } from './question.ts';
import { singles } from './value-ranges.ts';

/** Neighbour discovery messages by where their options start. */
export type LinkOption = 'rs-link' | 'ra-link' | 'ns-link' | 'redirect-link';

/** Headers of fields, with RARP's (RFC 903) apart from ARP's: nft has names only for the fields of the latter. */
export type AccessHeader = Header | 'rarp' | 'any-arp' | LinkOption;

/** Bits from the start of the ICMPv6 header at which the first option stands (RFC 4861 4.1–4.5). */
export const LINK_OPTIONS = { 'rs-link': 64, 'ra-link': 128, 'ns-link': 192, 'redirect-link': 320 } as const;
const LINK_TYPES = { 'rs-link': [133], 'ra-link': [134], 'ns-link': [135, 136], 'redirect-link': [137] } as const;

const LLC_STP = match(rawPayload('ll', 112, 24), '==', 0x424203);
const transport = (number: number): Question => question({ ether: IP_TYPES, protocol: singles(number) });

const icmpv6Types = (types: Expression, more: readonly Statement[] = []): Question =>
  question({
    ether: singles(ETHER_IP6),
    protocol: singles(58),
    statements: [match(payload('icmpv6', 'type'), '==', types), ...more],
  });

/** The first option is the source's (1) or the target's (2) link-layer address (RFC 4861 4.6.1). */
function linkOption(header: LinkOption): Question {
  const [low, high = low] = LINK_TYPES[header];
  const option = match(rawPayload('th', LINK_OPTIONS[header], 8), '==', { range: [1, 2] });
  return icmpv6Types(low === high ? low : { range: [low, high] }, [option]);
}

/** The question whether a header is there. A transport header that is cut off or in another fragment fails by itself. */
export function headerQuestion(header: AccessHeader): Question {
  switch (header) {
    case 'frame':
    case 'packet':
    case 'connection':
      return question({});
    case 'vlan':
      return question({ ether: singles(ETHER_VLAN) });
    case 'arp':
      return question({ ether: singles(ETHER_ARP) });
    case 'rarp':
      return question({ ether: singles(ETHER_RARP) });
    case 'ipv4':
      return question({ ether: singles(ETHER_IP4) });
    case 'ipv6':
      return question({ ether: singles(ETHER_IP6) });
    case 'ip':
      return question({ ether: IP_TYPES });
    case 'any-arp':
      return question({ ether: singles(ETHER_ARP, ETHER_RARP) });
    case 'tcp':
      return transport(6);
    case 'udp':
      return transport(17);
    case 'dccp':
      return transport(33);
    case 'sctp':
      return transport(132);
    case 'udplite':
      return transport(136);
    case 'icmp':
      return question({ ether: singles(ETHER_IP4), protocol: singles(1) });
    case 'icmpv6':
      return question({ ether: singles(ETHER_IP6), protocol: singles(58) });
    case 'igmp':
      return question({ ether: singles(ETHER_IP4), protocol: singles(2) });
    case 'gre':
      return transport(47);
    case 'esp':
      return transport(50);
    case 'ah':
      return transport(51);
    case 'nd':
      return icmpv6Types({ range: [135, 137] });
    case 'mld':
      return icmpv6Types({ range: [130, 132] });
    case 'nd-link':
      return icmpv6Types({ range: [133, 137] });
    case 'rs-link':
    case 'ra-link':
    case 'ns-link':
    case 'redirect-link':
      return linkOption(header);
    case 'stp':
      // A length, not an EtherType (IEEE 802.3 3.2.6), and the LLC header of spanning tree (42 42 03).
      return question({ ether: [{ low: 0n, high: 1500n }], statements: [LLC_STP] });
    default:
      return header satisfies never;
  }
}
