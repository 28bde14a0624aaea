// Shapes of frames from which probes are made: every header that the language knows, and the odd ones that hide it. In: who sends to whom. Out:
// frames by name, unlike each other. Guarantees: pure; a plain bridge forwards every one of them as it is.
import {
  arp,
  ascii,
  BROADCAST,
  ethernet,
  ethernet802,
  type Extension,
  icmp,
  icmpv6,
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  join,
  llcSnap,
  multicastReport,
  neighbourAdvertisement,
  neighbourSolicitation,
  rarp,
  redirect,
  ROUTER_ALERT,
  routerAdvertisement,
  routerSolicitation,
  spanningTree,
  tagged,
  tcp,
  udp,
  u16,
  u8,
} from '../kernel/frames.ts';

/** The ends of a frame. */
export interface Ends {
  readonly srcMac: string;
  readonly dstMac: string;
  readonly src4: string;
  readonly dst4: string;
  readonly src6: string;
  readonly dst6: string;
}

const PAYLOAD = ascii('weir agreement probe....');
/** Every option that has a name; a kind without one; one that is longer than the header. */
const TCP_OPTIONS = [
  join([2, 4, 5, 0xb4, 1, 3, 3, 7]),
  join([77, 4, 0, 0, 4, 2, 1, 1, 8, 10], new Uint8Array(8), [1, 1]),
  join([5, 10], new Uint8Array(8), [19, 18], new Uint8Array(16), [30, 4, 0, 0, 34, 2, 1, 1]),
  join([1, 1, 8, 10]),
];
const PORTS_AND_REST = join(u16(22), u16(80), PAYLOAD);
const EXTENSIONS = {
  hop: { kind: 'hop-by-hop', options: ROUTER_ALERT },
  destination: { kind: 'destination' },
  routing: { kind: 'routing', type: 0, addresses: ['fd09::1'] },
  first: { kind: 'fragment', offset: 0, more: true },
  later: { kind: 'fragment', offset: 8, more: false },
  atomic: { kind: 'fragment', offset: 0, more: false },
} as const satisfies Readonly<Record<string, Extension>>;

/** An authentication header (RFC 4302) of 24 bytes in front of what follows. */
const authentication = (next: number, rest: Uint8Array): Uint8Array => join([next, 4, 0, 0], new Uint8Array(20), rest);

