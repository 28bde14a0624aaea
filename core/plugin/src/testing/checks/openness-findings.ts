/**
 * Whether a mode is closed by default: tried with packets, not believed.
 *
 * In: a mode's rules for a network. Out: findings about packets that get in though nobody said so, or that no rule
 * decides. Guaranteed: only the mode's own rules are asked; the compiler's stand in front of them.
 */
import type { NetworkView } from '../../network.ts';
import type { NetworkProtocol, NetworkRule } from '../../network-rule.ts';
import type { Family } from '../../settings.ts';
import { decidingRule, holds, type NetworkPacket } from '../evaluate-rules.ts';
import { findingsAt, type Finding } from '../finding.ts';

/** A station of nobody's, per family (RFC 5737, RFC 3849). */
const OUTSIDE: Readonly<Record<Family, string>> = { ipv4: '203.0.113.9', ipv6: '2001:db8:ffff::9' };

const PROTOCOLS: Readonly<Record<Family, readonly NetworkProtocol[]>> = {
  ipv4: ['tcp', 'udp', 'icmp'],
  ipv6: ['tcp', 'udp', 'icmpv6'],
};

/** Few, but among them the ones that people forget. */
const PORTS = [22, 53, 80, 443, 8443, 40_000];

/** Findings about what passes into the network and out of it. `opens`: the mode lets the outside in, and says so. */
export function opennessFindings(
  network: NetworkView,
  rules: readonly NetworkRule[],
  opens: boolean,
  where: string,
): readonly Finding[] {
  const found = findingsAt(where);
  const entering = packetsInto(network, rules);
  const entered = entering.filter((packet) => action(rules, 'forward-to', packet, network) === 'accept');
  const allowed = (packet: NetworkPacket): boolean =>
    opens || (packet.translated === true && isForwarded(rules, packet));
  const surprising = entered.find((packet) => !allowed(packet));
  const leaving = entering.map(turned);
  const undecided = [
    ...entering.map((packet) => [packet, action(rules, 'forward-to', packet, network)] as const),
    ...leaving.map((packet) => [packet, action(rules, 'forward-from', packet, network)] as const),
  ].find(([, verdict]) => verdict === undefined || verdict === 'return')?.[0];
  return [
    ...(surprising ? [found('closed', `lets ${describe(surprising)} in, and nothing says that it does`)] : []),
    ...(undecided ? [found('undecided', `no rule decides ${describe(undecided)}`)] : []),
  ];
}

function action(
  rules: readonly NetworkRule[],
  hook: 'forward-to' | 'forward-from',
  packet: NetworkPacket,
  { bridge }: NetworkView,
): string | undefined {
  return decidingRule(rules, hook, packet, { own: bridge })?.action.kind;
}

function packetsInto(network: NetworkView, rules: readonly NetworkRule[]): readonly NetworkPacket[] {
  const devices = ['outside0', ...namedDevices(rules)];
  const targets = network.ports.flatMap((port) => port.addresses);
  return targets.flatMap(({ family, address }) =>
    devices.flatMap((device) =>
      PROTOCOLS[family].flatMap((protocol) =>
        [false, true].flatMap((translated) =>
          (protocol === 'tcp' || protocol === 'udp' ? PORTS : [undefined]).map((port) => ({
            family,
            source: OUTSIDE[family],
            destination: address,
            in: device,
            out: network.bridge,
            protocol,
            ...(port !== undefined && { sourcePort: 50_000, destinationPort: port }),
            translated,
          })),
        ),
      ),
    ),
  );
}

function namedDevices(rules: readonly NetworkRule[]): readonly string[] {
  const names = rules
    .flatMap(({ matches }) => matches)
    .flatMap((match) => (match.kind === 'device' && typeof match.device === 'object' ? [match.device.name] : []));
  return [...new Set(names)];
}

/** The same way back. */
function turned(packet: NetworkPacket): NetworkPacket {
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    ...(packet.out !== undefined && { in: packet.out }),
    ...(packet.in !== undefined && { out: packet.in }),
  };
}

/** Whether a translation of the mode's own leads to this address, protocol and port. */
function isForwarded(rules: readonly NetworkRule[], packet: NetworkPacket): boolean {
  return rules.some(({ hook, matches, action: made }) => {
    if (hook !== 'dstnat' || made.kind !== 'dnat' || made.address !== packet.destination) return false;
    const port = matches.find((match) => match.kind === 'port' && match.side === 'destination');
    const protocol = matches.find((match) => match.kind === 'protocol');
    const ports = made.ports ?? (port?.kind === 'port' ? port : undefined);
    const wanted = packet.destinationPort ?? 0;
    const protocolFits = !protocol || holds(protocol, packet, { own: '' });
    return protocolFits && (!ports || (ports.low <= wanted && wanted <= ports.high));
  });
}

function describe({ protocol, source, destination, destinationPort, in: device, translated }: NetworkPacket): string {
  const port = destinationPort === undefined ? '' : ` port ${destinationPort}`;
  return `${translated ? 'translated ' : ''}${protocol ?? 'any'} from ${source} by ${device ?? 'the host'} to ${destination}${port}`;
}
