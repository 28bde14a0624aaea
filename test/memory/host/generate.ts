// Sites of networks as fast-check arbitraries, and flows between all kinds of ends. In: nothing. Out: plain data that shrinks by leaving out networks,
// guests, lines and flows, and its text as a rule file. Guarantees: what is named is there, so that a smaller site is still one that compiles.
import fc from 'fast-check';

export const MODES = ['nat', 'routed', 'isolated', 'bridged'] as const;
export type Mode = (typeof MODES)[number];

export interface Net {
  readonly mode: Mode;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** `nat` and `routed`: through one named device; `bridged` always has one of its own. */
  readonly hasUplink: boolean;
  readonly isIsolatingPorts: boolean;
  /** `nat`: IPv6 is routed; `bridged`: the host has an address on the segment. */
  readonly isSpecial: boolean;
  readonly ports: string;
  readonly reaches: readonly number[];
  readonly forwards: readonly {
    readonly to: number;
    readonly port: number;
    readonly size: number;
    readonly toPort: number;
    readonly protocol: 'tcp' | 'udp' | 'both';
    readonly isNamed: boolean;
  }[];
}

export interface Guest {
  readonly net: number;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** Undefined: no filter. */
  readonly lines: readonly string[] | undefined;
  readonly isUnguarded: boolean;
}

export interface HostSite {
  readonly nets: readonly Net[];
  readonly guests: readonly Guest[];
}

export const HOST = { ipv4: '198.51.100.2', ipv6: '2001:db8:100::2' } as const;
const PORTS = [80, 443, 5000, 5001, 8443, 9000] as const;

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const families = fc.constantFrom<readonly ('ipv4' | 'ipv6')[]>(['ipv4', 'ipv6'], ['ipv4'], ['ipv6']);
const mostly = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(false) }, { weight, arbitrary: fc.constant(true) });

const net: fc.Arbitrary<Net> = fc.record({
  mode: one(MODES),
  families,
  hasUplink: fc.boolean(),
  isIsolatingPorts: mostly(2),
  isSpecial: mostly(3),
  ports: one(['', '', 'ports 2000-3000']),
  reaches: fc.array(fc.nat(3), { maxLength: 2 }),
  forwards: fc.array(
    fc.record({
      to: fc.nat(3),
      port: one(PORTS),
      size: one([1, 1, 2]),
      toPort: one(PORTS),
      protocol: one(['tcp', 'udp', 'both'] as const),
      isNamed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

const subject = one([
  ...PORTS.map((port) => `tcp port ${port}`),
  ...PORTS.map((port) => `udp port ${port}`),
  'tcp port 5000-9000',
  'tcp, udp',
  'icmp type echo-request',
  'icmpv6 type echo-request',
  'tcp from port 1024-65535 to any port 443',
  'sctp port 80',
  '',
]);
/** WHY: numbers instead of names, which are taken round, so that rules fit a site with fewer guests. */
const end = one([
  ...[0, 1, 2, 3].map((index) => `guest(#${index})`),
  ...[0, 1, 2, 3].map((index) => `network(#${index})`),
  'world',
  'host',
  'self.network.subnets',
  HOST.ipv4,
  `not { ${HOST.ipv4}, ${HOST.ipv6} }`,
  '10.1.0.0/16',
  '{ 10.1.0.11, fd01::11, world }',
]);
const line: fc.Arbitrary<string> = fc
  .tuple(
    one(['in', 'out', 'out', 'inout']),
    one(['accept', 'accept', 'accept', 'drop', 'reject', 'return']),
    subject,
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 5, arbitrary: end }),
    one(['', '', '', ' stateless', ' where connection.state == new', ' where not (ip.ttl < 10)']),
  )
  .map(([direction, verdict, what, who, more]) => {
    const side = direction === 'in' ? 'from' : 'to';
    const whom = who === undefined || what.includes(' to ') ? '' : ` ${side} ${who}`;
    const last = more === ' stateless' && verdict !== 'accept' ? '' : more;
    return `${direction} ${verdict}${what === '' ? '' : ` ${what}`}${whom}${last}`;
  });
const filter = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['inout accept']) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.array(line, { maxLength: 5 }), one(['accept', 'drop', 'reject']), one(['accept', 'drop', 'reject']))
      .map(([lines, out, into]) => [...lines, `default out ${out}`, `default in ${into}`]),
  },
);
const guest: fc.Arbitrary<Guest> = fc.record({
  net: fc.nat(3),
  families: fc.oneof(
    { weight: 8, arbitrary: fc.constant(['ipv4', 'ipv6'] as const) },
    { weight: 2, arbitrary: families },
  ),
  lines: filter,
  isUnguarded: mostly(1),
});

export const hostSite: fc.Arbitrary<HostSite> = fc.record({
  nets: fc.array(net, { minLength: 1, maxLength: 4, size: 'max' }),
  guests: fc.array(guest, { minLength: 1, maxLength: 6, size: 'max' }),
});

/** Flows as pieces of text: the ends by number, so that they fit a smaller site. */
export interface FlowParts {
  readonly family: 'ipv4' | 'ipv6';
  readonly from: number;
  readonly claimed: number | undefined;
  readonly to: number;
  readonly subject: string;
  readonly port: number;
  readonly state: string;
}

export const flowParts: fc.Arbitrary<FlowParts> = fc.record({
  family: one(['ipv4', 'ipv6'] as const),
  from: fc.nat(40),
  claimed: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: fc.nat(40) }),
  to: fc.nat(40),
  subject: one(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'ping', 'sctp', 'gre']),
  port: one(PORTS),
  state: one(['', '', '', '', ' state established', ' state related', ' state invalid', ' state untracked']),
});
