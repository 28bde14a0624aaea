// Packets for the analysis, as the reference reads them. In: a frame, its port, what the host knows. Out: the facts that give it a point.
import type { PacketFacts } from '@weir/analysis';
import type { Port } from '@weir/compiler';
import { fieldValue, readFrame } from '@weir/semantics';
import type { ConnectionState } from '@weir/semantics';

const STATES: Readonly<Record<ConnectionState, number>> = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
};

/** What the host knows of a frame. */
export interface Known {
  readonly port: Port;
  readonly state?: ConnectionState;
  readonly mark?: number;
  readonly oracle?: PacketFacts['oracle'];
}

/** The facts of a frame. */
export function factsOf(bytes: Uint8Array, { port, state, mark = 0, oracle = () => false }: Known): PacketFacts {
  const frame = readFrame(bytes);
  const subject = { policy: { sets: [] }, port, frame };
  const number = (field: string, otherwise = 0): number => Number(fieldValue(subject, field) ?? BigInt(otherwise));
  return {
    bytes,
    protocol: frame.ip?.protocol,
    transport: frame.ip?.transport,
    hasFragmentHeader: frame.ip?.family === 'ipv6' && frame.ip.isFragment === true,
    state: state === undefined ? 0 : STATES[state],
    mark,
    packetType: number('packet.type'),
    numbers: {
      'hop-by-hop': number('ip6.hop-by-hop'),
      routing: number('ip6.routing'),
      'destination-options': number('ip6.destination-options'),
      'routing-type': number('ip6.routing-type', 256),
    },
    port,
    oracle: (key) => {
      const [, option] = /^tcp option (\d+)$/.exec(key) ?? [];
      return option === undefined ? oracle(key) : number(`tcp.option.${option}`) === 1;
    },
  };
}
