// Every disagreement ever found between two of the three witnesses, as a small rule file, one frame, and what the host knew.
import { compileSite, type CompiledSite } from './compiled-site.ts';
import type { Trial } from './memory-trial.ts';
import type { Facts } from './memory-bridge.ts';
import type { List, SitePort } from './site.ts';
import type { Direction, Target } from '@weir/compiler';

export interface Case {
  readonly name: string;
  /** An open one must still differ, so that whoever mends it turns the case over. */
  readonly state: 'fixed' | 'open';
  readonly lists: readonly List[];
  readonly guard: string;
  readonly filters?: readonly string[];
  /** `out` unless given. */
  readonly direction?: Direction;
  /** A new connection without a mark unless given. A lab cannot make these, so only the nftables in memory is asked then. */
  readonly facts?: Facts;
  readonly frame: string;
}

export const CASES: readonly Case[] = [
  {
    // Linux 6.18 reads up to four aligned bytes behind the IP header in any fragment, longer ones only in the first.
    name: 'a later IPv4 fragment has no ports, whatever its bytes are',
    state: 'fixed',
    lists: [{ kind: 'guard', name: 'g', lines: ['out accept sctp port 69'] }],
    guard: 'g',
    frame:
      'ffffffffffff525400090001080045000040123400014084322' +
      '70a090122c63364ff0001004500000001000000005002ffff78250000776569722061677265656d656e742070726f62652e2e2e2e',
  },
  {
    // Of a later IPv6 fragment the kernel knows no upper layer's place, and reads from the start of the frame.
    name: 'a later IPv6 fragment has no ICMPv6 type or code, whatever stands elsewhere',
    state: 'fixed',
    lists: [{ kind: 'guard', name: 'g', lines: ['out drop where icmpv6.code < 255', 'out accept'] }],
    guard: 'g',
    frame:
      '52540009001752540009000186dd6000000000102c40fd090000000000000000000000010001' +
      'fd0900000000000000000000000100173a000008123456780000000000000000',
  },
  {
    // nft loads only the bytes of an address that a prefix covers; guards compare with a range.
    name: 'an IPv6 header that is cut off in its last address has no such address',
    state: 'fixed',
    lists: [{ kind: 'guard', name: 'g', lines: ['out accept to fd09::1:0/112'] }],
    guard: 'g',
    frame:
      '52540009000152540009000186dd60000000003833fffd090000000000000000000000010019' + 'fd0900000000000000000000000100',
  },
  {
    // WHY open: a filter without connections is still written with prefixes. Whoever gets such a packet drops it.
    name: 'an IPv6 header that is cut off in its last address matches no prefix in a filter',
    state: 'open',
    lists: [{ kind: 'filter', name: 'f', lines: ['out accept to fd09::1:0/112 stateless'] }],
    guard: 'none',
    filters: ['f'],
    frame:
      '52540009000152540009000186dd60000000003833fffd090000000000000000000000010019' + 'fd0900000000000000000000000100',
  },
  {
    name: 'a frame with two tags is a link frame, whatever is inside',
    state: 'fixed',
    lists: [{ kind: 'guard', name: 'g', lines: ['out accept ipv4', 'out accept vlan where vlan.id == 5'] }],
    guard: 'g',
    frame: `ffffffffffff525400090001810000058100000608004500001c000000004011000000000000ffffffff00440043000800`.concat(
      '00',
    ),
  },
  {
    // The compiler compared the whole mark, and an established packet carried a bit of Weir's own.
    name: 'the mark of a packet is what others wrote into it, in every state of its connection',
    state: 'fixed',
    lists: [
      { kind: 'guard', name: 'g', lines: ['out accept where packet.mark == 5', 'out pass'] },
      { kind: 'filter', name: 'f', lines: ['out drop'] },
    ],
    guard: 'g',
    filters: ['f'],
    facts: { state: 'established', mark: 5 },
    frame: 'ffffffffffff525400090001080045000024000000004011000000000000ffffffff00440043001000000000000000000000',
  },
  {
    name: 'bits of ours that somebody else set are not part of the mark',
    state: 'fixed',
    lists: [{ kind: 'guard', name: 'g', lines: ['out accept where packet.mark & 0xfffffff8 != 0x10', 'out drop'] }],
    guard: 'g',
    facts: { state: 'new', mark: 0x0f00_0013 },
    frame: 'ffffffffffff525400090001080045000024000000004011000000000000ffffffff00440043001000000000000000000000',
  },
];

export const PORT: Omit<SitePort, 'guard' | 'filters'> = {
  ifname: 'vnet1',
  mac: '52:54:00:09:00:01',
  address: '10.9.1.34, fd09::1:1',
};

/** The case compiled for a target. */
export const compileCase = ({ lists, guard, filters = [] }: Case, target?: Target): CompiledSite =>
  compileSite({ items: [], lists, ports: [{ ...PORT, guard, filters }] }, target);

/** The question of a case. */
export function trialOf({ direction = 'out', facts, frame }: Case, { policy }: CompiledSite): Trial {
  const port = policy.ports.find(({ ifname }) => ifname === PORT.ifname);
  if (port === undefined) throw new Error('no port');
  const bytes = new Uint8Array(Buffer.from(frame, 'hex'));
  return { port, ifname: port.ifname, direction, frame: bytes, facts: facts ?? { state: 'new', mark: 0 } };
}
