// Every disagreement ever found between the reference and the kernel, as a small rule file and one frame. A fixed one must agree; an open one must
// still differ, so that whoever mends it turns the case over.
import { afterAll, beforeAll, expect } from 'vitest';
import { decide, readFrame } from '@weir/semantics';
import { hex } from '../kernel/frames.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { type Bench, openBench } from './bench.ts';
import { compileSite } from './compiled-site.ts';
import type { List } from './site.ts';

interface Case {
  readonly name: string;
  readonly state: 'fixed' | 'open';
  readonly lists: readonly List[];
  readonly guard: string;
  readonly frame: string;
}

const MAC = '52:54:00:09:00:01';
const CASES: readonly Case[] = [
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
    // WHY open: nft loads only the bytes of an address that the prefix covers. Whoever gets such a packet drops it.
    name: 'an IPv6 header that is cut off in its last address has no such address',
    state: 'open',
    lists: [{ kind: 'guard', name: 'g', lines: ['out accept to fd09::1:0/112'] }],
    guard: 'g',
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
];

let bench: Bench | undefined;

beforeAll(async () => {
  if (!requirements(LAB).missing) bench = await openBench(1);
});

afterAll(() => bench?.close());

for (const { name, state, lists, guard, frame } of CASES) {
  kernelTest(`${name} (${state})`, LAB, async () => {
    if (bench === undefined) throw new Error('no bench');
    const port = { ifname: 'vnet1', mac: MAC, address: '10.9.1.34, fd09::1:1', guard, filters: [] };
    const { policy, documents } = compileSite({ items: [], lists, ports: [port] });
    await bench.load(documents.ruleset);
    const bytes = new Uint8Array(Buffer.from(frame, 'hex'));
    const asked = policy.ports.find(({ ifname }) => ifname === 'vnet1');
    if (asked === undefined) throw new Error('no port');
    const delivered = (await bench.sendOut('vnet1', [bytes])).has(hex(bytes));
    const accepted = decide(policy, asked, 'out', readFrame(bytes)).verdict === 'accept';
    expect(delivered === accepted).toBe(state === 'fixed');
  });
}
