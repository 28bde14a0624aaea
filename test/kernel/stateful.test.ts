// Connection state in the bridge family, by hand-written rules and real connections: with the kernel's bridge conntrack where it is there (tier 2),
// and carried from the inet hooks in a packet mark where only br_netfilter is there (tier 1). The same flows are decided alike by both.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from './lab.ts';
import { has, kernelTest, LAB, type Requirement, requirements } from './requirements.ts';
import { outcomes } from './sockets.ts';

const PORTS = { web: [80, 81], others: [5000, 5001] } as const;

/** How a chain of the bridge family asks for the state of a connection. */
const STATE = {
  carried: { known: 'meta mark & 0x10000000 != 0', invalid: 'meta mark & 0x20000000 != 0' },
  bridge: { known: 'ct state established,related', invalid: 'ct state invalid' },
} as const;

/** WHY: the bits are cleared first since marks may come from elsewhere; conntrack has run at -200, in these hooks, before -150. */
const carry = (hook: string): string => `
  chain carry-${hook} {
    type filter hook ${hook} priority -150
    meta mark set meta mark & 0xcfffffff
    ct state established,related meta mark set meta mark | 0x10000000
    ct state invalid meta mark set meta mark | 0x20000000
  }`;

/** Guest `web` takes connections to port 80 and opens connections to port 5000; the bridge chains stand after br_netfilter's priority 0. */
const ruleset = (state: 'carried' | 'bridge'): string => `
table inet lab {${state === 'carried' ? carry('prerouting') + carry('output') : ''}
  chain nat {
    type nat hook postrouting priority 100
    ip saddr 10.9.0.0/24 oifname "uplink0" masquerade
    ip6 saddr fd09::/64 oifname "uplink0" masquerade
  }
}
table bridge lab {
  chain from {
    type filter hook prerouting priority 10
    iifname "vnet0" goto web-out
  }
  chain to {
    type filter hook postrouting priority 10
    oifname "vnet0" goto web-in
  }
  chain web-out {
    ether type arp accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
    ${STATE[state].known} accept
    ${STATE[state].invalid} drop
    tcp dport 5000 accept
    drop
  }
  chain web-in {
    ether type arp accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ${STATE[state].known} accept
    ${STATE[state].invalid} drop
    tcp dport 80 accept
    drop
  }
}
`;

let lab: Lab | undefined;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  const gateways = ['10.9.0.1', 'fd09::1'];
  lab = await openLab({
    guests: [
      { name: 'web', interface: 'vnet0', addresses: ['10.9.0.2/24', 'fd09::2/64'], gateways },
      { name: 'db', interface: 'vnet1', addresses: ['10.9.0.3/24', 'fd09::3/64'], gateways },
    ],
    outside: [
      {
        name: 'far',
        uplink: 'uplink0',
        hostAddresses: ['198.51.100.2/24', '2001:db8:100::2/64'],
        addresses: ['198.51.100.9/24', '2001:db8:100::9/64'],
        gateways: ['198.51.100.2', '2001:db8:100::2'],
      },
    ],
  });
  await lab.host.ip([
    'link add br0 type bridge',
    'link set br0 addrgenmode none up',
    'link set vnet0 master br0',
    'link set vnet1 master br0',
    'address add 10.9.0.1/24 dev br0',
    'address add fd09::1/64 dev br0 nodad',
  ]);
  await lab.host.agent.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  await lab.ready();
  for (const name of ['web', 'db', 'host', 'far']) {
    for (const port of [...PORTS.web, ...PORTS.others]) await lab.agent(name).listenTcp(port);
  }
});

afterAll(() => lab?.close());

/** Every path that a packet to or from a guest can take, each with a port that is allowed and one that is not. */
async function decide(lab_: Lab, family: 4 | 6): Promise<Record<string, string>> {
  const [web, db, host, far] = (['web', 'db', 'host', 'far'] as const).map((name) => lab_.agent(name));
  if (web === undefined || db === undefined || host === undefined || far === undefined) throw new Error('unreachable');
  const at =
    family === 4
      ? { web: '10.9.0.2', db: '10.9.0.3', host: '10.9.0.1', far: '198.51.100.9' }
      : { web: 'fd09::2', db: 'fd09::3', host: 'fd09::1', far: '2001:db8:100::9' };
  return outcomes({
    'db to web 80': db.tcp(at.web, 80),
    'db to web 81': db.tcp(at.web, 81),
    'host to web 80': host.tcp(at.web, 80),
    'host to web 81': host.tcp(at.web, 81),
    'far to web 80': far.tcp(at.web, 80),
    'far to web 81': far.tcp(at.web, 81),
    'web to db 5000': web.tcp(at.db, 5000),
    'web to db 5001': web.tcp(at.db, 5001),
    'web to host 5000': web.tcp(at.host, 5000),
    'web to host 5001': web.tcp(at.host, 5001),
    'web to far 5000': web.tcp(at.far, 5000),
    'web to far 5001': web.tcp(at.far, 5001),
    'db to far 5001': db.tcp(at.far, 5001),
  });
}

const expected = (flows: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(flows).map((name) => [name, / (80|5000)$|^db to far/.test(name) ? 'connected' : 'timeout']),
  );

async function decidesEveryFlow(state: 'carried' | 'bridge'): Promise<void> {
  if (lab === undefined) throw new Error('no lab');
  const bridged = state === 'carried' ? 1 : 0;
  await lab.host.agent.sysctl(
    { 'net.bridge.bridge-nf-call-iptables': bridged, 'net.bridge.bridge-nf-call-ip6tables': bridged },
    state === 'bridge',
  );
  await lab.host.nft(
    `add table inet lab\ndelete table inet lab\nadd table bridge lab\ndelete table bridge lab\n${ruleset(state)}`,
  );
  for (const family of [4, 6] as const) {
    const flows = await decide(lab, family);
    expect(flows, `IPv${family}`).toEqual(expected(flows));
  }
  const listener = await lab.agent('far').listenTcp(0);
  expect((await lab.agent('db').tcp('198.51.100.9', listener.port)).seen?.address).toBe('198.51.100.2');
}

const CARRIED: readonly Requirement[] = [...LAB, 'inet-nat', 'br-netfilter'];
const BRIDGE: readonly Requirement[] = [...LAB, 'inet-nat', 'bridge-ct'];

kernelTest('state carried in a packet mark decides every flow of a guest', CARRIED, () => decidesEveryFlow('carried'));

kernelTest('bridge connection tracking decides every flow of a guest', BRIDGE, () => decidesEveryFlow('bridge'));

kernelTest('this kernel has one of the two ways to connection state', LAB, () => {
  expect(has('bridge-ct') || has('br-netfilter')).toBe(true);
});
