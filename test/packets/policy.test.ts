// Stateful filters as packets: who gets through by which rule, in both directions and on every path, IPv4 and IPv6. One rule file, applied once.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { outcomes } from '../kernel/sockets.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import { CLOSED_UDP, INWARD, LIMITED, OUTWARD, policySite, type Remote } from './policy-site.ts';
import { FAR, GATEWAYS, GUESTS, HOST, LAB_SPEC } from './site.ts';

let lab: Lab;
let site: AppliedSite | undefined;

type Family = 'ipv4' | 'ipv6';
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const STATION = { neighbour: 'r2', host: 'host', far: 'far' } as const satisfies Record<Remote, string>;
const REMOTES = Object.keys(STATION) as readonly Remote[];
const R1 = GUESTS[2];
const R2 = GUESTS[3];
const C1 = GUESTS[4];

const addressOf = (remote: Remote, family: Family): string =>
  ({ neighbour: R2[family], host: GATEWAYS.routed[family], far: FAR[family] })[remote];

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(LAB_SPEC);
  await lab.ready();
  site = siteIn(lab);
  await site.apply(policySite());
  const listen = async (name: string, ports: readonly number[]): Promise<void> => {
    for (const port of ports) await lab.agent(name).listenTcp(port);
  };
  const inward = INWARD.map(([port]) => port);
  const outward = OUTWARD.map(([port]) => port);
  await Promise.all([
    listen('r1', [...inward, ...outward, LIMITED.port]),
    ...REMOTES.map((remote) => listen(STATION[remote], [...outward, ...inward])),
    lab.agent('r1').listenUdp(2009),
    listen('r2', [5001, 5002, 5003]),
    listen('c1', [6001, 6002]),
    listen('n1', [443]),
  ]);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

/** Runs probes at once; the names of those that got through. */
async function through(
  probes: Readonly<Record<string, Promise<{ readonly outcome: string }>>>,
): Promise<readonly string[]> {
  const seen = await outcomes(probes);
  return Object.keys(seen).filter((name) => seen[name] === 'connected' || seen[name] === 'answered');
}

