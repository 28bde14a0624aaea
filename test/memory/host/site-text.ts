// A generated site as a rule file, and a generated flow as the command line writes it.
import { type FlowParts, type Guest, HOST, type HostSite, type Net } from './generate.ts';

const at = (index: number, count: number): number => index % count;
export const netOf = ({ nets }: HostSite, guest: Guest): number => at(guest.net, nets.length);

/** A guest's addresses: only of families that its network has. */
function addressesOf(site: HostSite, guest: Guest, index: number): readonly string[] {
  const number = netOf(site, guest);
  const own = guest.families.filter((family) => site.nets[number]?.families.includes(family) === true);
  const known = own.length > 0 ? own : (site.nets[number]?.families ?? []);
  return known.map((family) => (family === 'ipv4' ? `10.${number}.0.${11 + index}` : `fd0${number}::${11 + index}`));
}

function netText(site: HostSite, net: Net, index: number): string {
  const { nets, guests } = site;
  const hasUplink = net.mode === 'bridged' || (net.hasUplink && net.mode !== 'isolated');
  const reached = new Set(net.reaches.map((other) => at(other, nets.length)).filter((other) => other !== index));
  const own = guests.flatMap((guest, number) => (netOf(site, guest) === index ? [number] : []));
  const lines = [
    `mode ${net.mode}`,
    `bridge br${index}`,
    ...(hasUplink ? [`uplink up${net.mode === 'bridged' ? `w${index}` : index % 2}`] : []),
    ...net.families.map((family) => `subnet ${family === 'ipv4' ? `10.${index}.0.0/24` : `fd0${index}::/64`}`),
    ...(net.isIsolatingPorts ? ['isolate-ports'] : []),
    ...(reached.size > 0 && net.mode !== 'bridged' ? [`reaches ${[...reached].map((n) => `net${n}`).join(', ')}`] : []),
    ...(net.mode === 'nat' ? natLines(net, own) : []),
    ...(net.mode === 'bridged' && net.isSpecial
      ? net.families.map((family) => `host-address ${family === 'ipv4' ? `10.${index}.0.3` : `fd0${index}::3`}`)
      : []),
  ];
  return `network net${index} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

function natLines(net: Net, own: readonly number[]): readonly string[] {
  const taken = new Set<string>();
  const forwards = net.forwards.flatMap(({ to, port, size, toPort, protocol, isNamed }) => {
    const guest = own.length === 0 ? undefined : own[at(to, own.length)];
    const wanted = Array.from({ length: size }, (_, index) => port + index).flatMap((number) =>
      (protocol === 'both' ? ['tcp', 'udp'] : [protocol]).map((one) => `${one} ${number}`),
    );
    if (guest === undefined || wanted.some((one) => taken.has(one))) return [];
    for (const one of wanted) taken.add(one);
    const range = (first: number): string => (size === 1 ? `${first}` : `${first}-${first + size - 1}`);
    const address = isNamed && net.families.includes('ipv4') ? `; address ${HOST.ipv4}` : '';
    return [`forward { protocol ${protocol}; port ${range(port)}; to g${guest}; to-port ${range(toPort)}${address} }`];
  });
  const isRouted = net.isSpecial && net.families.includes('ipv6');
  return [...forwards, ...(isRouted ? ['ipv6 routed'] : []), ...(net.ports === '' ? [] : [net.ports])];
}

export function hostSiteText(site: HostSite): string {
  const named = (line: string): string =>
    line
      .replaceAll(/guest\(#(\d)\)/g, (_, number: string) => `guest(g${at(Number(number), site.guests.length)})`)
      .replaceAll(/network\(#(\d)\)/g, (_, number: string) => `network(net${at(Number(number), site.nets.length)})`);
  const guests = site.guests.map((guest, index) => {
    const addresses = addressesOf(site, guest, index).join(', ');
    const filter =
      guest.lines === undefined
        ? ''
        : `filter of-g${index} {\n${guest.lines.map((line) => `  ${named(line)}\n`).join('')}}\n`;
    return `${filter}guest g${index} {
  interface v${index} { network net${netOf(site, guest)}; mac 52:54:00:00:00:1${index}; address ${addresses}${
    guest.isUnguarded ? '; guard none' : ''
  }${guest.lines === undefined ? '' : `; filter of-g${index}`} }
}
`;
  });
  const nets = site.nets.map((net, index) => netText(site, net, index));
  return [`host { address ${HOST.ipv4}, ${HOST.ipv6} }\n`, ...nets, ...guests].join('');
}

/** Everything that can stand at an end of a flow. */
function endsOf({ nets, guests }: HostSite, family: 'ipv4' | 'ipv6'): readonly string[] {
  const isV4 = family === 'ipv4';
  const inside = (host: number) => nets.map((_, index) => (isV4 ? `10.${index}.0.${host}` : `fd0${index}::${host}`));
  const known = guests.map((_, index) => `g${index}`);
  const others = isV4 ? ['203.0.113.77', '224.0.0.251'] : ['2001:db8:77::7', 'ff02::fb'];
  return [
    ...known,
    ...known,
    ...known,
    'host',
    'world',
    'world',
    HOST[family],
    HOST[family],
    HOST[family],
    ...inside(1),
    ...inside(9),
    ...others,
    'gateway',
  ];
}

export function flowText(site: HostSite, { family, from, claimed, to, subject, port, state }: FlowParts): string {
  const ends = endsOf(site, family);
  const name = (index: number): string => ends[at(index, ends.length)] ?? 'world';
  const isClaiming = claimed !== undefined && /^(?:g\d|world)$/.test(name(from));
  const source = isClaiming ? `${name(from)} from ${name(claimed)}` : name(from);
  // WHY: a related message of ICMP is an error about a connection, and this one is none.
  const isError = subject === 'ping' && state === ' state related';
  // WHY: nobody answers what is sent to a group, so no connection to one is ever established.
  const isUnanswered = /^(?:224|ff02)/.test(name(to)) && state === ' state established';
  const known = isError || isUnanswered ? '' : state;
  const ports = subject === 'ping' || subject === 'gre' ? '' : ` port ${port}`;
  return `${subject} ${source} -> ${name(to)}${ports}${known}`;
}
