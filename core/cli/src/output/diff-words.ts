/** Parts of a comparison in words, for every format. */
import type { DiffDecider, FactChange, FlowChange, NetworkChange, PortName } from '@weir/analysis';
import { PROTOCOLS } from '@weir/compiler';
import { endsOf, readFrame } from '@weir/semantics';
import { endpointWords } from './hop-words.ts';
import type { SourceLines } from './source-lines.ts';

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [Number(number), name]));
/** How many ports are named on one line. */
const NAMED = 8;

/** `web1, web2`; the interface too where it is not the only one of its guest. */
export function portWords(ports: readonly PortName[]): string {
  const guests = ports.map(({ guest }) => guest);
  const words = ports.map(({ guest, ifname }) =>
    guests.indexOf(guest) === guests.lastIndexOf(guest) ? guest : `${guest}.${ifname}`,
  );
  const left = words.length - NAMED;
  return left > 1 ? `${words.slice(0, NAMED).join(', ')} and ${left} more` : words.join(', ');
}

/** Who decides, with the place. */
export function deciderWords(decider: DiffDecider | undefined, lines: SourceLines): string {
  if (decider === undefined) return 'no rule: the guard passed it, or its connection decides';
  const { kind, stage, name, origin } = decider;
  if (kind === 'default') {
    const written = origin.statement === 0 ? ', which no file writes' : '';
    return `${lines.place(origin.span)}  the default of ${stage} ${name}${written}`;
  }
  return `${lines.place(origin.span)}  ${lines.text(origin.span) ?? origin.item}`;
}

/** A frame on one line: `tcp 198.51.100.7 port 40000 -> 10.0.0.1 port 443`. */
export function frameWords(bytes: Uint8Array): string {
  const ends = endsOf(bytes);
  if (ends === undefined) {
    const type = readFrame(bytes).etherType;
    return `a frame of type 0x${(type ?? 0).toString(16).padStart(4, '0')}`;
  }
  const { family, source, destination, protocol } = ends;
  const name = protocol === undefined ? 'packet' : (PROTOCOL_NAMES.get(protocol) ?? `protocol ${protocol}`);
  return `${name} ${endpointWords(source, family)} -> ${endpointWords(destination, family)}`;
}

export const KIND_WORDS: Readonly<Record<FlowChange['kind'], string>> = {
  allowed: 'newly allowed',
  refused: 'newly refused',
  changed: 'otherwise changed',
};

const FACT_WORDS: Readonly<Record<FactChange['fact'], string>> = {
  guest: 'guest',
  network: 'network',
  attachment: 'attachment',
  mac: 'MAC address',
  ipv4: 'IPv4 addresses',
  ipv6: 'IPv6 addresses',
};

/** `the IPv4 addresses of web1 (vnet0) change from 10.0.0.1 to 10.0.0.2`. */
export function factWords({ port, fact, before, after }: FactChange): string {
  const verb = fact === 'ipv4' || fact === 'ipv6' ? 'change' : 'changes';
  return `the ${FACT_WORDS[fact]} of ${port.guest} (${port.ifname}) ${verb} from ${before} to ${after}`;
}

/** `network lan: added forward (nat): forward tcp 443 to web1`. */
export function networkWords({ network, side, text, span }: NetworkChange, lines: SourceLines): string {
  const written = span === undefined ? undefined : lines.text(span);
  // The text of a whole network is no help; that of one setting is.
  const setting = written === undefined || written.startsWith('network ') || written === network ? '' : `: ${written}`;
  return `network ${network}: ${side} ${text}${setting}`;
}

/** State bits as the kernel has them. */
const STATES: readonly (readonly [number, string])[] = [
  [1, 'invalid'],
  [2, 'established'],
  [4, 'related'],
  [8, 'new'],
  [64, 'untracked'],
];

export const stateWord = (state: number): string => STATES.find(([bit]) => bit === state)?.[1] ?? 'none';
