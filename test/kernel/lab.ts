// A laboratory of network namespaces: a host, guests behind veth pairs, stations outside behind uplinks. In: a plain description. Out: the
// namespaces, with names of their own (process id and counter), and a handle on each. Guarantees: nothing is ever made in the namespace of the
// test process; everything is gone after `close()`, when the process exits, or at the latest when the next lab opens.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { linkLocalOf } from './frames/addresses.ts';
import { type CommandOptions, type CommandResult, mustRun, runCommand } from './process.ts';
import { TIME_SCALE } from './requirements.ts';
import { Agent } from './sockets.ts';

/** A route: `to` is a prefix or `default`; `via` a neighbour's address; `dev` a device of the station. */
export interface Route {
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
}

/** One end of a veth pair. Addresses carry their prefix length (`10.0.0.2/24`, `fd00::2/64`). */
export interface EndSpec {
  readonly station: string;
  readonly device: string;
  readonly mac?: string;
  readonly addresses?: readonly string[];
  /** Leaves duplicate address detection on; without it IPv6 addresses are usable at once. */
  readonly dad?: boolean;
  /** The device gets no IPv6 link-local address: for ports of a bridge. */
  readonly silent?: boolean;
  readonly mtu?: number;
}

/** A guest: `interface` is the device on the host (left up, without addresses, in no bridge), `eth0` the one in the guest. */
export interface GuestSpec {
  readonly name: string;
  readonly interface: string;
  readonly mac?: string;
  readonly addresses?: readonly string[];
  /** Default routes, one address each of IPv4 and IPv6. */
  readonly gateways?: readonly string[];
  readonly routes?: readonly Route[];
  readonly dad?: boolean;
  readonly mtu?: number;
}

/** A station outside: `uplink` is the host's device toward it, with `hostAddresses`; `eth0` its own, with `addresses`. */
export interface OutsideSpec {
  readonly name: string;
  readonly uplink: string;
  readonly mac?: string;
  readonly hostMac?: string;
  readonly addresses?: readonly string[];
  readonly hostAddresses?: readonly string[];
  readonly gateways?: readonly string[];
  readonly routes?: readonly Route[];
  /** Forwards between its devices: a router, with `links` to stations behind it. */
  readonly forwarding?: boolean;
}

/** The whole lab. The station `host` always exists. */
export interface LabSpec {
  readonly guests?: readonly GuestSpec[];
  readonly outside?: readonly OutsideSpec[];
  /** Routes of the host, for example its default route through an uplink. */
  readonly hostRoutes?: readonly Route[];
  /** More namespaces, for links. */
  readonly stations?: readonly {
    readonly name: string;
    readonly forwarding?: boolean;
    readonly routes?: readonly Route[];
  }[];
  /** More veth pairs between any two stations, such as a router and what is behind it. */
  readonly links?: readonly (readonly [EndSpec, EndSpec])[];
}

/** One namespace of a lab. */
export class Station {
  /** The name in the lab. */
  readonly name: string;
  /** The name under /run/netns. */
  readonly namespace: string;
  /** The processes in it that own sockets; started on first use. */
  readonly agent: Agent;

  constructor(name: string, namespace: string) {
    this.name = name;
    this.namespace = namespace;
    this.agent = new Agent(namespace);
  }

  /** The argument vector that runs `argv` in this namespace. */
  wrap(argv: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.namespace, ...argv];
  }

  /** Runs a command in this namespace; never rejects. */
  run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.wrap(argv), { ...options, timeoutMs: (options.timeoutMs ?? 20_000) * TIME_SCALE });
  }

  /** Runs a command in this namespace; throws with what it said when it fails, returns what it printed. */
  must(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
    return mustRun(this.wrap(argv), { ...options, timeoutMs: (options.timeoutMs ?? 20_000) * TIME_SCALE });
  }

  /** Runs many `ip` commands (each without the word `ip`) in one process. */
  async ip(lines: readonly string[]): Promise<void> {
    if (lines.length > 0)
      await mustRun(['ip', '-n', this.namespace, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  /** Loads an nftables document: text, or an object as JSON. Throws with what nft said. */
  async nft(ruleset: string | object): Promise<void> {
    const json = typeof ruleset !== 'string';
    await this.must(['nft', ...(json ? ['-j'] : []), '-f', '-'], { input: json ? JSON.stringify(ruleset) : ruleset });
  }
}

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
    removeNamespaces([...this.#stations.values()].map((station) => station.namespace));
  }
}

const PREFIX = 'weirlab';
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
      input: `${createLines(plan, lab).join('\n')}\n`,
      timeoutMs: 60_000 * TIME_SCALE,
    });
    await Promise.all(plan.names.map((name) => configure(plan, lab.station(name))));
    return lab;
  } catch (error) {
    await lab.close();
    throw error;
  }
}

interface Plan {
  readonly names: readonly string[];
  readonly links: readonly (readonly [EndSpec, EndSpec])[];
  readonly routes: ReadonlyMap<string, readonly Route[]>;
  readonly forwarding: ReadonlySet<string>;
}

const defaults = (gateways: readonly string[] = []): readonly Route[] =>
  gateways.map((via) => ({ to: 'default', via, ...(via.startsWith('fe80') && { dev: 'eth0' }) }));

