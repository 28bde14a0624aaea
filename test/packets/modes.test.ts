// The table of modes as packets: who reaches whom, for every pair of stations, IPv4 and IPv6, on whatever kernel runs this. Every guest accepts
// everything, so a connection that fails was stopped by a mode.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import {
  BETWEEN_GUESTS,
  FAMILIES,
  type Family,
  FORWARDS,
  FROM_OUTSIDE,
  type ModeRow,
  PORT,
  TO_OUTSIDE,
  WITH_HOST,
} from './mode-table.ts';
import { FAR, GATEWAYS, GUESTS, HOST, LAB_SPEC, OPEN_FILTER, siteText } from './site.ts';

let lab: Lab;
let site: AppliedSite | undefined;

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

/** What comes of a connection, in the words of the table; whose address it was seen with, where the table says that. */
async function outcomeOf({ from, to, port, protocol, seenAs }: ModeRow, family: Family): Promise<string> {
  if (protocol === 'udp') {
    const { outcome } = await lab.agent(from).udp(to[family], port);
    return outcome === 'answered' ? 'connected' : 'kept apart';
  }
  const { outcome, seen } = await lab.agent(from).tcp(to[family], port);
  if (outcome !== 'connected') return 'kept apart';
  return seenAs === undefined ? outcome : `connected as ${seen?.address}`;
}

function promised({ outcome, seenAs, needsBridgeConntrack }: ModeRow, family: Family): string {
  if (needsBridgeConntrack === true && !has('bridge-ct')) return 'kept apart';
  return seenAs === undefined ? outcome : `${outcome} as ${seenAs[family]}`;
}

const PARTS: readonly (readonly [sentence: string, rows: readonly ModeRow[]])[] = [
  ['guests reach their own network and no other', BETWEEN_GUESTS],
  ['guests and the host reach each other where the host serves the network', WITH_HOST],
  ['only natted, routed and bridged guests reach the outside, each with the address promised', TO_OUTSIDE],
  ['the outside reaches routed and bridged guests only', FROM_OUTSIDE],
  ['forwards work from outside, by hairpin and from the host itself', FORWARDS],
];

for (const family of FAMILIES) {
  for (const [sentence, rows] of PARTS) {
    kernelTest(`${family}: ${sentence}`, LAB, async () => {
      const seen = await Promise.all(rows.map(async (row) => [row.name, await outcomeOf(row, family)] as const));
      expect(Object.fromEntries(seen)).toEqual(
        Object.fromEntries(rows.map((row) => [row.name, promised(row, family)])),
      );
    });
  }

  kernelTest(`${family}: a port of the host that is not forwarded leads to no guest`, LAB, async () => {
    expect((await lab.agent('far').tcp(HOST[family], 8444)).outcome).not.toBe('connected');
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
