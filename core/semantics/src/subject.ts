/** What a question is asked about: one frame at one port, and what only the host knows of it. */
import type { NamedSet, Policy, Port } from '@weir/compiler';
import type { Frame } from './frame.ts';

/** State of the connection that a packet belongs to, as connection tracking says it. */
export type ConnectionState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';

/** What the host knows beside the frame. */
export interface HostFacts {
  /** Undefined: nobody tracks connections, so `connection.state` is absent. */
  readonly state?: ConnectionState;
  /** Undefined where nobody knows the connection. */
  readonly connectionDirection?: 'original' | 'reply';
  /** The connection's mark, 0 unless given. */
  readonly connectionMark?: number;
  /** The packet's mark, 0 unless given. */
  readonly mark?: number;
  /** The value of `packet.type`. By the frame's destination unless given: broadcast, multicast, else another's. */
  readonly packetType?: 'host' | 'broadcast' | 'multicast' | 'other';
}

export interface Subject extends HostFacts {
  readonly policy: Pick<Policy, 'sets'>;
  readonly port: Port;
  readonly frame: Frame;
}

/** The set of that id. Throws when the policy has none: such a policy is broken. */
export function namedSet(subject: Subject, id: string): NamedSet {
  const found = subject.policy.sets.find((set) => set.id === id);
  if (found === undefined) throw new Error(`no set ${JSON.stringify(id)} in this policy`);
  return found;
}
