// `reject` as packets. Where the kernel can answer in the bridge, a refused guest hears at once; where it cannot, the compiler says so and the guest
// waits. On no kernel does the way that the answers take let anything else through.
import { DEFAULT_MARKS } from '@weir/compiler';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  ascii,
  ETHERTYPE,
  ethernet,
  hex,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  join,
  PROTOCOL,
  tcp,
  TCP_FLAG,
  udp,
} from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { outcomes, PYTHON } from '../kernel/sockets.ts';
import { type AppliedSite, type CommandOutcome, siteIn } from './applied.ts';
import { FAR, GATEWAYS, GUESTS, LAB_SPEC, LAN, type SiteGuest, siteText } from './site.ts';

let lab: Lab;
let site: AppliedSite | undefined;
let applied: CommandOutcome | undefined;

const FILTER = `
filter refusing {
  out accept tcp port 80
  out reject with admin-prohibited tcp port 82
  out reject with host-unreachable tcp port 83
  out reject with no-route tcp port 84
  out reject with tcp-reset tcp port 85
  out reject
}
filter open { in accept; out accept }
`;
const REFUSED_GUESTS = ['n1', 'r1', 'c1', 'w1'] as const;
const [, N2, , R2, , C2, W1, W2] = GUESTS;
/** Seconds: one more than the kernel waits before it sends the second SYN, since it may lose an ICMPv6 error about the first. */
const PATIENCE = 2;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(LAB_SPEC);
  await lab.ready();
  site = siteIn(lab);
  const text = siteText(FILTER, (name) => (REFUSED_GUESTS.some((one) => one === name) ? 'refusing' : 'open'));
  applied = await site.apply(text);
  for (const name of ['n2', 'r2', 'c2', 'w2', 'far', 'lan', 'host'])
    for (const port of [80, 81]) await lab.agent(name).listenTcp(port);
  for (const name of ['n2', 'r2', 'c2', 'w2', 'far', 'lan', 'host']) await lab.agent(name).listenUdp(81);
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

type Family = 'ipv4' | 'ipv6';

/** Whom each refused guest asks: its neighbour, the host, the outside. */
const asked = (family: Family): readonly (readonly [string, string])[] => [
  ['n1', N2[family]],
  ['n1', GATEWAYS.natted[family]],
  ['n1', FAR[family]],
  ['r1', R2[family]],
  ['r1', GATEWAYS.routed[family]],
  ['r1', FAR[family]],
  ['c1', C2[family]],
  ['w1', W2[family]],
  ['w1', LAN[family]],
];

for (const family of ['ipv4', 'ipv6'] as const satisfies readonly Family[]) {
  kernelTest(
    `${family}: a refused guest is answered where the kernel can, and accepted connections are not touched`,
    LAB,
    async () => {
      const probes = asked(family).flatMap(([name, address]) => [
        [`${name} tcp 80 of ${address}`, lab.agent(name).tcp(address, 80, { timeout: PATIENCE })] as const,
        [`${name} tcp 81 of ${address}`, lab.agent(name).tcp(address, 81, { timeout: PATIENCE })] as const,
        [`${name} udp 81 of ${address}`, lab.agent(name).udp(address, 81, { timeout: PATIENCE })] as const,
      ]);
      const refusal = has('bridge-reject') ? 'refused' : 'timeout';
      expect(await outcomes(Object.fromEntries(probes))).toEqual(
        Object.fromEntries(probes.map(([name]) => [name, name.includes('tcp 80') ? 'connected' : refusal])),
      );
    },
  );
}

kernelTest('the compiler warns where a reject cannot answer, and only there', LAB, () => {
  const said = `${applied?.stdout ?? ''}${applied?.stderr ?? ''}`;
  expect(said.includes('`reject` becomes `drop`')).toBe(!has('bridge-reject'));
});

const SPORT = 45_000;

