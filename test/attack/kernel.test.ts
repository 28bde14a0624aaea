// The guard that Weir ships, against the whole catalogue of frames: what a guest forges does not leave its port, what it sends in ordinary life
// does. In every mode, for ports with each kind of address, with and without a stateful filter, on whatever kernel runs this.
import { afterAll, beforeAll, expect } from 'vitest';
import { type Actors, catalogue } from './catalogue.ts';
import { hex } from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { type AppliedSite, siteIn } from '../packets/applied.ts';
import { owedTo } from './owed.ts';
import { attackLab, attackSite, bridgeOf, NETWORKS, PORTS, type Port, witnessDevice } from './ports.ts';
import { errorAboutNothing, errorsAbout, openings } from './related.ts';
import { flips, opening } from './flips.ts';

let lab: Lab;
let site: AppliedSite | undefined;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(attackLab());
  site = siteIn(lab);
  await site.apply(attackSite());
  const bridges = [...new Set(PORTS.map((port) => bridgeOf(port.network)))];
  // WHY: a snooping bridge sends group reports to multicast routers only, so that rules are not what holds them back.
  await lab.host.ip(bridges.map((name) => `link set ${name} type bridge mcast_snooping 0`));
});

afterAll(async () => {
  await site?.remove();
  await lab?.close();
});

/** Sends frames from a port: hex of those that came out of the bridge anywhere, once all of `expected` have come to the witness. */
async function sendFrom(
  port: Port,
  frames: readonly Uint8Array[],
  expected: readonly Uint8Array[],
): Promise<{ witness: ReadonlySet<string>; anywhere: ReadonlySet<string> }> {
  const places: readonly (readonly [string, string])[] = [
    ['witness', witnessDevice(port.network)],
    ['host', bridgeOf(port.network)],
    ...(port.network === 'wire' ? [['street', 'eth0'] as const] : []),
  ];
  const captures = await Promise.all(places.map(([station, device]) => lab.agent(station).capture(device)));
  await lab.agent('attacker').send(port.device, frames);
  await captures[0]?.frames(expected, 2);
  const [witness = new Set<string>(), ...others] = await Promise.all(
    captures.map(async (capture) => new Set((await capture.stop()).map(hex))),
  );
  return { witness, anywhere: new Set([witness, ...others].flatMap((set) => [...set])) };
}

/** What the catalogue owes a port. WHY: what is wrong with the link of a frame is wrong whatever addresses the port has; it is asked once a mode. */
const entriesOf = (port: Port, actors: Actors) =>
  catalogue(actors)
    .filter(({ fault }) => fault !== 'link' || port.kind === 'one address')
    .map((entry) => ({ ...entry, owed: owedTo(port.kind, entry) }));

/** Sends the whole catalogue from each of a port's addresses. `isTracked`: somebody between puts fragments together and knows connections. */
async function guarded(port: Port, isTracked: boolean): Promise<void> {
  for (const actors of port.actors) {
    const entries = entriesOf(port, actors);
    const genuine = entries.filter(({ owed, fate }) => owed === 'pass' && !(isTracked && fate === 'tracking'));
    const came = await sendFrom(
      port,
      entries.map((entry) => entry.frame),
      genuine.map((entry) => entry.frame),
    );
    const leaked = entries.filter((entry) => entry.owed === 'stop' && came.anywhere.has(hex(entry.frame)));
    const lost = genuine.filter((entry) => !came.witness.has(hex(entry.frame)));
    expect({ leaked: leaked.map((entry) => entry.name), lost: lost.map((entry) => entry.name) }).toEqual({
      leaked: [],
      lost: [],
    });
    expect(genuine.length).toBeGreaterThan(10);
  }
}

for (const port of PORTS) {
  kernelTest(
    `${port.network}: ${port.kind}, ${port.filter}: hostile frames stay, genuine ones leave`,
    LAB,
    async () => {
      await guarded(port, true);
    },
  );
}