for (const family of FAMILIES) {
  kernelTest(`${family}: each rule lets in whom it names and nobody else`, LAB, async () => {
    const pairs = [...INWARD, ...OUTWARD].flatMap(([port]) => REMOTES.map((remote) => [port, remote] as const));
    const probes = pairs.map(([port, remote]) => [
      `${remote} to ${port}`,
      lab.agent(STATION[remote]).tcp(R1[family], port),
    ]);
    const allowed = INWARD.flatMap(([port, , from]) => from.map((remote) => `${remote} to ${port}`));
    expect([...(await through(Object.fromEntries(probes)))].toSorted()).toEqual(allowed.toSorted());
  });

  kernelTest(`${family}: each rule lets out to whom it names and nobody else`, LAB, async () => {
    const pairs = [...OUTWARD, ...INWARD].flatMap(([port]) => REMOTES.map((remote) => [port, remote] as const));
    const probes = pairs.map(([port, remote]) => [
      `${port} at ${remote}`,
      lab.agent('r1').tcp(addressOf(remote, family), port),
    ]);
    const allowed = OUTWARD.flatMap(([port, , to]) => to.map((remote) => `${port} at ${remote}`));
    expect([...(await through(Object.fromEntries(probes)))].toSorted()).toEqual(allowed.toSorted());
  });

  kernelTest(`${family}: services, source ports and protocols count`, LAB, async () => {
    expect(
      await through({
        'udp of a service': lab.agent('far').udp(R1[family], 2009),
        'udp of a tcp rule': lab.agent('far').udp(R1[family], 2001),
        'low source port where high is asked': lab.agent('r2').tcp(R1[family], 2010, { sourcePort: 700 }),
        'ping by a rule': lab.agent('far').ping(R1[family]),
        'ping from another': lab.agent('host').ping(R1[family]),
        'ping out without a rule': lab.agent('r1').ping(FAR[family]),
      }),
    ).toEqual(['udp of a service', 'ping by a rule']);
  });

  kernelTest(`${family}: several filters accept only what all of them accept`, LAB, async () => {
    expect(
      await through({
        'by the first alone': lab.agent('host').tcp(R2[family], 5001),
        'by both': lab.agent('host').tcp(R2[family], 5002),
        'by the second alone': lab.agent('host').tcp(R2[family], 5003),
        'by both, from far': lab.agent('far').tcp(R2[family], 5002),
        'by a rule of one and a default of the other': lab.agent('r2').tcp(FAR[family], 3001),
      }),
    ).toEqual(['by both', 'by both, from far', 'by a rule of one and a default of the other']);
  });

  kernelTest(`${family}: an ICMP error belongs to the connection that it is about`, LAB, async () => {
    expect(
      await outcomes({
        'to the guest': lab.agent('far').udp(R1[family], CLOSED_UDP.inward),
        'to the guest, no rule': lab.agent('far').udp(R1[family], CLOSED_UDP.inward + 1),
        'from the guest to far': lab.agent('r1').udp(FAR[family], CLOSED_UDP.outward),
        'from the guest to the host': lab.agent('r1').udp(GATEWAYS.routed[family], CLOSED_UDP.outward),
        'from the guest to its neighbour': lab.agent('r1').udp(R2[family], CLOSED_UDP.outward),
        'from the guest, no rule': lab.agent('r1').udp(FAR[family], CLOSED_UDP.outward + 1),
      }),
    ).toEqual({
      'to the guest': 'refused',
      'to the guest, no rule': 'timeout',
      'from the guest to far': 'refused',
      'from the guest to the host': 'refused',
      'from the guest to its neighbour': 'refused',
      'from the guest, no rule': 'timeout',
    });
  });

  kernelTest(`${family}: a stateless accept lets no reply through by itself`, LAB, async () => {
    expect(
      await through({
        'one way': lab.agent('c2').tcp(C1[family], 6001),
        'both ways': lab.agent('c2').tcp(C1[family], 6002),
        'both ways, from the host': lab.agent('host').tcp(C1[family], 6002),
      }),
    ).toEqual(['both ways', 'both ways, from the host']);
  });

  kernelTest(`${family}: filters see the ends of a translated connection that the guest sees`, LAB, async () => {
    expect(
      await through({
        'out through the translation': lab.agent('n1').tcp(FAR[family], 3001),
        'out to another port': lab.agent('n1').tcp(FAR[family], 3002),
        'out to the host, which is not the world': lab.agent('n1').tcp(GATEWAYS.natted[family], 3001),
        'in by a forward, from whom the rule names': lab.agent('far').tcp(HOST[family], 8443),
        'in by a forward, from a neighbour': lab.agent('n2').tcp(HOST[family], 8443),
        'in from a neighbour': lab.agent('n2').tcp(GUESTS[0][family], 443),
      }),
    ).toEqual(['out through the translation', 'in by a forward, from whom the rule names']);
  });
}

kernelTest('a limit lets a burst through and holds back the rest', LAB, async () => {
  const tries = Array.from({ length: 8 }, (_, at) => [`${at}`, lab.agent('far').tcp(R1.ipv4, LIMITED.port)] as const);
  const passed = await through(Object.fromEntries(tries));
  expect(passed.length).toBeGreaterThanOrEqual(1);
  expect(passed.length).toBeLessThanOrEqual(LIMITED.burst + 1);
});

kernelTest('a rule with log and count has both in the kernel, and counts', LAB, async () => {
  const table = await lab.host.must(['nft', 'list', 'table', 'bridge', 'weir']);
  const rule = table.split('\n').filter((line) => line.includes('weir-test'));
  expect(rule.length).toBeGreaterThanOrEqual(1);
  for (const line of rule) expect(line).toMatch(/counter packets [1-9]\d* bytes \d+/);
});

kernelTest('without a guard a guest may use any address, with one it may not', LAB, async () => {
  for (const [name, net] of [
    ['c2', 3],
    ['r2', 2],
  ] as const)
    await lab
      .station(name)
      .ip([`address add 10.${net}.0.77/24 dev eth0`, `address add fd0${net}::77/64 dev eth0 nodad`]);
  expect(
    await through({
      'c2 by IPv4': lab.agent('c2').tcp(C1.ipv4, 6002, { source: '10.3.0.77' }),
      'c2 by IPv6': lab.agent('c2').tcp(C1.ipv6, 6002, { source: 'fd03::77' }),
      'r2 by IPv4': lab.agent('r2').tcp(R1.ipv4, 2001, { source: '10.2.0.77' }),
      'r2 by IPv6': lab.agent('r2').tcp(R1.ipv6, 2001, { source: 'fd02::77' }),
    }),
  ).toEqual(['c2 by IPv4', 'c2 by IPv6']);
});