/** Somebody who answers. */
interface Forger {
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
}
const STRANGER: Forger = { ...LAN, mac: '02:77:65:00:99:01' };

/** What somebody could send to look like an answer to what a guest asked and was refused, or never asked. */
function forged(to: SiteGuest, by: Forger = STRANGER): Readonly<Record<string, Uint8Array>> {
  const frame = (type: number, payload: Uint8Array): Uint8Array =>
    ethernet({ dst: to.mac, src: by.mac, type, payload });
  const make = (family: Family, port: number): readonly (readonly [string, Uint8Array])[] => {
    const ends = { src: by[family], dst: to[family] };
    const back = { src: to[family], dst: by[family] };
    const wrap = (protocol: number, payload: Uint8Array): Uint8Array =>
      family === 'ipv4'
        ? frame(ETHERTYPE.ipv4, ipv4({ ...ends, protocol, payload }))
        : frame(ETHERTYPE.ipv6, ipv6({ ...ends, nextHeader: protocol, payload }));
    const question = udp(back, { sport: SPORT, dport: port, payload: ascii('question') });
    const quoted =
      family === 'ipv4'
        ? ipv4({ ...back, protocol: PROTOCOL.udp, payload: question })
        : ipv6({ ...back, nextHeader: PROTOCOL.udp, payload: question });
    const rest = join([0, 0, 0, 0], quoted);
    const error =
      family === 'ipv4'
        ? wrap(PROTOCOL.icmp, icmp({ type: 3, code: 3, rest }))
        : wrap(PROTOCOL.icmpv6, icmpv6(ends, { type: 1, code: 4, rest }));
    const reset = tcp(ends, { sport: port, dport: SPORT, flags: TCP_FLAG.rst | TCP_FLAG.ack, acknowledgement: 2 });
    return [
      [`${family} reset from ${port}`, wrap(PROTOCOL.tcp, reset)],
      [`${family} unreachable about ${port}`, error],
      [
        `${family} answer from ${port}`,
        wrap(PROTOCOL.udp, udp(ends, { sport: port, dport: SPORT, payload: ascii('answer') })),
      ],
    ];
  };
  return Object.fromEntries(
    (['ipv4', 'ipv6'] as const).flatMap((family) => [...make(family, 81), ...make(family, 99)]),
  );
}

/** The names of those frames that come to w1. */
async function arrivedOf(frames: Readonly<Record<string, Uint8Array>>, from: string): Promise<readonly string[]> {
  const capture = await lab.agent('w1').capture('eth0');
  await lab.agent(from).send('eth0', Object.values(frames));
  const arrived = new Set((await capture.frames([], 0.3)).map(hex));
  await capture.stop();
  return Object.keys(frames).filter((name) => arrived.has(hex(frames[name] ?? new Uint8Array())));
}

kernelTest('a neighbour cannot answer in the place of a reject, by its own addresses or by others', LAB, async () => {
  for (const address of [W2.ipv4, W2.ipv6]) {
    await lab.agent('w1').udp(address, 81, { sourcePort: SPORT });
    await lab.agent('w1').tcp(address, 81, { sourcePort: SPORT });
  }
  expect(await arrivedOf(forged(W1, W2), 'w2')).toEqual([]);
  expect(await arrivedOf(forged(W1, { ...W2, ...LAN }), 'w2')).toEqual([]);
});

/** Datagrams of the host's own stack whose socket has a mark. */
const markedDatagram = (mark: number, address: string): string =>
  [
    'import socket',
    `s = socket.socket(socket.AF_INET${address.includes(':') ? '6' : ''}, socket.SOCK_DGRAM)`,
    `s.setsockopt(socket.SOL_SOCKET, 36, ${mark})`,
    `s.sendto(b"marked", ("${address}", 7))`,
  ].join('\n');

