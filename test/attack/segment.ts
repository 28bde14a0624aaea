// The segment on which the catalogue is tried: its actors, and a lab with the sender and the witness on one bridge. The bridge neither learns
// groups nor hands frames to the inet hooks by itself, so that nothing but rules can hold a frame back.
import { linkLocalOf } from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import type { Actors, Identity } from './catalogue/actors.ts';

const identity = (last: number): Identity => {
  const mac = `52:54:00:00:00:0${last}`;
  return { mac, ipv4: `10.77.0.${last}`, ipv6: `fd77::${last}`, linkLocal: linkLocalOf(mac) };
};

/** Four stations of 10.77.0.0/24 and fd77::/64. */
export const ACTORS: Actors = { gateway: identity(1), own: identity(2), victim: identity(3), witness: identity(4) };

/** The lab: stations `own` behind vnet0 and `witness` behind vnet1, both in br0. */
export async function openSegment(): Promise<Lab> {
  const guest = (who: Identity): { readonly mac: string; readonly addresses: readonly string[] } => ({
    mac: who.mac,
    addresses: [`${who.ipv4}/24`, `${who.ipv6}/64`],
  });
  const lab = await openLab({
    guests: [
      { name: 'own', interface: 'vnet0', ...guest(ACTORS.own) },
      { name: 'witness', interface: 'vnet1', ...guest(ACTORS.witness) },
    ],
  });
  // WHY: a snooping bridge sends group reports to multicast routers only, and br_netfilter lets the inet hooks see, mend and drop bridged packets.
  await lab.host.ip([
    'link add br0 type bridge mcast_snooping 0',
    'link set br0 addrgenmode none up',
    'link set vnet0 master br0',
    'link set vnet1 master br0',
  ]);
  const off = ['iptables', 'ip6tables', 'arptables'].map((name) => [`net.bridge.bridge-nf-call-${name}`, 0] as const);
  await lab.host.agent.sysctl(Object.fromEntries(off), true);
  return lab;
}