kernelTest('the guard needs nobody who puts fragments together for it', LAB, async () => {
  // WHY: connection tracking does, and drops what it cannot put together; the guard must do without where nothing is stateful.
  const off = ['iptables', 'ip6tables', 'arptables'].map((name) => [`net.bridge.bridge-nf-call-${name}`, 0] as const);
  await lab.host.agent.sysctl(Object.fromEntries(off), true);
  // WHY: a kernel that follows bridged connections by itself looks at every frame, whoever asks for their state (Linux 6.1, nf_conntrack_bridge).
  const isTracked = has('bridge-ct');
  for (const port of PORTS.filter((one) => one.filter === 'unfiltered')) await guarded(port, isTracked);
  const on = off.map(([name]) => [name, 1] as const);
  await lab.host.agent.sysctl(Object.fromEntries(on), true);
});

for (const port of PORTS.filter((one) => one.filter === 'open' && one.kind === 'one address')) {
  kernelTest(`${port.network}: an established connection opens no way around the guard`, LAB, async () => {
    for (const actors of port.actors) {
      const { there, back } = opening(actors);
      const first = await sendFrom(port, [there], [there]);
      expect(first.witness.has(hex(there))).toBe(true);
      const answered = await lab.agent('attacker').capture(port.device);
      await lab.agent('witness').send(witnessDevice(port.network), [back]);
      expect((await answered.frames([back], 2)).map(hex)).toContain(hex(back));
      await answered.stop();
      const entries = flips(actors);
      const honest = entries.filter((entry) => entry.guard === 'pass').map((entry) => entry.frame);
      const came = await sendFrom(
        port,
        entries.map((entry) => entry.frame),
        honest,
      );
      expect(entries.filter((entry) => came.anywhere.has(hex(entry.frame))).map((entry) => entry.name)).toEqual(
        entries.filter((entry) => entry.guard === 'pass').map((entry) => entry.name),
      );
    }
  });
}

/** The two ports of a network with one address of each family: one follows connections, the other has no filter. */
function pairIn(network: Port['network']): { readonly talker: Port; readonly thief: Port } {
  const found = (filter: Port['filter']): Port => {
    const port = PORTS.find((one) => one.network === network && one.kind === 'one address' && one.filter === filter);
    if (port === undefined) throw new Error(`no such port in ${network}`);
    return port;
  };
  return { talker: found('open'), thief: found('unfiltered') };
}

for (const network of NETWORKS) {
  kernelTest(
    `${network}: an error about a connection of others does not come to them as a part of it`,
    LAB,
    async () => {
      const { talker, thief } = pairIn(network);
      const [who, other] = [talker.actors[0], thief.actors[0]];
      if (who === undefined || other === undefined) throw new Error('a port without an address');
      const opened = [...openings(who.own, who.witness), ...openings(who.own, other.own)];
      await sendFrom(talker, opened, openings(who.own, who.witness));
      const stolen = errorsAbout(other.own, who.own, who.witness);
      const honest = errorsAbout(other.own, who.own, other.own);
      // From a port without a guard the same errors come through: nothing but the guard holds them back.
      const unguarded = errorsAbout(who.witness, who.own, other.own);
      const nothing = errorAboutNothing(who.witness, who.own);
      const capture = await lab.agent('attacker').capture(talker.device);
      await lab.agent('witness').send(witnessDevice(network), [nothing, ...unguarded]);
      await lab.agent('attacker').send(thief.device, [...stolen, ...honest]);
      await capture.frames([...unguarded, ...honest], 2);
      const came = new Set((await capture.stop()).map(hex));
      const arrived = (frames: readonly Uint8Array[]): number => frames.filter((frame) => came.has(hex(frame))).length;
      expect({
        stolen: arrived(stolen),
        honest: arrived(honest),
        unguarded: arrived(unguarded),
        nothing: arrived([nothing]),
      }).toEqual({ stolen: 0, honest: 4, unguarded: 4, nothing: 0 });
    },
  );
}

kernelTest('a bridge never learns the MAC address that a frame forges', LAB, async () => {
  for (const port of PORTS) {
    const table = await lab.host.must(['bridge', 'fdb', 'show', 'brport', port.hostDevice, 'dynamic']);
    for (const actors of port.actors) expect(table.toLowerCase()).not.toContain(actors.victim.mac);
  }
});
