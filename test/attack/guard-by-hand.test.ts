// A clean-traffic guard written by hand, against the whole catalogue: shows on each kernel that nftables can tell the hostile frames from the
// genuine ones, and what it takes. The guard that the compiler makes is held against the same catalogue.
import { afterAll, beforeAll, expect } from 'vitest';
import { ACTORS, openSegment } from './segment.ts';
import { catalogue } from './catalogue.ts';
import { hex, ipv6Bytes } from '../kernel/frames.ts';
import type { Lab } from '../kernel/lab.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';

const { own } = ACTORS;
const macNumber = `0x${own.mac.replaceAll(':', '')}`;

/**
 * WHY: an allow-list throughout, as tagged and 802.3 frames match no Ethernet type of their content. `@th,64,128` is the target of neighbour
 * discovery and `@th,192,16` the first option, since nft 1.0.6 has no word for them. Fragments pass by protocol and not by "is not ICMPv6": for a
 * second fragment that starts inside an extension header the kernel knows no protocol at all, and no test of it matches.
 */
const GUARD = `
table bridge guard {
  chain from {
    type filter hook prerouting priority -300
    iifname "vnet0" goto checks
  }
  chain checks {
    ether saddr != ${own.mac} drop
    ether type arp goto checks-arp
    ether type ip goto checks-ip
    ether type ip6 goto checks-ip6
    drop
  }
  chain checks-arp {
    arp saddr ether != ${own.mac} drop
    arp saddr ip ${own.ipv4} accept
    arp operation request arp saddr ip 0.0.0.0 arp daddr ip ${own.ipv4} accept
    drop
  }
  chain checks-ip {
    ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept
    udp sport 67 udp dport 68 drop
    ip saddr ${own.ipv4} accept
    drop
  }
  chain checks-ip6 {
    ip6 saddr { ::, ${own.ipv6}, ${own.linkLocal} } goto checks-own6
    drop
  }
  chain checks-own6 {
    exthdr frag exists goto checks-fragment
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } goto checks-nd
    icmpv6 type nd-router-solicit @th,64,16 0x0101 @th,80,48 != ${macNumber} drop
    icmpv6 type { nd-router-solicit, mld2-listener-report } accept
    icmpv6 type { nd-router-advert, nd-redirect } drop
    udp sport 547 udp dport 546 drop
    ip6 saddr != :: accept
    drop
  }
  chain checks-fragment {
    ip6 saddr != :: meta l4proto { tcp, udp } accept
    drop
  }
  chain checks-nd {
    @th,192,16 { 0x0101, 0x0201 } @th,208,48 != ${macNumber} drop
    icmpv6 type nd-neighbor-solicit ip6 saddr != :: accept
    @th,64,128 { 0x${hex(ipv6Bytes(own.ipv6))}, 0x${hex(ipv6Bytes(own.linkLocal))} } accept
    drop
  }
}
`;

let lab: Lab | undefined;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openSegment();
});

afterAll(() => lab?.close());

/** Sends the whole catalogue through `ruleset`: the hostile frames that came out, and the genuine ones that did not. */
async function tryOut(ruleset: string): Promise<{ leaked: readonly string[]; lost: readonly string[] }> {
  if (lab === undefined) throw new Error('no lab');
  await lab.host.nft(`add table bridge guard\ndelete table bridge guard\n${ruleset}`);
  const entries = catalogue(ACTORS);
  const genuine = entries.filter((entry) => entry.guard === 'pass').map((entry) => entry.frame);
  const frames = entries.map((entry) => entry.frame);
  const capture = await lab.agent('witness').capture('eth0');
  await lab.agent('own').send('eth0', frames);
  await capture.frames(genuine, 2);
  const arrived = new Set((await capture.stop()).map(hex));
  const named = (guard: string, came: boolean): readonly string[] =>
    entries
      .filter((entry) => entry.guard === guard && arrived.has(hex(entry.frame)) === came)
      .map((entry) => entry.name);
  return { leaked: named('stop', true), lost: named('pass', false) };
}

kernelTest('a guard by hand stops every hostile frame and lets every genuine one through', LAB, async () => {
  expect(await tryOut(GUARD)).toEqual({ leaked: [], lost: [] });
});

kernelTest(
  'dropping fragments of ICMPv6 by protocol misses the one that starts inside an extension header',
  LAB,
  async () => {
    const allowed = 'ip6 saddr != :: meta l4proto { tcp, udp } accept';
    expect(GUARD).toContain(allowed);
    expect(await tryOut(GUARD.replace(allowed, 'meta l4proto ipv6-icmp drop\n    ip6 saddr != :: accept'))).toEqual({
      leaked: ['router advertisement, second fragment that hides the ICMPv6 header'],
      lost: [],
    });
  },
);
