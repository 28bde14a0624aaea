/**
 * What to write instead of a name that other products have and Weir has not.
 *
 * In: a name that nothing declares, and what was wanted at its place. Out: one line of help or nothing. Guaranteed: asked
 * only about names that are unknown, so a declared name never gets such help.
 */
import { STANDARD_RULES } from '../sources/source-set.ts';
import { FIELDS } from '../policy/fields.ts';
import type { Environment } from './environment.ts';
import type { ParamType } from './typed-value.ts';

const ANYONE = new Set(['all', 'anywhere', 'everyone', 'anyone', 'everything', 'anybody', 'ANY']);
const OUTSIDE = new Set(['internet', 'external', 'wan', 'outside', 'public', 'untrusted', 'untrust']);
const HOST = new Set(['localhost', 'hypervisor', 'me', 'firewall', 'router']);
const OWN = new Set(['IP', 'IPV6', 'ip', 'vm', 'myself', 'own']);

/** A name in place of a protocol or service. */
export function subjectHabit(name: string): string | undefined {
  if (name === 'any' || ANYONE.has(name)) return 'leave it out: a rule without a protocol is about all of them';
  if (name === 'ip') return 'leave it out for both families, or write `ipv4`';
  if (name === 'ip6') return 'write `ipv6`';
  if (/^(ipv6-icmp|icmp6|icmp-v6|icmpv6-type)$/.test(name)) return 'write `icmpv6`';
  if (name.toLowerCase() !== name && /^(TCP|UDP|ICMP|SCTP|ESP|AH|GRE|ARP)/i.test(name))
    return `protocols are written in lower case: \`${name.toLowerCase()}\``;
  return undefined;
}

/** A name in place of a value of some type. */
export function valueHabit(name: string, wanted: ParamType, env: Environment): string | undefined {
  const { standard } = env.world.scopes;
  if (wanted === 'ports') {
    if (name === 'any' || ANYONE.has(name)) return 'leave `port` out: a rule without it is about all ports';
    if (standard.get(name)?.item.kind === 'service')
      return `\`${name}\` is a service: write \`accept ${name}\`, and \`import { ${name} } from "${STANDARD_RULES}"\` at the top`;
  }
  if (wanted === 'addresses') return addressHabit(name);
  return undefined;
}

function addressHabit(name: string): string | undefined {
  if (/^(guests?|network)$/.test(name)) return 'write `guest(NAME)`, `guests(LABEL = VALUE)` or `network(NAME)`';
  if (ANYONE.has(name)) return 'write `any`';
  if (OUTSIDE.has(name)) return 'write `world`: everybody outside the declared networks';
  if (HOST.has(name)) return 'write `host` for the host’s own addresses, or `gateway`';
  if (OWN.has(name)) return 'write `self` for the guest’s own addresses';
  if (name === 'dhcp' || name === 'DHCPSERVER' || name === 'GATEWAY') return 'write `gateway`';
  if (/^(eth|en[ops]|br|vnet|tap|veth|wlan|bond|virbr)[a-z]*\d/.test(name))
    return 'devices are no ends of a rule: a filter decides for the interfaces that name it';
  if (/\.[A-Za-z]{2,}$/.test(name))
    return 'names of hosts are not looked up: write addresses, or a set of them by a name';
  return undefined;
}

const HEADERS: Readonly<Record<string, string>> = {
  ipv4: 'ip',
  ipv6: 'ip6',
  icmp6: 'icmpv6',
  eth: 'ether',
  ethernet: 'ether',
  ct: 'connection',
  conntrack: 'connection',
  meta: 'packet',
  th: 'tcp',
};

const PARTS: Readonly<Record<string, string>> = {
  saddr: 'source',
  daddr: 'destination',
  src: 'source',
  dst: 'destination',
  sport: 'source',
  dport: 'destination',
  port: 'destination',
  proto: 'protocol',
  l4proto: 'protocol',
  nexthdr: 'protocol',
  hoplimit: 'hop-limit',
  op: 'operation',
  iif: 'source',
  mac: 'source',
};

/** A field as other languages call it, as one of ours; undefined when there is none. */
export function fieldHabit(name: string): string | undefined {
  const [header = '', ...rest] = name.split('.');
  const part = rest.join('.');
  if (part === '') return bareField(name);
  if ((header === 'ip' || header === 'ip6') && /^(port|sport|dport)$/.test(part))
    return 'ports belong to a protocol: `tcp.destination`';
  const other = `${HEADERS[header] ?? header}.${PARTS[part] ?? part}`;
  if (other !== name && FIELDS.has(other)) return `write \`${other}\``;
  return undefined;
}

/** A name without its header. */
function bareField(name: string): string | undefined {
  if (/^(d|s|)port$/.test(name)) return 'write `port 22` behind the protocol, or the field `tcp.destination`';
  const part = PARTS[name] ?? name;
  const of = [...FIELDS.keys()].filter((field) => field.endsWith(`.${part}`));
  if (of.length > 0)
    return `a field stands behind its header: ${of
      .slice(0, 3)
      .map((field) => `\`${field}\``)
      .join(', ')}${of.length > 3 ? ', …' : ''}`;
  if ([...FIELDS.keys()].some((field) => field.startsWith(`${name}.`)))
    return `write the protocol right behind the verdict, or a field of it`;
  return undefined;
}
