// Two guests and a station outside that say nothing by themselves, so that every packet of a connection is one that a test has sent. In: packets. Out: which
// of them arrived where. Guarantees: nobody answers; addresses are known without being asked for; every wait is bounded.
import { arp, BROADCAST, ethernet, ETHERTYPE, hex, ipv4, ipv6, PROTOCOL } from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { type AppliedSite, siteIn } from './applied.ts';

export type Family = 'ipv4' | 'ipv6';
export type Place = 'a' | 'b' | 'far';

/** Who is who. `host` is the address of the host outside, `gateway` the one inside. */
export const ACTORS = {
  a: { mac: '52:54:00:00:09:01', ipv4: '10.9.0.11', ipv6: 'fd09::11' },
  b: { mac: '52:54:00:00:09:02', ipv4: '10.9.0.12', ipv6: 'fd09::12' },
  far: { mac: '02:77:65:00:0a:09', ipv4: '198.51.100.9', ipv6: '2001:db8:100::9' },
  host: { mac: '02:77:65:00:0a:01', ipv4: '198.51.100.2', ipv6: '2001:db8:100::2' },
} as const;
export const GATEWAY = { ipv4: '10.9.0.1', ipv6: 'fd09::1' } as const;

/** The rule file: `a` asks, `b` serves, and nothing else. */
export const SEQUENCE_SITE = `
network natted {
  mode nat
  uplink up0
  bridge br-nat
  subnet 10.9.0.0/24
  subnet fd09::/64
  forward { protocol tcp; port 8080; to b; to-port 80 }
}
filter asking {
  out accept tcp port { 80, 8080 }
  out accept udp port 53
}
filter serving {
  in accept tcp port 80
  in accept udp port 53
}
guest a { interface va { network natted; mac ${ACTORS.a.mac}; address ${ACTORS.a.ipv4}, ${ACTORS.a.ipv6}; filter asking } }
guest b { interface vb { network natted; mac ${ACTORS.b.mac}; address ${ACTORS.b.ipv4}, ${ACTORS.b.ipv6}; filter serving } }
`;

/** An IP packet between any two addresses, in a frame of `from`; what is not for a neighbour goes to the host. */
export class SequenceLab {
  readonly lab: Lab;
  readonly site: AppliedSite;
  readonly #bridgeMac: string;
  #sentinels = 0;

  constructor(lab: Lab, site: AppliedSite, bridgeMac: string) {
    this.lab = lab;
    this.site = site;
    this.#bridgeMac = bridgeMac;
  }

  /** The frame in which a packet leaves a station. */
  frame(from: Place, packet: Uint8Array, to?: 'a' | 'b'): Uint8Array {
    const dst = to !== undefined ? ACTORS[to].mac : from === 'far' ? ACTORS.host.mac : this.#bridgeMac;
    const type = (packet[0] ?? 0) >> 4 === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
    return ethernet({ src: ACTORS[from].mac, dst, type, payload: packet });
  }

  /** Sends frames from one place, and tells whether the packet came to another, whatever became of its lifetime. */
  async arrives(from: Place, frames: readonly Uint8Array[], at: Place, packet: Uint8Array): Promise<boolean> {
    const capture = await this.lab.agent(at).capture('eth0');
    await this.lab.agent(from).send('eth0', frames);
    // WHY: what the host forwards may come a moment after what it bridges, so the last frame is sent behind it from the same place twice.
    for (let time = 0; time < 2; time++) {
      const last = this.#sentinel(at);
      await this.lab.agent(at === 'far' ? 'far' : at === 'a' ? 'b' : 'a').send('eth0', [last]);
      if (at === 'far') await capture.frames([], 0.05);
      else await capture.frames([last], 1);
    }
    const came = await capture.stop();
    return came.some((frame) => comparable(frame.slice(14)) === comparable(packet));
  }

  async close(): Promise<void> {
    await this.site.remove();
    await this.lab.close();
  }

  /** A question for an address: every port delivers it. */
  #sentinel(at: Place): Uint8Array {
    const sender = at === 'a' ? 'b' : 'a';
    const number = ++this.#sentinels;
    const target = `10.9.${100 + (number >> 8)}.${number & 255}`;
    return arp({
      operation: 'request',
      src: ACTORS[sender].mac,
      dst: BROADCAST,
      senderIp: ACTORS[sender].ipv4,
      targetIp: target,
    });
  }
}

/** A packet without what every router changes: the lifetime, and with IPv4 the header's checksum. */
function comparable(packet: Uint8Array): string {
  const copy = packet.slice();
  const isV4 = (copy[0] ?? 0) >> 4 === 4;
  if (isV4) copy.set([0], 8);
  if (isV4) copy.set([0, 0], 10);
  else copy.set([0], 7);
  return hex(isV4 ? copy.slice(0, ((copy[2] ?? 0) << 8) | (copy[3] ?? 0)) : copy);
}

/** An IP packet. */
export function packetOf(
  family: Family,
  ends: { readonly src: string; readonly dst: string },
  protocol: 'tcp' | 'udp' | 'icmp',
  payload: Uint8Array,
): Uint8Array {
  const number = protocol === 'icmp' && family === 'ipv6' ? PROTOCOL.icmpv6 : PROTOCOL[protocol];
  return family === 'ipv4'
    ? ipv4({ ...ends, protocol: number, payload })
    : ipv6({ ...ends, nextHeader: number, payload });
}

/** Makes the lab and applies the site. */
export async function openSequenceLab(): Promise<SequenceLab> {
  const end = (station: Place, device: string) =>
    [
      { station: 'host', device, silent: true },
      { station, device: 'eth0', mac: ACTORS[station].mac, silent: true },
    ] as const;
  const lab = await openLab({
    stations: [{ name: 'a' }, { name: 'b' }, { name: 'far' }],
    links: [
      end('a', 'va'),
      end('b', 'vb'),
      [
        {
          station: 'host',
          device: 'up0',
          mac: ACTORS.host.mac,
          addresses: [`${ACTORS.host.ipv4}/24`, `${ACTORS.host.ipv6}/64`],
        },
        { station: 'far', device: 'eth0', mac: ACTORS.far.mac, silent: true },
      ],
    ],
  });
  const site = siteIn(lab);
  await site.apply(SEQUENCE_SITE);
  const neighbours = [
    ['far', 'up0'],
    ['a', 'br-nat'],
    ['b', 'br-nat'],
  ] as const;
  await lab.host.ip(
    neighbours.flatMap(([name, device]) =>
      (['ipv4', 'ipv6'] as const).map(
        (family) => `neigh replace ${ACTORS[name][family]} lladdr ${ACTORS[name].mac} dev ${device} nud permanent`,
      ),
    ),
  );
  const [bridge] = JSON.parse(await lab.host.must(['ip', '-j', 'link', 'show', 'br-nat'])) as { address: string }[];
  return new SequenceLab(lab, site, bridge?.address ?? '');
}
