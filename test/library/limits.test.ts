// The filters that take away: what they let through within their limit, what is dropped beyond it, and what they leave alone.
import { expect, test } from 'vitest';
import { TCP_FLAG } from '../kernel/frames.ts';
import * as of from './frames-of.ts';
import { GATEWAY, type Me, NEIGHBOUR } from './frames-of.ts';
import { type Arrival, simulatedSite } from './simulated-site.ts';

const ME: Me = { mac: '52:54:00:00:00:01', ip4: '10.20.0.11', ip6: 'fd00:20::11' };

function siteWith(filter: string) {
  const text = `import { ${filter.replace(/\(.*/, '')} } from "@weir/rules/limits"
network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
guest web { interface vnet0 { network lan; mac ${ME.mac}; address ${ME.ip4}, ${ME.ip6}; filter ${filter} } }
`;
  return simulatedSite(new Map([['limits.weir', text]]));
}

const arrival = (direction: 'in' | 'out', frame: Uint8Array, more: Partial<Arrival> = {}): Arrival => ({
  ifname: 'vnet0',
  direction,
  frame,
  ...more,
});

const pingIn = arrival('in', of.ping4(GATEWAY, ME));
const synIn = (port: number): Arrival => arrival('in', of.tcp4(GATEWAY, ME, port));
const synOut = arrival('out', of.tcp4(ME, GATEWAY, 80));

/** What a filter counts, and what it leaves alone, with a burst of 3. */
const LIMITS: readonly (readonly [filter: string, counted: Arrival, left: Arrival])[] = [
  ['ping-limit(rate = 1/minute, burst = 3)', pingIn, synIn(80)],
  ['syn-flood-limit(rate = 1/minute, burst = 3)', synIn(80), pingIn],
  ['port-scan-limit(rate = 1/minute, burst = 3)', synIn(81), synIn(80)],
  ['outbound-limit(rate = 1/minute, burst = 3)', synOut, synIn(80)],
  [
    'broadcast-limit(rate = 1/minute, burst = 3)',
    arrival('out', of.udp4(ME, NEIGHBOUR, { dstMac: of.BROADCAST })),
    synOut,
  ],
];

test.for(LIMITS)(
  '%s lets a burst through, drops what is over it, and leaves the rest alone',
  ([filter, counted, left]) => {
    const site = siteWith(filter);
    expect(site.meant(counted)).toBe('accept');
    const verdicts = Array.from({ length: 6 }, () => site.done(counted));
    expect(verdicts).toEqual(['accept', 'accept', 'accept', 'drop', 'drop', 'drop']);
    expect(Array.from({ length: 6 }, () => site.done(left))).toEqual(Array.from({ length: 6 }, () => 'accept'));
  },
);

test('connection-cap counts what is open', () => {
  const site = siteWith('connection-cap(most = 5)');
  for (const [connections, verdict] of [
    [5, 'accept'],
    [6, 'drop'],
  ] as const) {
    const one = { ...synIn(80), connections };
    expect([site.meant(one), site.done(one)]).toEqual([verdict, verdict]);
  }
});

const F = TCP_FLAG;

test.for([
  ['no flag', 0, 'drop'],
  ['FIN alone', F.fin, 'drop'],
  ['SYN and FIN', F.syn | F.fin, 'drop'],
  ['SYN and RST', F.syn | F.rst, 'drop'],
  ['FIN, PSH and URG', F.fin | F.psh | F.urg, 'drop'],
  ['SYN', F.syn, 'accept'],
  ['FIN and ACK', F.fin | F.ack, 'accept'],
  ['RST', F.rst, 'accept'],
] as const)('port-scan-limit on a packet with %s: %s', ([, flags, verdict]) => {
  const site = siteWith('port-scan-limit');
  const one = arrival('in', of.tcp4(GATEWAY, ME, 80, flags));
  expect([site.meant(one), site.done(one)]).toEqual([verdict, verdict]);
});

const GROUP: Me = { mac: of.groupMac('239.1.2.3'), ip4: '239.1.2.3', ip6: '::' };

test.for([
  ['no-multicast', 'to a group', 'drop', arrival('out', of.udp4(ME, GROUP))],
  ['no-multicast', 'from a group sender', 'drop', arrival('in', of.udp4(NEIGHBOUR, GROUP))],
  ['no-multicast', 'to everyone', 'drop', arrival('out', of.udp4(ME, NEIGHBOUR, { dstMac: of.BROADCAST }))],
  ['no-multicast', 'to one', 'accept', synOut],
  ['no-multicast', 'a DHCP request', 'accept', arrival('out', of.dhcpRequest(ME))],
  ['no-multicast', 'a solicitation', 'accept', arrival('out', of.solicitation(ME, GATEWAY.ip6))],
  ['no-neighbours', 'to a neighbour', 'drop', arrival('out', of.udp4(ME, NEIGHBOUR))],
  ['no-neighbours', 'from a neighbour', 'drop', arrival('in', of.udp4(NEIGHBOUR, ME))],
  ['no-neighbours', 'from an IPv6 neighbour', 'drop', arrival('in', of.udp6(NEIGHBOUR, ME))],
  ['no-neighbours', 'to the gateway', 'accept', arrival('out', of.udp4(ME, GATEWAY))],
  ['no-neighbours', 'from the IPv6 gateway', 'accept', arrival('in', of.udp6(GATEWAY, ME))],
  ['no-neighbours', 'to the world', 'accept', arrival('out', of.udp4(ME, GATEWAY, { dst4: '198.51.100.9' }))],
] as const)('%s, %s: %s', ([filter, , verdict, one]) => {
  const site = siteWith(filter);
  expect([site.meant(one), site.done(one)]).toEqual([verdict, verdict]);
});
