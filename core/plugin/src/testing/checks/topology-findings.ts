/** Checks of a topology: data only, names and addresses that exist, and the bridge that the network has. */
import { addressBits, parseAddress } from '../../address.ts';
import type { NetworkView } from '../../network.ts';
import type { NetworkTopology, Sysctl } from '../../topology.ts';
import { findingsAt, type Finding } from '../finding.ts';
import { isDeviceName } from './rule-findings.ts';

/** Findings about the topology of one network. */
export function topologyFindings(topology: NetworkTopology, network: NetworkView, where: string): readonly Finding[] {
  const found = findingsAt(`${where}, topology`);
  const { bridge, sysctls, elsewhere, addressService, nameService } = topology;
  const addresses = [
    ...bridge.addresses.map(({ address, family }) => ({ address, family })),
    ...(addressService?.hosts ?? []).flatMap((host) => host.addresses),
    ...elsewhere.flatMap(({ via, family }) => (via === undefined ? [] : [{ address: via, family }])),
  ];
  const problems: readonly (readonly [boolean, string, string])[] = [
    [
      bridge.name !== network.bridge,
      'topology',
      `its bridge is \`${bridge.name}\`, and the network's \`${network.bridge}\``,
    ],
    ...bridge.uplinks.map(({ device }) => [!isDeviceName(device), 'devices', `\`${device}\` is no device`] as const),
    ...bridge.addresses.map(
      ({ length, family }) =>
        [length < 0 || length > addressBits(family), 'addresses', `/${length} is no length`] as const,
    ),
    ...addresses.map(
      ({ address, family }) =>
        [parseAddress(address)?.family !== family, 'addresses', `\`${address}\` is no ${family} address`] as const,
    ),
    ...sysctls.map((sysctl) => [!isSysctl(sysctl), 'sysctls', `\`${sysctl.key}\` is no network setting`] as const),
    [repeats(sysctls), 'sysctls', 'gives one setting two values'],
    [
      (nameService?.localOnly ?? false) && nameService?.forwarders.length !== 0,
      'topology',
      'forwards and is local only',
    ],
    [texts(topology).some(looksLikeCommand), 'data-only', 'holds text that looks like a command'],
  ];
  return problems.filter(([bad]) => bad).map(([, rule, message]) => found(rule, message));
}

function isSysctl({ key, value, why }: Sysctl): boolean {
  return /^net[./][A-Za-z0-9_.:@+/-]+$/.test(key) && /^[\x21-\x7e]+$/.test(value) && why.trim() !== '';
}

function repeats(sysctls: readonly Sysctl[]): boolean {
  const values = new Map(sysctls.map(({ key, value }) => [key, value]));
  return sysctls.some(({ key, value }) => values.get(key) !== value);
}

/** Every text of the value, at any depth; the reasons given for people are no data. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'why' ? [] : texts(inner)));
}

function looksLikeCommand(text: string): boolean {
  return /[\s;|&$`<>\\'"]/.test(text);
}