function guestLink(guest: GuestSpec): readonly [EndSpec, EndSpec] {
  const { name, interface: device, gateways: _gateways, routes: _routes, ...end } = guest;
  const mtu = guest.mtu === undefined ? {} : { mtu: guest.mtu };
  return [
    { station: 'host', device, silent: true, ...mtu },
    { ...end, station: name, device: 'eth0' },
  ];
}

function outsideLink(outside: OutsideSpec): readonly [EndSpec, EndSpec] {
  const mac = outside.mac === undefined ? {} : { mac: outside.mac };
  const hostMac = outside.hostMac === undefined ? {} : { mac: outside.hostMac };
  return [
    { station: 'host', device: outside.uplink, addresses: outside.hostAddresses ?? [], ...hostMac },
    { station: outside.name, device: 'eth0', addresses: outside.addresses ?? [], ...mac },
  ];
}

/** Gives each end that has addresses a MAC address of its own, locally administered, so that every run is the same. */
function withMacs([a, b]: readonly [EndSpec, EndSpec], link: number): readonly [EndSpec, EndSpec] {
  const mac = (side: number): string =>
    ['02', '77', '65', (link >> 8).toString(16), (link & 0xff).toString(16), `${side}`]
      .map((part) => part.padStart(2, '0'))
      .join(':');
  return [a.silent === true ? a : { mac: mac(1), ...a }, b.silent === true ? b : { mac: mac(2), ...b }];
}

function planLab(spec: LabSpec): Plan {
  const guests = spec.guests ?? [];
  const outside = spec.outside ?? [];
  const more = spec.stations ?? [];
  const names = ['host', ...guests.map((g) => g.name), ...outside.map((o) => o.name), ...more.map((s) => s.name)];
  if (new Set(names).size !== names.length) throw new Error(`two stations of a lab have one name: ${names.join(' ')}`);
  return {
    names,
    links: [...guests.map(guestLink), ...outside.map(outsideLink), ...(spec.links ?? [])].map(withMacs),
    routes: new Map([
      ['host', spec.hostRoutes ?? []] as const,
      ...[...guests, ...outside].map((s) => [s.name, [...defaults(s.gateways), ...(s.routes ?? [])]] as const),
      ...more.map((s) => [s.name, s.routes ?? []] as const),
    ]),
    forwarding: new Set([...outside, ...more].filter((s) => s.forwarding === true).map((s) => s.name)),
  };
}

function createLines(plan: Plan, lab: Lab): readonly string[] {
  const end = (spec: EndSpec): string =>
    [
      `name ${spec.device} netns ${lab.station(spec.station).namespace}`,
      spec.mac === undefined ? '' : ` address ${spec.mac}`,
      spec.mtu === undefined ? '' : ` mtu ${spec.mtu}`,
    ].join('');
  return [
    ...plan.names.map((name) => `netns add ${lab.station(name).namespace}`),
    ...plan.links.map(([a, b]) => `link add ${end(a)} type veth peer ${end(b)}`),
  ];
}

/**
 * The lines that bring up one end.
 * WHY: without `dad` the link-local address is set by hand, since the one that the kernel makes is tentative for over a second, and a kernel
 * without a settled link-local address sends no neighbour solicitations for packets that it forwards (Linux 6.18, ndisc_send_ns).
 */
function endLines(end: EndSpec): readonly string[] {
  const addresses = end.addresses ?? [];
  const generated = end.dad === true && end.silent !== true;
  const settled =
    generated || end.silent === true || end.mac === undefined || addresses.some((a) => a.startsWith('fe80'));
  const all = settled ? addresses : [...addresses, `${linkLocalOf(end.mac)}/64`];
  return [
    ...(generated ? [] : [`link set ${end.device} addrgenmode none`]),
    `link set ${end.device} up`,
    ...all.map((a) => `address add ${a} dev ${end.device}${a.includes(':') && end.dad !== true ? ' nodad' : ''}`),
  ];
}

function routeLine(route: Route): string {
  const via = route.via === undefined ? '' : ` via ${route.via}`;
  const dev = route.dev === undefined ? '' : ` dev ${route.dev}`;
  return `route add ${route.to}${via}${dev}`;
}

async function configure(plan: Plan, station: Station): Promise<void> {
  const ends = plan.links.flat().filter((end) => end.station === station.name);
  await station.ip([
    'link set lo up',
    ...ends.flatMap(endLines),
    ...(plan.routes.get(station.name) ?? []).map(routeLine),
  ]);
  if (plan.forwarding.has(station.name)) {
    await station.agent.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  }
}

function removeNamespaces(namespaces: readonly string[]): void {
  for (const namespace of namespaces) {
    const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8', timeout: 10_000 });
    for (const pid of (stdout ?? '').split(/\s+/).filter((text) => /^\d+$/.test(text))) killProcess(Number(pid));
    open.delete(namespace);
  }
  const input = namespaces.map((namespace) => `netns del ${namespace}\n`).join('');
  spawnSync('ip', ['-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 30_000 });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended since it was listed.
  }
}

/** Removes the namespaces of labs whose test process was killed before it could. */
function removeStale(): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync('/run/netns');
  } catch {
    return;
  }
  const stale = names.filter((name) => {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && Number(pid) !== process.pid && !isRunning(pid);
  });
  if (stale.length > 0) removeNamespaces(stale);
}

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
