/**
 * A flow as questions about single packets.
 *
 * Guaranteed: where a flow leaves something open (a service's members, ports that are not written, a family), there is a
 * question for each case that some rule of the policy tells from the others (tests with masks aside); so what they all
 * get, every such packet gets.
 */
import type { Flow, FlowPart, ValueRange } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import type { Mentioned } from './mentioned.ts';
import { representatives } from './mentioned.ts';
import { isIn } from './ranges.ts';
import type { Site } from './site.ts';

/** One packet to ask about, but for its addresses. */
export interface Question {
  readonly family: Family;
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly type?: number;
  readonly code?: number;
}

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);
const ALL_PORTS: readonly ValueRange[] = [{ low: 1n, high: 65535n }];
/** WHY: 253 is kept for experiments (RFC 3692 2.1), so it stands for every protocol that no rule names. */
const UNNAMED = 253;
const ECHO_REQUEST: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [58, 128],
]);

export function questionsOf(flow: Flow, site: Site): readonly Question[] {
  const { subject } = flow;
  if (subject.kind === 'arp' || subject.kind === 'nd') return [];
  const parts = subject.kind === 'service' ? subject.parts : everyPart(subject.families, site.mentioned);
  return parts.flatMap((part) => part.families.flatMap((family) => questionsIn(part, family, site.mentioned)));
}

/** The protocols that the policy tells apart, each with all its ports. */
function everyPart(families: readonly Family[], { protocols }: Mentioned): readonly FlowPart[] {
  const named = protocols.filter(({ low, high }) => high - low < 16n);
  const numbers = new Set([6, 17, 1, 58, UNNAMED, ...representatives(named, []).map(Number)]);
  return [...numbers].flatMap((protocol) => {
    // WHY: ICMP and IGMP are IPv4's, ICMPv6 is IPv6's.
    const only = protocol === 1 || protocol === 2 ? 'ipv4' : protocol === 58 ? 'ipv6' : undefined;
    const fitting = families.filter((family) => only === undefined || only === family);
    return fitting.length === 0 ? [] : [{ protocol, families: fitting }];
  });
}

function questionsIn(part: FlowPart, family: Family, mentioned: Mentioned): readonly Question[] {
  const { protocol } = part;
  if (WITH_PORTS.has(protocol)) {
    const destinations = representatives(part.ports ?? ALL_PORTS, mentioned.ports);
    const sources = part.sourcePorts
      ? representatives(part.sourcePorts, mentioned.sourcePorts)
      : [ephemeralPort(mentioned.sourcePorts)];
    return sources.flatMap((sourcePort) =>
      destinations.map((destinationPort) => ({
        family,
        protocol,
        sourcePort: Number(sourcePort),
        destinationPort: Number(destinationPort),
      })),
    );
  }
  const echo = ECHO_REQUEST.get(protocol);
  if (echo === undefined) return [{ family, protocol }];
  const types = part.types ? representatives(part.types, mentioned.types) : [BigInt(echo)];
  const codes = part.codes ? representatives(part.codes, mentioned.codes) : [0n];
  return types.flatMap((type) => codes.map((code) => ({ family, protocol, type: Number(type), code: Number(code) })));
}

/** A port that clients take (RFC 6335 6) and no rule names. */
function ephemeralPort(named: readonly ValueRange[]): bigint {
  const narrow = named.filter(({ low, high }) => high - low < 4096n);
  for (let port = 49152n; port <= 65535n; port++) if (!isIn(narrow, port)) return port;
  return 49152n;
}
