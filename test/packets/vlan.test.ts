// A bridged network on one VLAN of its uplink: its guests are on that VLAN and on nothing else of the segment.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { kernelTest, LAB, type Requirement, requirements } from '../kernel/requirements.ts';
import { outcomes } from '../kernel/sockets.ts';
import { type AppliedSite, siteIn } from './applied.ts';

const NEEDS: readonly Requirement[] = [...LAB, 'vlan-device'];

const GUEST = { mac: '52:54:00:00:06:01', ipv4: '10.6.0.11', ipv6: 'fd06::11' } as const;
const ON_VLAN = { ipv4: '10.6.0.9', ipv6: 'fd06::9' } as const;
/** On the same wire, untagged; the guest's subnet is on link there too. */
const UNTAGGED = { ipv4: '10.6.0.8', ipv6: 'fd06::8' } as const;

const SITE = `
network tagged {
  mode bridged
  uplink up0
  vlan 5
  bridge br-tagged
  subnet 10.6.0.0/24
  subnet fd06::/64
}
filter open { in accept tcp port 80; out accept tcp port 80 }
guest g { interface vnet0 {
  network tagged
  mac ${GUEST.mac}
  address ${GUEST.ipv4}, ${GUEST.ipv6}
  filter open
} }
`;

let lab: Lab;
let site: AppliedSite | undefined;

beforeAll(async () => {
  if (requirements(NEEDS).missing) return;
  const addresses = [`${GUEST.ipv4}/24`, `${GUEST.ipv6}/64`];
  lab = await openLab({
    guests: [{ name: 'g', interface: 'vnet0', mac: GUEST.mac, addresses }],
    outside: [{ name: 'street', uplink: 'up0' }],
  });
  await lab
    .station('street')
    .ip([
      'link add link eth0 name eth0.5 type vlan id 5',
      'link set eth0.5 up',
      `address add ${ON_VLAN.ipv4}/32 dev eth0.5`,
      `address add ${ON_VLAN.ipv6}/128 dev eth0.5 nodad`,
      `address add ${UNTAGGED.ipv4}/32 dev eth0`,
      `address add ${UNTAGGED.ipv6}/128 dev eth0 nodad`,
      `route add ${GUEST.ipv4} dev eth0.5 src ${ON_VLAN.ipv4}`,
      `route add ${GUEST.ipv6} dev eth0.5 src ${ON_VLAN.ipv6}`,
    ]);
  // WHY: one station holds both addresses and would answer for either on both devices (weak host model, RFC 1122 3.3.4.2).
  await lab.agent('street').sysctl({ 'net.ipv4.conf.all.arp_ignore': 1 });
  site = siteIn(lab);
  await site.apply(SITE);
  await lab.agent('g').listenTcp(80);
  for (const port of [80, 81]) await lab.agent('street').listenTcp(port);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

for (const family of ['ipv4', 'ipv6'] as const) {
  kernelTest(
    `${family}: guests are on the VLAN and on nothing else of the wire, and filters hold there`,
    NEEDS,
    async () => {
      const seen = await outcomes({
        'guest to the VLAN': lab.agent('g').tcp(ON_VLAN[family], 80, { timeout: 2 }),
        'guest to the VLAN, refused port': lab.agent('g').tcp(ON_VLAN[family], 81),
        'guest to the untagged wire': lab.agent('g').tcp(UNTAGGED[family], 80),
        'the VLAN to the guest': lab.agent('street').tcp(GUEST[family], 80, { timeout: 2 }),
      });
      expect(Object.keys(seen).filter((name) => seen[name as keyof typeof seen] === 'connected')).toEqual([
        'guest to the VLAN',
        'the VLAN to the guest',
      ]);
    },
  );
}
