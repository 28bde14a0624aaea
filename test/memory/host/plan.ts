// What a memory host is made of: bridges with ports, uplinks and addresses, its routes, and who has which address. In: `topology.json`, the policy's
// facts about ports and subnets. Out: answers. Guarantees: nothing of the policy's rules is read.
// The outside is everybody else; a host has devices to the outside by any name, and the address of all of them is its first declared one.
import type { Policy } from '@weir/compiler';
import type { FibQuestion } from '@weir/nftables-json';
import { type HostTopology, parseAddress } from '@weir/plugin';
import type { Family } from './packet.ts';

interface Block {
  readonly family: Family;
  readonly low: bigint;
  readonly high: bigint;
}

export interface Bridge {
  readonly name: string;
  readonly network: string;
  readonly mac: bigint;
  /** The host's own. */
  readonly addresses: readonly { readonly family: Family; readonly address: bigint; readonly block: Block }[];
  /** The port to the segment outside. */
  readonly uplink?: string;
  /** Of the guests: what is on their link, and the router that they are told. */
  readonly subnets: readonly { readonly block: Block; readonly gateway: bigint }[];
  readonly ports: readonly BridgePort[];
}

export interface BridgePort {
  readonly ifname: string;
  readonly isolated: boolean;
  readonly mac: bigint;
  readonly owns: readonly Block[];
}

export interface Plan {
  readonly bridges: readonly Bridge[];
  /** Addresses of the host on its devices to the outside. */
  readonly outer: readonly Block[];
}

const BITS = { ipv4: 32n, ipv6: 128n } as const;
export const isInside = ({ family, low, high }: Block, of: Family, address: bigint): boolean =>
  family === of && low <= address && address <= high;

function blockOf(address: string, length: number): Block & { readonly address: bigint } {
  const { family, value } = parsed(address);
  const free = BITS[family] - BigInt(length);
  const low = (value >> free) << free;
  return { family, low, high: low + (1n << free) - 1n, address: value };
}

function parsed(text: string): { readonly family: Family; readonly value: bigint } {
  const read = parseAddress(text);
  if (read === undefined) throw new Error(`${text} is no address`);
  return read;
}

export function planOf(topology: HostTopology, policy: Policy): Plan {
  const facts = new Map(policy.ports.map((port) => [port.ifname, port]));
  const subnets = new Map(policy.networks.map(({ view }) => [view.name, view.subnets]));
  const bridges = topology.networks.map(({ name, topology: { bridge }, ports }, index): Bridge => {
    const [uplink] = bridge.uplinks;
    return {
      name: bridge.name,
      network: name,
      mac: 0x02fe_0000_0000n + BigInt(index),
      addresses: bridge.addresses.map(({ family, address, length }) => {
        const block = blockOf(address, length);
        return { family, address: block.address, block };
      }),
      ...(uplink && { uplink: uplink.vlan === undefined ? uplink.device : `${uplink.device}.${uplink.vlan}` }),
      subnets: (subnets.get(name) ?? []).map(({ address, length, gateway }) => ({
        block: blockOf(address, length),
        gateway: parsed(gateway).value,
      })),
      ports: ports.map(({ ifname, isolated }) => {
        const port = facts.get(ifname);
        if (port === undefined) throw new Error(`the policy knows no port ${ifname}`);
        const owns = (['ipv4', 'ipv6'] as const).flatMap((family) =>
          port[family].map((range) => ({ family, ...range })),
        );
        return { ifname, isolated, mac: port.mac, owns };
      }),
    };
  });
  const outer = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    policy.hostAddresses[family].map((range) => ({ family, ...range })),
  );
  return { bridges, outer };
}

export const isHosts = ({ bridges, outer }: Plan, family: Family, address: bigint): boolean =>
  outer.some((block) => isInside(block, family, address)) ||
  bridges.some(({ addresses }) => addresses.some((own) => own.family === family && own.address === address));

/** The port on a bridge that has an address. */
export const portWith = ({ ports }: Bridge, family: Family, address: bigint): BridgePort | undefined =>
  ports.find(({ owns }) => owns.some((block) => isInside(block, family, address)));

export const isLinkLocal = (family: Family, address: bigint): boolean =>
  family === 'ipv6' ? address >> 118n === 0x3fan : address >> 16n === 0xa9fen;

export const isOnLink = ({ subnets }: Bridge, family: Family, address: bigint): boolean =>
  isLinkLocal(family, address) || subnets.some(({ block }) => isInside(block, family, address));

/** Whether the guests' router is the host. */
export const isRouter = ({ subnets, addresses }: Bridge, family: Family): boolean =>
  subnets.some(({ block, gateway }) => block.family === family && addresses.some(({ address }) => address === gateway));

/** The bridge that the host routes an address to: by the prefixes of its own addresses, then by what guests have besides. */
export function routeOf({ bridges }: Plan, family: Family, address: bigint): Bridge | undefined {
  const connected = bridges.find(({ addresses }) => addresses.some(({ block }) => isInside(block, family, address)));
  if (connected !== undefined) return connected;
  return bridges.find((bridge) => isRouter(bridge, family) && portWith(bridge, family, address) !== undefined);
}

export const isGroup = (family: Family, address: bigint): boolean =>
  family === 'ipv6' ? address >> 120n === 0xffn : address >> 28n === 14n;

const isBroadcast = ({ bridges }: Plan, address: bigint): boolean =>
  address === 0xffff_ffffn ||
  bridges.some(({ addresses }) =>
    addresses.some(({ block: { family, low, high } }) => family === 'ipv4' && high - low > 2n && address === high),
  );

/** Whom a packet to an address is for: the answer to `fib daddr type`. */
export function addressType(
  plan: Plan,
  family: Family,
  address: bigint,
): 'local' | 'broadcast' | 'multicast' | 'unicast' {
  if (isHosts(plan, family, address)) return 'local';
  if (isGroup(family, address)) return 'multicast';
  return family === 'ipv4' && isBroadcast(plan, address) ? 'broadcast' : 'unicast';
}

/** Answers what rules ask of the routing table; anything else than the type of an address is a fault of the test. */
export const fibOf =
  (plan: Plan) =>
  ({ result, address, family }: FibQuestion): string => {
    if (result !== 'type') throw new Error(`the memory host does not answer fib ${result}`);
    return addressType(plan, family === 'ip' ? 'ipv4' : 'ipv6', BigInt(address));
  };
