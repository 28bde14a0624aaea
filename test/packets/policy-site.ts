// The rule file of the filter tests, and what it means: for every port of the guest under test, who gets through to it and where it gets to.
// Guarantees: pure; the expectations follow from the language alone and hold on every kernel.
import { FAR, GUESTS, type GuestName, siteNetworks } from './site.ts';

/** Named sets and services that the filters use. */
const NAMES = `
addresses far-end = { ${FAR.ipv4}, ${FAR.ipv6} }
service   twofold = { tcp 2009, udp 2009 }
`;

/** Where a connection to the guest under test starts, or one from it ends. */
export type Remote = 'neighbour' | 'host' | 'far';

/** The rules toward the guest, each with a TCP port of its own, and from whom they let a connection in. */
export const INWARD: readonly (readonly [port: number, rule: string, from: readonly Remote[]])[] = [
  [2001, 'in accept tcp port 2001', ['neighbour', 'host', 'far']],
  [2002, 'in accept tcp port 2002 from far-end', ['far']],
  [2003, 'in accept tcp port 2003 from guests(role = friend)', ['neighbour']],
  [2004, 'in accept tcp port 2004 from network(routed)', ['neighbour', 'host']],
  [2005, 'in accept tcp port 2005 from world', ['far']],
  [2006, 'in accept tcp port 2006 from gateway', ['host']],
  [2007, 'in accept tcp port 2007 from host', ['host']],
  [2008, 'in accept tcp port 2008 from not far-end', ['neighbour', 'host']],
  [2009, 'in accept twofold', ['neighbour', 'host', 'far']],
  [
    2010,
    `in accept tcp port 2010 where (ip.source != ${FAR.ipv4} or ip6.source != ${FAR.ipv6}) and not (tcp.source < 1024)`,
    ['neighbour', 'host'],
  ],
  // `!=` asks for a header, `not` does not: what is not from the far end, of either family.
  [
    2011,
    `in accept tcp port 2011 where not (ip.source == ${FAR.ipv4} or ip6.source == ${FAR.ipv6})`,
    ['neighbour', 'host'],
  ],
  [2012, 'in accept tcp port 2012 log "weir-test" count', ['neighbour', 'host', 'far']],
  [2013, 'in accept tcp port 2013 from guest(r2)', ['neighbour']],
  [2014, '', []],
  [2015, 'in drop tcp port 2015 from host; in accept tcp port 2015', ['neighbour', 'far']],
  [2016, 'in accept tcp port { 2016, 2090-2091 } from { far-end, 10.2.0.1, fd02::1 }', ['host', 'far']],
  // Decided in the filter that is placed here: `return` leaves it, `drop` ends there.
  [2020, 'in accept tcp port 2020', []],
  [2021, 'in accept tcp port 2021', ['neighbour', 'host', 'far']],
  // `return` of the filter itself: as if nothing had matched.
  [2022, 'in return tcp port 2022; in accept tcp port 2022', []],
  [2023, 'inout accept tcp port 2023', ['neighbour', 'host', 'far']],
];

/** The rules from the guest, each with a TCP port of its own at the other end, and whom they let it reach. */
export const OUTWARD: readonly (readonly [port: number, rule: string, to: readonly Remote[]])[] = [
  [3001, 'out accept tcp port 3001', ['neighbour', 'host', 'far']],
  [3002, 'out accept tcp port 3002 to far-end', ['far']],
  [3003, 'out accept tcp port 3003 to guests(role = friend)', ['neighbour']],
  [3004, 'out accept tcp port 3004 to network(routed)', ['neighbour', 'host']],
  [3005, 'out accept tcp port 3005 to world', ['far']],
  [3006, 'out accept tcp port 3006 to gateway', ['host']],
  [3007, 'out accept tcp port 3007 to not far-end', ['neighbour', 'host']],
  [3008, '', []],
  [3009, 'out drop tcp port 3009 to far-end; out accept tcp port 3009', ['neighbour', 'host']],
];

/** A port that lets in at most a few connections a minute. */
export const LIMITED = { port: 2040, burst: 2 } as const;

/** UDP: allowed to and from the guest on this port, where nobody listens. */
export const CLOSED_UDP = { inward: 2050, outward: 3050 } as const;

const FILTERS = `
filter under-test {
  use placed
${[...INWARD, ...OUTWARD].map(([, rule]) => `  ${rule.replaceAll('; ', '\n  ')}`).join('\n')}
  in accept tcp port ${LIMITED.port} limit 1/minute burst ${LIMITED.burst}
  in accept udp port ${CLOSED_UDP.inward}
  out accept udp port ${CLOSED_UDP.outward}
  in accept icmp type echo-request from far-end
  in accept icmpv6 type echo-request from far-end
}

filter placed {
  in return tcp port 2021
  in drop tcp port 2020-2021
}

filter first {
  in accept tcp port 5001-5002
  in accept tcp port 3000-3999
  in accept udp
  out accept
}

filter second {
  in accept tcp port 5002-5003
  in accept tcp port 3000-3999
  in accept udp
  default out accept
}

filter flat {
  in accept tcp port 6001 stateless
  in accept tcp port 6002 stateless
  out accept tcp from port 6002 stateless
}

filter shop {
  in accept tcp port 443 from far-end
  out accept tcp port 3001 to world
}
`;

/** The filters of each guest, and what else it says. */
const SETTINGS: Readonly<Record<GuestName, string>> = {
  r1: 'filter under-test',
  r2: 'filter first, second',
  c1: 'filter flat',
  c2: 'guard none',
  n1: 'filter shop',
  n2: '',
  w1: '',
  w2: '',
};

/** The rule file. */
export function policySite(): string {
  const guests = GUESTS.map(
    (g) => `guest ${g.name} {
  labels { role = ${g.name === 'r2' ? 'friend' : 'stranger'} }
  interface ${g.ifname} {
    network ${g.network}
    mac     ${g.mac}
    address ${g.ipv4}, ${g.ipv6}
    ${SETTINGS[g.name]}
  }
}
`,
  );
  return [siteNetworks(), NAMES, FILTERS, ...guests].join('\n');
}