/** All shapes between two ends. */
export function baseFrames(ends: Ends): readonly Uint8Array[] {
  const four = { src: ends.src4, dst: ends.dst4 };
  const six = { src: ends.src6, dst: ends.dst6 };
  const frame = (type: number, payload: Uint8Array, dst = ends.dstMac): Uint8Array =>
    ethernet({ dst, src: ends.srcMac, type, payload });
  const in4 = (protocol: number, payload: Uint8Array): Uint8Array =>
    frame(0x0800, ipv4({ ...four, protocol, payload }));
  const in6 = (nextHeader: number, payload: Uint8Array, extensions: readonly Extension[] = []): Uint8Array =>
    frame(0x86dd, ipv6({ ...six, nextHeader, payload, extensions, hopLimit: 255 }));
  const upper = { sport: 1024, dport: 443, payload: PAYLOAD };
  const { hop, destination, routing, first, later, atomic } = EXTENSIONS;
  const v4 = [
    in4(6, tcp(four, upper)),
    ...TCP_OPTIONS.map((options) => in4(6, tcp(four, { ...upper, options }))),
    in4(17, udp(four, upper)),
    ...['01:00:5e:00:00:01', '33:33:00:00:00:01'].map((mac) =>
      frame(0x0800, ipv4({ ...four, protocol: 17, payload: udp(four, upper) }), mac),
    ),
    in4(2, join([0x16, 0, 0, 0], [224, 0, 0, 1])),
    in4(1, icmp({ type: 8, rest: PAYLOAD })),
    ...[2, 33, 47, 50, 51, 58, 59, 89, 112, 132, 136].map((protocol) => in4(protocol, PORTS_AND_REST)),
    frame(
      0x0800,
      ipv4({ ...four, protocol: 17, payload: udp(four, upper), options: new Uint8Array([0x94, 4, 0, 0, 1, 1]) }),
    ),
    frame(0x0800, ipv4({ ...four, protocol: 6, payload: tcp(four, upper), dontFragment: true, tos: 0xba })),
    ...ipv4Fragments({ ...four, protocol: 17, payload: udp(four, upper) }).map((packet) => frame(0x0800, packet)),
    ...ipv4Fragments({ ...four, protocol: 6, payload: tcp(four, upper) }).map((packet) => frame(0x0800, packet)),
  ];
  const v6 = [
    in6(6, tcp(six, upper)),
    in6(17, udp(six, upper)),
    ...TCP_OPTIONS.map((options) => in6(6, tcp(six, { ...upper, options }))),
    ...[2, 4].map((type) => in6(17, udp(six, upper), [{ ...routing, type }])),
    in6(58, icmpv6(six, { type: 128, rest: PAYLOAD })),
    ...[0, 1, 33, 47, 50, 59, 89, 132, 135, 136, 139].map((protocol) => in6(protocol, PORTS_AND_REST)),
    in6(51, authentication(17, udp(six, upper))),
    in6(51, authentication(44, join([17, 0, 0, 8, 0, 0, 0, 1], udp(six, upper)))),
    in6(58, neighbourSolicitation(six, ends.src6, [{ kind: 'source-link-layer', mac: ends.srcMac }])),
    in6(58, neighbourAdvertisement(six, ends.src6, [{ kind: 'target-link-layer', mac: ends.srcMac }])),
    ...['52:54:00:09:00:01', '02:00:00:00:00:01'].map((mac) =>
      in6(58, neighbourAdvertisement(six, ends.src6, [{ kind: 'target-link-layer', mac }])),
    ),
    in6(58, routerSolicitation(six)),
    in6(58, routerAdvertisement(six)),
    in6(58, redirect(six, ends.src6, ends.dst6)),
    in6(58, icmpv6(six, { type: 131, rest: join(new Uint8Array(4), [0xff, 2], new Uint8Array(13), [1]) })),
    in6(58, multicastReport(six, ['ff02::1:ff00:1']), [hop]),
    in6(17, udp(six, upper), [hop, routing, destination]),
    in6(58, icmpv6(six, { type: 135, rest: PAYLOAD }), [destination]),
    in6(17, udp(six, upper), [first]),
    in6(6, tcp(six, upper), [atomic]),
    in6(17, udp(six, upper), [later]),
    in6(58, icmpv6(six, { type: 134, rest: PAYLOAD }), [later, destination]),
    in6(58, icmpv6(six, { type: 134, rest: PAYLOAD }), [hop, first, destination]),
    in6(59, PAYLOAD, [later]),
    ...ipv6Fragments({ ...six, nextHeader: 58, payload: routerAdvertisement(six) }).map((packet) =>
      frame(0x86dd, packet),
    ),
  ];
  const message = { src: ends.srcMac, senderIp: ends.src4, targetIp: ends.dst4, targetMac: ends.dstMac } as const;
  const plain = v4[1] ?? u8(0);
  const plain6 = v6[1] ?? u8(0);
  const address = { dst: ends.dstMac, src: ends.srcMac };
  return [
    ...v4,
    ...v6,
    arp({ ...message, operation: 'request', dst: BROADCAST }),
    arp({ ...message, operation: 'reply', dst: ends.dstMac }),
    arp({ ...message, operation: 'request', targetIp: message.senderIp, dst: BROADCAST }),
    rarp(ends.srcMac),
    spanningTree(ends.srcMac),
    frame(0x88b5, PAYLOAD),
    frame(0x88cc, PAYLOAD),
    ...[plain, plain6].flatMap((inner) => [
      tagged(inner, [{ vid: 5 }]),
      tagged(inner, [{ vid: 0, pcp: 3 }]),
      tagged(inner, [{ vid: 5 }, { vid: 6 }]),
      tagged(inner, [{ vid: 5, tpid: 0x88a8 }, { vid: 6 }]),
      tagged(inner, [{ vid: 7, tpid: 0x88a8 }]),
      llcSnap({ ...address, type: ((inner[12] ?? 0) << 8) | (inner[13] ?? 0), payload: inner.slice(14) }),
    ]),
    tagged(arp({ ...message, operation: 'request', dst: BROADCAST }), [{ vid: 5 }]),
    ethernet802({ ...address, payload: join([0x42, 0x42, 0x03], PAYLOAD) }),
    ethernet802({ ...address, payload: join([0xe0, 0xe0, 0x03], PAYLOAD) }),
  ];
}
