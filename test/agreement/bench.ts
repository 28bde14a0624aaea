// The lab on which policies meet frames: one bridge, a port for each policy, a witness and a herald. In: rulesets and frames. Out: which frames came
// through. Guarantees: the bridge learns nothing and floods everything, so that only rules hold a frame back; every wait is bounded.
import type { NftDocument } from '@weir/nftables-json';
import { hex } from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import type { Capture } from '../kernel/sockets.ts';
import { macOf } from './generate-site.ts';

/** The witness is a guest with `guard none`; the herald is a device that no rule file knows. */
export const WITNESS = 'vnet-w';
const HERALD = 'vnet-h';
const FAR = 'street';
const peerOf = (device: string): string => `e${device.slice(1)}`;
const BATCH = 120;
const SETTLE_S = 0.03;

export interface Bench {
  readonly lab: Lab;
  /** Replaces all rules. */
  load(ruleset: NftDocument): Promise<void>;
  /** As `load`; false when nft refuses. */
  tryLoad(ruleset: NftDocument): Promise<boolean>;
  /** Sends frames out of a guest's port: hex of those that reached the witness. */
  sendOut(ifname: string, frames: readonly Uint8Array[]): Promise<ReadonlySet<string>>;
  /** Sends frames out of many ports at once, none of them the same: hex of those that reached the witness. */
  sendAll(frames: ReadonlyMap<string, readonly Uint8Array[]>): Promise<ReadonlySet<string>>;
  /** Sends frames from the witness: by port, hex of those that reached its guest. */
  sendIn(ifnames: readonly string[], frames: readonly Uint8Array[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  close(): Promise<void>;
}

/** Opens the lab with ports vnet1 to vnetN. */
export async function openBench(ports: number): Promise<Bench> {
  const guests = Array.from({ length: ports }, (_, index) => ({ device: `vnet${index + 1}`, mac: macOf(index + 1) }));
  const devices = [
    ...guests,
    { device: WITNESS, mac: '52:54:00:09:ff:01' },
    { device: HERALD, mac: '52:54:00:09:ff:02' },
  ];
  const lab = await openLab({
    stations: [{ name: FAR }],
    links: devices.map(
      ({ device, mac }) =>
        [
          { station: 'host', device, silent: true },
          { station: FAR, device: peerOf(device), mac, silent: true },
        ] as const,
    ),
  });
  // WHY: a snooping bridge sends reports to routers only, and a bridge without rules of its own for the inet hooks lets them mend and drop fragments.
  await lab.host.ip([
    'link add br0 type bridge mcast_snooping 0',
    'link set br0 addrgenmode none up',
    ...devices.flatMap(({ device }) => [
      `link set ${device} master br0`,
      `link set ${device} type bridge_slave learning off`,
    ]),
  ]);
  const off = ['iptables', 'ip6tables', 'arptables'].map((name) => [`net.bridge.bridge-nf-call-${name}`, 0] as const);
  await lab.host.agent.sysctl(Object.fromEntries(off), true);
  return new KernelBench(lab);
}

class KernelBench implements Bench {
  readonly lab: Lab;
  #sentinels = 0;
  #flooded: string | undefined;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  async load(ruleset: NftDocument): Promise<void> {
    await this.lab.host.nft(ruleset);
  }

  async tryLoad(ruleset: NftDocument): Promise<boolean> {
    try {
      await this.load(ruleset);
      return true;
    } catch {
      return false;
    }
  }

  async sendOut(ifname: string, frames: readonly Uint8Array[]): Promise<ReadonlySet<string>> {
    const far = this.lab.agent(FAR);
    await this.#flood('witness');
    const came = new Set<string>();
    const capture = await far.capture(peerOf(WITNESS));
    for (const batch of batches(frames)) {
      await far.send(peerOf(ifname), batch);
      await this.#settle(HERALD, [capture]);
      for (const frame of await capture.frames(undefined, 0, true)) came.add(hex(frame));
    }
    await capture.stop();
    return came;
  }

  async sendAll(frames: ReadonlyMap<string, readonly Uint8Array[]>): Promise<ReadonlySet<string>> {
    const far = this.lab.agent(FAR);
    await this.#flood('witness');
    const capture = await far.capture(peerOf(WITNESS));
    await Promise.all([...frames].map(([ifname, some]) => far.send(peerOf(ifname), some)));
    await this.#settle(HERALD, [capture]);
    return new Set((await capture.stop()).map(hex));
  }

  async sendIn(
    ifnames: readonly string[],
    frames: readonly Uint8Array[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const far = this.lab.agent(FAR);
    await this.#flood('all');
    const captures = new Map(
      await Promise.all(ifnames.map(async (name) => [name, await far.capture(peerOf(name))] as const)),
    );
    const herald = await far.capture(peerOf(HERALD));
    const came = new Map(ifnames.map((name) => [name, new Set<string>()]));
    for (const batch of batches(frames)) {
      await far.send(peerOf(WITNESS), batch);
      await this.#settle(WITNESS, [herald]);
      for (const [name, capture] of captures) {
        for (const frame of await capture.frames(undefined, 0, true)) came.get(name)?.add(hex(frame));
      }
      await herald.frames(undefined, 0, true);
    }
    await Promise.all([...captures.values(), herald].map((capture) => capture.stop()));
    return came;
  }

  async close(): Promise<void> {
    await this.lab.close();
  }

  /** Sends one more frame, waits until it came, and a little for what is on its way elsewhere. */
  async #settle(from: string, captures: readonly Capture[]): Promise<void> {
    const number = ++this.#sentinels;
    const sentinel = Uint8Array.from([
      255,
      255,
      255,
      255,
      255,
      255,
      2,
      0,
      0,
      0,
      255,
      254,
      0x88,
      0xb6,
      number >> 16,
      number >> 8,
      number,
    ]);
    await this.lab.agent(FAR).send(peerOf(from), [sentinel]);
    await Promise.all(captures.map((capture) => capture.frames([sentinel], 5)));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_S * 1000));
  }

  /** WHY: what leaves a port need not be flooded to all others; only the witness looks. */
  async #flood(to: 'witness' | 'all'): Promise<void> {
    if (this.#flooded === to) return;
    this.#flooded = to;
    const list = await this.lab.host.must(['ls', '/sys/class/net/br0/brif']);
    const onOff = (device: string): string => (to === 'all' || device === WITNESS ? 'on' : 'off');
    await this.lab.host.ip(
      list
        .split(/\s+/)
        .filter((device) => device !== '')
        .map(
          (device) =>
            `link set ${device} type bridge_slave flood ${onOff(device)} mcast_flood ${onOff(device)} bcast_flood ${onOff(device)}`,
        ),
    );
  }
}

function* batches(frames: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  for (let at = 0; at < frames.length; at += BATCH) yield frames.slice(at, at + BATCH);
}
