// A laboratory of network namespaces: a host, guests behind veth pairs, stations outside behind uplinks. In: a plain description. Out: the
// namespaces, with names of their own (process id and counter), and a handle on each. Guarantees: nothing is ever made in the namespace of the
// test process; everything is gone after `close()`, when the process exits, or at the latest when the next lab opens.
import { PREFIX, removeNamespaces, removeStale } from './lab/namespaces.ts';
import { createLines, type Plan, planLab, stationLines } from './lab/plan.ts';
import type { LabSpec } from './lab/spec.ts';
import { Station } from './lab/station.ts';
import { mustRun } from './process.ts';
import { TIME_SCALE } from './requirements.ts';
import type { Agent } from './sockets.ts';

export type { EndSpec, GuestSpec, LabSpec, OutsideSpec, Route } from './lab/spec.ts';
export { Station } from './lab/station.ts';

/** A running lab. */
export class Lab {
  /** Where bridges, tables and `weir apply` belong. */
  readonly host: Station;
  readonly #stations: ReadonlyMap<string, Station>;

  constructor(stations: ReadonlyMap<string, Station>) {
    this.#stations = stations;
    this.host = this.station('host');
  }

  /** The station of that name; throws when the lab has none. */
  station(name: string): Station {
    const station = this.#stations.get(name);
    if (station === undefined) throw new Error(`no station ${name} in this lab`);
    return station;
  }

  /** The socket helper of a station. */
  agent(name: string): Agent {
    return this.station(name).agent;
  }

  /** Starts the helper processes of all stations at once, so that the first probes do not wait for them. */
  async ready(): Promise<void> {
    await Promise.all([...this.#stations.values()].map((station) => station.agent.start()));
  }

  /** Ends every process in the lab's namespaces and removes them. May be called twice; never throws for what is gone already. */
  async close(): Promise<void> {
    await Promise.all([...this.#stations.values()].map((station) => station.agent.close()));
    const namespaces = [...this.#stations.values()].map((station) => station.namespace);
    removeNamespaces(namespaces);
    for (const namespace of namespaces) open.delete(namespace);
  }
}

const open = new Set<string>();
let labs = 0;
let hooked = false;

/** Makes a lab. Rejects, with nothing left behind, when a part cannot be made. */
export async function openLab(spec: LabSpec): Promise<Lab> {
  removeStale();
  if (!hooked) {
    hooked = true;
    process.once('exit', () => removeNamespaces([...open]));
  }
  const plan = planLab(spec);
  const prefix = `${PREFIX}-${process.pid}-${++labs}`;
  const stations = new Map(plan.names.map((name) => [name, new Station(name, `${prefix}-${name}`)] as const));
  const lab = new Lab(stations);
  try {
    for (const station of stations.values()) open.add(station.namespace);
    await mustRun(['ip', '-batch', '-'], {
      input: `${createLines(plan, (name) => lab.station(name).namespace).join('\n')}\n`,
      timeoutMs: 60_000 * TIME_SCALE,
    });
    await Promise.all(plan.names.map((name) => configure(plan, lab.station(name))));
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function configure(plan: Plan, station: Station): Promise<void> {
  await station.ip(stationLines(plan, station.name));
  if (plan.forwarding.has(station.name)) {
    await station.agent.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  }
}
