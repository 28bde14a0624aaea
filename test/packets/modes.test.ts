// The table of modes as packets: who reaches whom, for every pair of stations, IPv4 and IPv6, on whatever kernel runs this. Every guest accepts
// everything, so a connection that fails was stopped by a mode.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { outcomes } from '../kernel/sockets.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import { FAR, GATEWAYS, GUESTS, HOST, LAB_SPEC, LAN, OPEN_FILTER, type SiteGuest, siteText } from './site.ts';

let lab: Lab;
let site: AppliedSite | undefined;

const PORT = 80;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(LAB_SPEC);
  await lab.ready();
  site = siteIn(lab);
  await site.apply(siteText(OPEN_FILTER, () => 'open'));
  for (const name of [...GUESTS.map((g) => g.name), 'host', 'far', 'lan']) await lab.agent(name).listenTcp(PORT);
  await lab.agent('n1').listenTcp(443);
  for (const port of [7000, 7001, 7002]) await lab.agent('n2').listenTcp(port);
  await lab.agent('n2').listenUdp(5353);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

type Family = 'ipv4' | 'ipv6';
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

const served = (network: SiteGuest['network']): network is keyof typeof GATEWAYS => network !== 'wire';

/** What language and modes promise for a connection from one guest to another. */
const between = (a: SiteGuest, b: SiteGuest): string => (a.network === b.network ? 'connected' : 'kept apart');

/** `connected` as it is; every way of not getting through is one word. */
const simple = (outcome: string): string => (outcome === 'connected' ? outcome : 'kept apart');

for (const family of FAMILIES) {
  kernelTest(`${family}: guests reach their own network and no other`, LAB, async () => {
    const pairs = GUESTS.flatMap((a) => GUESTS.filter((b) => b !== a).map((b) => [a, b] as const));
    const probes = Object.fromEntries(
      pairs.map(([a, b]) => [`${a.name} to ${b.name}`, lab.agent(a.name).tcp(b[family], PORT)]),
    );
    const seen = Object.fromEntries(Object.entries(await outcomes(probes)).map(([k, v]) => [k, simple(v)]));
    expect(seen).toEqual(Object.fromEntries(pairs.map(([a, b]) => [`${a.name} to ${b.name}`, between(a, b)])));
  });

  kernelTest(`${family}: guests and the host reach each other where the host serves the network`, LAB, async () => {
    const guests = GUESTS.filter((g) => served(g.network));
    const toHost = guests.map((g) => [
      `${g.name} to host`,
      lab.agent(g.name).tcp(GATEWAYS[g.network as keyof typeof GATEWAYS][family], PORT),
    ]);
    const fromHost = guests.map((g) => [`host to ${g.name}`, lab.agent('host').tcp(g[family], PORT)]);
    const all = await outcomes(Object.fromEntries([...toHost, ...fromHost]));
    expect(new Set(Object.values(all))).toEqual(new Set(['connected']));
    expect(Object.keys(all)).toHaveLength(12);
  });

  kernelTest(
    `${family}: only natted, routed and bridged guests reach the outside, each with the address promised`,
    LAB,
    async () => {
      const seenAs = async (name: string, address: string): Promise<string> => {
        const result = await lab.agent(name).tcp(address, PORT);
        return result.outcome === 'connected' ? (result.seen?.address ?? '') : 'kept apart';
      };
      expect({
        n1: await seenAs('n1', FAR[family]),
        r1: await seenAs('r1', FAR[family]),
        c1: await seenAs('c1', FAR[family]),
        w1: await seenAs('w1', LAN[family]),
      }).toEqual({
        n1: HOST[family],
        r1: GUESTS[2][family],
        c1: 'kept apart',
        w1: GUESTS[6][family],
      });
    },
  );

  kernelTest(`${family}: the outside reaches routed and bridged guests only`, LAB, async () => {
    const seen = await outcomes({
      'far to n1': lab.agent('far').tcp(GUESTS[0][family], PORT),
      'far to r1': lab.agent('far').tcp(GUESTS[2][family], PORT),
      'far to c1': lab.agent('far').tcp(GUESTS[4][family], PORT),
      'far to w1': lab.agent('far').tcp(GUESTS[6][family], PORT),
      'lan to w1': lab.agent('lan').tcp(GUESTS[6][family], PORT),
    });
    expect(Object.fromEntries(Object.entries(seen).map(([k, v]) => [k, simple(v)]))).toEqual({
      'far to n1': 'kept apart',
      'far to r1': 'connected',
      'far to c1': 'kept apart',
      'far to w1': 'kept apart',
      'lan to w1': 'connected',
    });
  });

  // WHY: with br_netfilter the kernel bridges a packet whose translated destination is on the same bridge (br_nf_pre_routing_finish), and a bridge
  // does not send a frame back through the port it came in by. So a guest does not reach itself by its own forward where state is carried.
  kernelTest(`${family}: forwards work from outside, by hairpin and from the host itself`, LAB, async () => {
    const seen = await outcomes({
      'far to 8443': lab.agent('far').tcp(HOST[family], 8443),
      'far to 8444, not forwarded': lab.agent('far').tcp(HOST[family], 8444),
      'n2 to 8443': lab.agent('n2').tcp(HOST[family], 8443),
      'n1 to itself by 8443': lab.agent('n1').tcp(HOST[family], 8443),
      'host to 8443': lab.agent('host').tcp(HOST[family], 8443),
      'far to 9000': lab.agent('far').tcp(HOST[family], 9000),
      'far to 9002': lab.agent('far').tcp(HOST[family], 9002),
      'far to udp 5353': lab.agent('far').udp(HOST[family], 5353),
    });
    expect({ ...seen, 'far to 8444, not forwarded': simple(seen['far to 8444, not forwarded']) }).toEqual({
      'far to 8443': 'connected',
      'far to 8444, not forwarded': 'kept apart',
      'n2 to 8443': 'connected',
      'n1 to itself by 8443': has('bridge-ct') ? 'connected' : 'timeout',
      'host to 8443': 'connected',
      'far to 9000': 'connected',
      'far to 9002': 'connected',
      'far to udp 5353': 'answered',
    });
    const shifted = await lab.agent('far').tcp(HOST[family], 9001);
    expect(shifted.seen?.address).toBe(FAR[family]);
  });
}

kernelTest('a translated connection keeps its source port above 1023', LAB, async () => {
  const result = await lab.agent('n1').tcp(FAR.ipv4, PORT, { sourcePort: 700 });
  expect(result.outcome).toBe('connected');
  expect(result.seen?.port).toBeGreaterThanOrEqual(1024);
});

kernelTest('the host gives addresses and names where it serves the network', [...LAB, 'dnsmasq'], async () => {
  const lease = await lab.agent('n1').dhcp('eth0', GUESTS[0].mac);
  expect(lease).toMatchObject({ outcome: 'leased', address: GUESTS[0].ipv4, server: GATEWAYS.natted.ipv4 });
  const name = await lab.agent('n1').dns(GATEWAYS.natted.ipv4, 'n2.natted.test');
  expect(name).toMatchObject({ outcome: 'answered', answers: [GUESTS[1].ipv4] });
});
