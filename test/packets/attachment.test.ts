// A way of attaching guests that the compiler has never heard of, brought by a plugin that a project file names: the same language decides real
// packets on it, without a bridge.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Lab, openLab } from '../kernel/lab.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { outcomes } from '../kernel/sockets.ts';
import { type AppliedSite, siteIn } from './applied.ts';

let lab: Lab;
let site: AppliedSite | undefined;

type Family = 'ipv4' | 'ipv6';
const TAPS = [
  { name: 'a', device: 'tap0', mac: '52:54:00:00:05:11', ipv4: '10.5.0.11', ipv6: 'fd05::11' },
  { name: 'b', device: 'tap1', mac: '52:54:00:00:05:12', ipv4: '10.5.0.12', ipv6: 'fd05::12' },
] as const;
const GATEWAY = { ipv4: '10.5.0.1', ipv6: 'fd05::1' } as const;
const FAR = { ipv4: '198.51.100.9', ipv6: '2001:db8:100::9' } as const;

/**
 * Seconds: one more than the kernel waits before it sends the second SYN.
 * WHY: an ICMPv6 error that comes while connect() still holds the socket is lost (Linux, tcp_v6_err), as on a veth pair it may; the second is not.
 */
const REFUSED = 2;

const SITE = `
import { routed-traffic } from "@weir/rules"
network taps {
  mode tap
  bridge none0
  subnet 10.5.0.0/24
  subnet fd05::/64
}
filter strict {
  in  accept tcp port 7001 from { ${TAPS[1].ipv4}, ${TAPS[1].ipv6} }
  in  accept tcp port 7002 from world
  in  accept tcp port 7003 from host
  in  reject tcp port 7004
  out accept tcp port 8001
  default out reject
}
${TAPS.map(
  (t) => `guest ${t.name} { interface ${t.device} {
  network taps
  mac ${t.mac}
  address ${t.ipv4}, ${t.ipv6}
  guard routed-traffic
  ${t.name === 'a' ? 'filter strict' : ''}
} }`,
).join('\n')}
`;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab({
    guests: TAPS.map((t) => ({
      name: t.name,
      interface: t.device,
      mac: t.mac,
      addresses: [`${t.ipv4}/32`, `${t.ipv6}/128`],
      routes: [
        { to: GATEWAY.ipv4, dev: 'eth0' },
        { to: GATEWAY.ipv6, dev: 'eth0' },
        { to: 'default', via: GATEWAY.ipv4 },
        { to: 'default', via: GATEWAY.ipv6 },
      ],
    })),
    outside: [
      {
        name: 'far',
        uplink: 'up0',
        hostAddresses: ['198.51.100.2/24', '2001:db8:100::2/64'],
        addresses: [`${FAR.ipv4}/24`, `${FAR.ipv6}/64`],
        gateways: ['198.51.100.2', '2001:db8:100::2'],
      },
    ],
  });
  await lab.ready();
  await lab.host.agent.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  await lab.host.ip(
    TAPS.flatMap(({ device, ipv4, ipv6 }) => [
      `address add ${GATEWAY.ipv4}/32 dev ${device}`,
      `address add ${GATEWAY.ipv6}/128 dev ${device} nodad`,
      `address add fe80::1/64 dev ${device} nodad`,
      `route add ${ipv4} dev ${device}`,
      `route add ${ipv6} dev ${device}`,
    ]),
  );
  site = siteIn(lab, { plugins: ['weir:builtin', plugin()] });
  await lab.host.nft(await site.compile(SITE));
  for (const port of [7001, 7002, 7003, 7004]) await lab.agent('a').listenTcp(port);
  for (const name of ['b', 'host', 'far']) for (const port of [8001, 8002]) await lab.agent(name).listenTcp(port);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

/** The plugin's path as a project file in a directory for temporary files writes it. */
const plugin = (): string => fileURLToPath(new URL('routed-tap.mjs', import.meta.url));

for (const family of ['ipv4', 'ipv6'] as const satisfies readonly Family[]) {
  kernelTest(`${family}: filters decide on routed taps, toward the guest`, LAB, async () => {
    const [a] = TAPS;
    const ports = [7001, 7002, 7003, 7004];
    const probes = ['b', 'far', 'host'].flatMap((name) =>
      ports.map((port) => [`${name} to ${port}`, lab.agent(name).tcp(a[family], port, { timeout: REFUSED })] as const),
    );
    const seen = await outcomes(Object.fromEntries(probes));
    expect(Object.keys(seen).filter((name) => seen[name] === 'connected')).toEqual([
      'b to 7001',
      'far to 7002',
      'host to 7003',
    ]);
    expect(['b', 'far', 'host'].map((name) => seen[`${name} to 7004`])).toEqual(['refused', 'refused', 'refused']);
  });

  kernelTest(`${family}: filters decide on routed taps, from the guest`, LAB, async () => {
    const places = { b: TAPS[1][family], far: FAR[family], host: GATEWAY[family] };
    const probes = Object.entries(places).flatMap(([name, address]) =>
      [8001, 8002].map((port) => [`${name} ${port}`, lab.agent('a').tcp(address, port, { timeout: REFUSED })] as const),
    );
    const word = (port: number): string => (port === 8001 ? 'connected' : 'refused');
    expect(await outcomes(Object.fromEntries(probes))).toEqual(
      Object.fromEntries(probes.map(([name]) => [name, word(Number(name.split(' ')[1]))])),
    );
  });
}

kernelTest('the guard of routed taps binds the addresses', LAB, async () => {
  await lab.station('b').ip(['address add 10.5.0.99/32 dev eth0', 'address add fd05::99/128 dev eth0 nodad']);
  await lab.host.ip(['route add 10.5.0.99 dev tap1', 'route add fd05::99 dev tap1']);
  expect(
    await outcomes({
      'own IPv4': lab.agent('b').tcp(FAR.ipv4, 8001),
      'own IPv6': lab.agent('b').tcp(FAR.ipv6, 8001, { source: TAPS[1].ipv6 }),
      'foreign IPv4': lab.agent('b').tcp(FAR.ipv4, 8001, { source: '10.5.0.99' }),
      'foreign IPv6': lab.agent('b').tcp(FAR.ipv6, 8001, { source: 'fd05::99' }),
    }),
  ).toEqual({
    'own IPv4': 'connected',
    'own IPv6': 'connected',
    'foreign IPv4': 'timeout',
    'foreign IPv6': 'timeout',
  });
});
