// `reject` as packets. Where the kernel can answer in the bridge, a refused guest hears at once; where it cannot, the compiler says so and the guest
// waits. On no kernel does the way that the answers take let anything else through.
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
import { outcomes } from '../kernel/sockets.ts';
import { type AppliedSite, type CommandOutcome, siteIn } from './applied.ts';
import { FAR, GATEWAYS, GUESTS, LAB_SPEC, LAN, type SiteGuest, siteText } from './site.ts';

let lab: Lab;
let site: AppliedSite | undefined;
let applied: CommandOutcome | undefined;

const FILTER = `
filter refusing {
  out accept tcp port 80
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

/** What `lan` could send to look like an answer to what w1 asked of it and was refused, or never asked. */
function forged(to: SiteGuest): Readonly<Record<string, Uint8Array>> {
  const frame = (type: number, payload: Uint8Array): Uint8Array =>
    ethernet({ dst: to.mac, src: '02:77:65:00:99:01', type, payload });
  const make = (family: Family, port: number): readonly (readonly [string, Uint8Array])[] => {
    const ends = { src: LAN[family], dst: to[family] };
    const back = { src: to[family], dst: LAN[family] };
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

kernelTest('nobody else can answer in the place of a reject', LAB, async () => {
  for (const address of [LAN.ipv4, LAN.ipv6]) {
    await lab.agent('w1').udp(address, 81, { sourcePort: SPORT });
    await lab.agent('w1').tcp(address, 81, { sourcePort: SPORT });
  }
  const frames = forged(W1);
  const capture = await lab.agent('w1').capture('eth0');
  await lab.agent('lan').send('eth0', Object.values(frames));
  const arrived = new Set((await capture.frames([], 0.3)).map(hex));
  await capture.stop();
  expect(Object.keys(frames).filter((name) => arrived.has(hex(frames[name] ?? new Uint8Array())))).toEqual([]);
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