/** Others who mark packets before they are ours: where frames come in, and first of all in the host's stack. */
const foreignMarks = (mark: number): string => {
  const chain = (name: string, hook: string): string =>
    ` chain ${name} {\n  type filter hook ${hook} priority -300\n  meta mark set ${mark}\n }\n`;
  return [
    `table inet foreign {\n${chain('prerouting', 'prerouting')}${chain('output', 'output')}}\n`,
    `table netdev foreign {\n${chain('neighbour', `ingress device "${N2.ifname}"`)}}\n`,
  ].join('');
};

kernelTest('a mark of others, with all bits of ours, lets nothing through to a guest that refuses', LAB, async () => {
  const mark = Object.values(DEFAULT_MARKS).reduce((all, bit) => (all | bit) >>> 0, 0);
  await lab.host.nft(foreignMarks(mark));
  const capture = await lab.agent('n1').capture('eth0');
  const [n1] = GUESTS;
  for (const address of [n1.ipv4, n1.ipv6]) {
    await lab.host.must([PYTHON, '-I', '-S', '-c', markedDatagram(mark, address)]);
    await lab.agent('n2').udp(address, 7, { timeout: 0.1 });
    await lab.agent('far').udp(address, 7, { timeout: 0.1 });
    await lab.agent('n2').tcp(address, 7, { timeout: 0.1 });
  }
  const came = await capture.stop();
  await lab.host.nft('delete table inet foreign\ndelete table netdev foreign\n');
  // Who has the address is asked for and told; nothing else came to it.
  const isAsking = (frame: Uint8Array): boolean => hex(frame.slice(12, 14)) === '0806' || frame[20] === PROTOCOL.icmpv6;
  const toIt = came.filter((frame) => hex(frame.slice(0, 6)) === n1.mac.replaceAll(':', ''));
  expect(toIt.length).toBeGreaterThan(0);
  expect(toIt.filter((frame) => !isAsking(frame)).map(hex)).toEqual([]);
});

/** What a client hears of each answer: ICMP and ICMPv6 have other words for some (Linux, icmp_err_convert and icmpv6_err_convert). */
const HEARD = {
  82: { ipv4: 'unreachable', ipv6: 'prohibited' },
  83: { ipv4: 'unreachable', ipv6: 'unreachable' },
  84: { ipv4: 'unreachable', ipv6: 'unreachable' },
  85: { ipv4: 'refused', ipv6: 'refused' },
} as const;

kernelTest('a guest hears the answer that the rule names', LAB, async () => {
  const probes = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    Object.entries(HEARD).map(([port, heard]) => ({
      name: `${family} ${port}`,
      heard: has('bridge-reject') ? heard[family] : 'timeout',
      probe: lab.agent('r1').tcp(R2[family], Number(port), { timeout: PATIENCE }),
    })),
  );
  const seen = await outcomes(Object.fromEntries(probes.map(({ name, probe }) => [name, probe])));
  expect(seen).toEqual(Object.fromEntries(probes.map(({ name, heard }) => [name, heard])));
});

kernelTest('nobody else can answer in the place of a reject', LAB, async () => {
  for (const address of [LAN.ipv4, LAN.ipv6]) {
    await lab.agent('w1').udp(address, 81, { sourcePort: SPORT });
    await lab.agent('w1').tcp(address, 81, { sourcePort: SPORT });
  }
  expect(await arrivedOf(forged(W1), 'lan')).toEqual([]);
  // The same frames reach a guest whose filter accepts them, so that they were good enough to be dropped by rules.
  const open = forged(W2);
  const there = await lab.agent('w2').capture('eth0');
  const plain = Object.keys(open).filter((name) => name.includes('answer'));
  await lab.agent('lan').send('eth0', Object.values(open));
  const wanted = plain.map((name) => open[name] ?? new Uint8Array());
  const seen = new Set((await there.frames(wanted, 2)).map(hex));
  await there.stop();
  expect(plain.filter((name) => !seen.has(hex(open[name] ?? new Uint8Array())))).toEqual([]);
});
