// The lab and its sockets, with no rules or with a few written by hand: what they report is what the kernel did.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { ethernet, hex, tagged } from './frames.ts';
import { type Lab, openLab } from './lab.ts';
import { kernelTest, LAB, requirements } from './requirements.ts';
import { outcomes } from './sockets.ts';

const WEB = {
  name: 'web',
  interface: 'vnet0',
  mac: '52:54:00:00:00:02',
  addresses: ['10.9.0.2/24', 'fd09::2/64'],
} as const;
const DB = {
  name: 'db',
  interface: 'vnet1',
  mac: '52:54:00:00:00:03',
  addresses: ['10.9.0.3/24', 'fd09::3/64'],
} as const;
const gateways = ['10.9.0.1', 'fd09::1'] as const;

const ownNamespaces = (): readonly string[] =>
  readdirSync('/run/netns').filter((name) => name.startsWith(`weirlab-${process.pid}-`));

let lab: Lab | undefined;

const theLab = (): Lab => {
  if (lab === undefined) throw new Error('no lab');
  return lab;
};

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab({
    guests: [
      { ...WEB, gateways },
      { ...DB, gateways },
    ],
    outside: [
      {
        name: 'isp',
        uplink: 'uplink0',
        hostAddresses: ['198.51.100.2/24', '2001:db8:100::2/64'],
        addresses: ['198.51.100.1/24', '2001:db8:100::1/64'],
        forwarding: true,
      },
    ],
    stations: [
      {
        name: 'far',
        routes: [
          { to: 'default', via: '203.0.113.1' },
          { to: 'default', via: '2001:db8:113::1' },
        ],
      },
    ],
    links: [
      [
        { station: 'isp', device: 'eth1', addresses: ['203.0.113.1/24', '2001:db8:113::1/64'] },
        { station: 'far', device: 'eth0', addresses: ['203.0.113.9/24', '2001:db8:113::9/64'] },
      ],
    ],
    hostRoutes: [
      { to: 'default', via: '198.51.100.1' },
      { to: 'default', via: '2001:db8:100::1' },
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
  await lab.host.nft(`
table inet lab {
  chain nat {
    type nat hook postrouting priority 100
    oifname "uplink0" masquerade
  }
  chain in {
    type filter hook input priority 0
    tcp dport 81 reject with tcp reset
    udp dport 81 reject
    tcp dport 82 drop
    icmp type echo-request ip daddr 198.51.100.2 reject with icmp type admin-prohibited
  }
}
`);
  await lab.ready();
});

afterAll(() => lab?.close());

kernelTest(
  'connections, datagrams and echo requests go both ways in both families, and each end sees the other',
  LAB,
  async () => {
    const [web, db] = [theLab().agent('web'), theLab().agent('db')];
    const [tcp, udp] = await Promise.all([db.listenTcp(0), db.listenUdp(0)]);
    for (const [from, to] of [
      ['10.9.0.2', '10.9.0.3'],
      ['fd09::2', 'fd09::3'],
    ] as const) {
      expect(await web.tcp(to, tcp.port)).toMatchObject({ outcome: 'connected', seen: { address: from, local: to } });
      expect(await web.udp(to, udp.port, { payload: 'ab' })).toMatchObject({
        outcome: 'answered',
        data: 'ab',
        seen: { address: from, local: to },
      });
      expect(await web.ping(to)).toMatchObject({ outcome: 'answered', from: to });
    }
    expect((await tcp.seen()).map((seen) => seen.address)).toEqual(['10.9.0.2', 'fd09::2']);
  },
);

kernelTest('refusal, silence and the missing way are told apart', LAB, async () => {
  const web = theLab().agent('web');
  expect(
    await outcomes({
      noListener: web.tcp('10.9.0.3', 9),
      reset: web.tcp('fd09::1', 81),
      dropped: web.tcp('10.9.0.1', 82),
      datagramRefused: web.udp('10.9.0.3', 9),
      datagramRejected: web.udp('fd09::1', 81),
      noHost: web.ping('10.9.0.77'),
      prohibited: web.ping('198.51.100.2'),
    }),
  ).toEqual({
    noListener: 'refused',
    reset: 'refused',
    dropped: 'timeout',
    datagramRefused: 'refused',
    datagramRejected: 'refused',
    noHost: 'timeout',
    prohibited: 'unreachable',
  });
});

kernelTest('what is behind a router outside sees the translated address', LAB, async () => {
  const listener = await theLab().agent('far').listenTcp(0);
  const web = theLab().agent('web');
  expect((await web.tcp('203.0.113.9', listener.port)).seen?.address).toBe('198.51.100.2');
  expect((await web.tcp('2001:db8:113::9', listener.port)).seen?.address).toBe('2001:db8:100::2');
});

kernelTest('a connection held open notices when rules cut it', LAB, async () => {
  const { host } = theLab();
  const listener = await theLab().agent('far').listenTcp(0);
  const stream = await theLab().agent('web').stream('203.0.113.9', listener.port);
  expect(await stream.exchange()).toBe('answered');
  await host.nft('table inet cut {\n chain c {\n type filter hook forward priority 0\n policy drop\n }\n}\n');
  expect(await stream.exchange(0.2)).toBe('timeout');
  await host.nft('delete table inet cut');
  await stream.close();
});

kernelTest('a hundred probes, half of them unanswered, take about as long as one', LAB, async () => {
  const [web, db] = [theLab().agent('web'), theLab().agent('db')];
  const listener = await db.listenTcp(0);
  const began = performance.now();
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      web.tcp(at % 2 === 0 ? '10.9.0.3' : '10.9.0.1', at % 2 === 0 ? listener.port : 82),
    ),
  );
  expect(results.map((result) => result.outcome)).toEqual(
    results.map((_, at) => (at % 2 === 0 ? 'connected' : 'timeout')),
  );
  expect(performance.now() - began).toBeLessThan(10_000);
});

