// One lab with a network of each mode, described once: the rule file that Weir gets, and the namespaces that play guests and outside.
// In: which filters the guests have. Out: the text of the site and the lab's description. Guarantees: pure.
import type { LabSpec } from '../kernel/lab.ts';

/** A guest of the lab and of the rule file. */
export interface SiteGuest {
  readonly name: string;
  readonly network: 'natted' | 'routed' | 'closed' | 'wire';
  readonly ifname: string;
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

const guest = (name: string, network: SiteGuest['network'], index: number, v4: string, v6: string): SiteGuest => ({
  name,
  network,
  ifname: `vnet${index}`,
  mac: `52:54:00:00:01:0${index}`,
  ipv4: v4,
  ipv6: v6,
});

/** Two guests a network, so that every pair of the table of modes exists. */
export const GUESTS = [
  guest('n1', 'natted', 1, '10.1.0.11', 'fd01::11'),
  guest('n2', 'natted', 2, '10.1.0.12', 'fd01::12'),
  guest('r1', 'routed', 3, '10.2.0.11', 'fd02::11'),
  guest('r2', 'routed', 4, '10.2.0.12', 'fd02::12'),
  guest('c1', 'closed', 5, '10.3.0.11', 'fd03::11'),
  guest('c2', 'closed', 6, '10.3.0.12', 'fd03::12'),
  guest('w1', 'wire', 7, '10.4.0.11', 'fd04::11'),
  guest('w2', 'wire', 8, '10.4.0.12', 'fd04::12'),
] as const satisfies readonly SiteGuest[];

export type GuestName = (typeof GUESTS)[number]['name'];

/** The host's address on each network that it serves. */
export const GATEWAYS = {
  natted: { ipv4: '10.1.0.1', ipv6: 'fd01::1' },
  routed: { ipv4: '10.2.0.1', ipv6: 'fd02::1' },
  closed: { ipv4: '10.3.0.1', ipv6: 'fd03::1' },
} as const;

/** The host's address on its uplink, and the station behind it. */
export const HOST = { ipv4: '198.51.100.2', ipv6: '2001:db8:100::2' } as const;
export const FAR = { ipv4: '198.51.100.9', ipv6: '2001:db8:100::9' } as const;
/** A station on the segment that the bridged guests share. */
export const LAN = { ipv4: '10.4.0.9', ipv6: 'fd04::9' } as const;

const NETWORKS = `
network natted {
  mode nat
  uplink up0
  bridge br-nat
  subnet 10.1.0.0/24
  subnet fd01::/64
  dhcp { range 10.1.0.100-10.1.0.150 }
  dns { domain natted.test }
  forward { protocol tcp; port 8443; to n1; to-port 443 }
  forward { protocol udp; port 5353; to n2 }
  forward { protocol tcp; port 9000-9002; to n2; to-port 7000-7002 }
}
network routed {
  mode routed
  uplink up0
  bridge br-routed
  subnet 10.2.0.0/24
  subnet fd02::/64
}
network closed {
  mode isolated
  bridge br-closed
  subnet 10.3.0.0/24
  subnet fd03::/64
}
network wire {
  mode bridged
  uplink up1
  bridge br-wire
  subnet 10.4.0.0/24
  subnet fd04::/64
}
`;

/** The networks of the lab, as the rule file writes them. */
export const siteNetworks = (): string => NETWORKS;

/** Everything both ways, statefully: what does not get through was stopped by the mode. */
export const OPEN_FILTER = `
filter open {
  in  accept
  out accept
}
`;

/** The rule file: the four networks, the filters given, and every guest with the filter that `filterOf` names. */
export function siteText(filters: string, filterOf: (name: GuestName) => string, extra = ''): string {
  const guests = GUESTS.map(
    (g) => `guest ${g.name} {
  labels { network = ${g.network} }
  interface ${g.ifname} {
    network ${g.network}
    mac     ${g.mac}
    address ${g.ipv4}, ${g.ipv6}
    filter  ${filterOf(g.name)}
  }
}
`,
  ).join('\n');
  return `${NETWORKS}${extra}${filters}\n${guests}`;
}

const gatewaysOf = (network: SiteGuest['network']): readonly string[] =>
  network === 'wire' ? [] : [GATEWAYS[network].ipv4, GATEWAYS[network].ipv6];

/** The namespaces: one a guest, `far` behind the uplink with routes to the routed network, `lan` on the bridged segment. */
export const LAB_SPEC: LabSpec = {
  guests: GUESTS.map((g) => ({
    name: g.name,
    interface: g.ifname,
    mac: g.mac,
    addresses: [`${g.ipv4}/24`, `${g.ipv6}/64`],
    gateways: gatewaysOf(g.network),
  })),
  outside: [
    {
      name: 'far',
      uplink: 'up0',
      hostAddresses: [`${HOST.ipv4}/24`, `${HOST.ipv6}/64`],
      addresses: [`${FAR.ipv4}/24`, `${FAR.ipv6}/64`],
      // WHY: every subnet is routed to the host, so that only rules keep the outside from the networks that must not be reached.
      gateways: [HOST.ipv4, HOST.ipv6],
    },
    { name: 'lan', uplink: 'up1', addresses: [`${LAN.ipv4}/24`, `${LAN.ipv6}/64`] },
  ],
  hostRoutes: [],
};