kernelTest('captured frames are whole, with the tags that the kernel takes out of them', LAB, async () => {
  const payload = new Uint8Array(46).fill(7);
  const plain = ethernet({ dst: DB.mac, src: WEB.mac, type: 0x88b5, payload });
  const frames = [
    plain,
    tagged(plain, [{ vid: 5, pcp: 3 }]),
    tagged(plain, [{ vid: 0 }]),
    tagged(plain, [{ vid: 9, tpid: 0x88a8 }, { vid: 5 }]),
  ];
  const capture = await theLab().agent('db').capture('eth0');
  await theLab().agent('web').send('eth0', frames);
  await capture.frames(frames, 2);
  const experimental = (await capture.stop()).map(hex).filter((frame) => frame.includes('88b5'));
  expect(experimental).toEqual(frames.map(hex));
});

kernelTest('DHCP leases and DNS answers come from a dnsmasq in the host namespace', [...LAB, 'dnsmasq'], async () => {
  const { host } = theLab();
  const pidFile = join(tmpdir(), `${host.namespace}.pid`);
  const options = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--leasefile-ro',
    '--user=root',
    `--pid-file=${pidFile}`,
    '--interface=br0',
    '--bind-interfaces',
    '--dhcp-range=10.9.0.100,10.9.0.120,1h',
    `--dhcp-host=${DB.mac},10.9.0.103`,
    '--address=/gate.test/10.9.0.1',
    '--domain=test',
  ];
  const server = host.run(['dnsmasq', ...options], { timeoutMs: 15_000 });
  const db = theLab().agent('db');
  await expect
    .poll(() => db.dns('10.9.0.1', 'gate.test', { timeout: 0.3 }), { timeout: 10_000 })
    .toMatchObject({ answers: ['10.9.0.1'] });
  expect(await db.dhcp('eth0', DB.mac)).toMatchObject({
    outcome: 'leased',
    address: '10.9.0.103',
    server: '10.9.0.1',
    routers: ['10.9.0.1'],
    nameservers: ['10.9.0.1'],
    lease: 3600,
  });
  expect(await db.dns('10.9.0.1', 'gate.test', { tcp: true })).toMatchObject({
    outcome: 'answered',
    rcode: 0,
    answers: ['10.9.0.1'],
  });
  expect(await db.dns('10.9.0.1', 'nothing.test')).toMatchObject({ outcome: 'answered', answers: [] });
  await host.run(['sh', '-c', `kill $(cat ${pidFile})`]);
  expect((await server).code).not.toBe(124);
});

kernelTest('a lab leaves nothing behind, with daemons running in it and when it cannot be finished', LAB, async () => {
  const before = ownNamespaces();
  const second = await openLab({ guests: [{ ...WEB, name: 'lone' }] });
  await second.host.must(['sh', '-c', 'sleep 1000 >/dev/null 2>&1 &']);
  await second.agent('lone').listenTcp(80);
  expect(ownNamespaces().length).toBe(before.length + 2);
  await second.close();
  await second.close();
  await expect(openLab({ guests: [{ ...WEB, addresses: ['10.9.0.2/99'] }] })).rejects.toThrow('10.9.0.2/99');
  expect(ownNamespaces()).toEqual(before);
});
