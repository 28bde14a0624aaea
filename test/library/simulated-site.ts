/**
 * A rule file in the two machines that need no kernel: the reference interpreter and the nftables in memory.
 *
 * In: rule files. Out: for a frame at a port, what both make of it. Guaranteed: the disk is read for the rule package
 * only; throws what the compiler said when a file is refused.
 */
import {
  compilePolicy,
  type Direction,
  type Documents,
  findTarget,
  gatherSources,
  hasErrors,
  type Policy,
  readPolicy,
  renderDiagnostics,
} from '@weir/compiler';
import { createMemoryNft, type MemoryNft } from '@weir/nftables-json';
import { type ConnectionState, decide, type Oracle, readFrame } from '@weir/semantics';
import { readerOf, RULE_TEXTS, shippedRegistry, type Texts } from '../compile/compile-case.ts';

/** A frame at a port. */
export interface Arrival {
  readonly ifname: string;
  readonly direction: Direction;
  readonly frame: Uint8Array;
  /** `new` unless given. */
  readonly state?: Exclude<ConnectionState, 'untracked'>;
  /** How many connections the kernel counts, this one included. */
  readonly connections?: number;
}

export interface SimulatedSite {
  readonly policy: Policy;
  readonly documents: Documents;
  /** What the policy means. */
  meant(arrival: Arrival): 'accept' | 'drop';
  /** What the emitted rules do; a reject counts as a drop. */
  done(arrival: Arrival): 'accept' | 'drop';
  /** Lets time pass, so that rates fill up again. */
  rest(): void;
}

const REGISTRY = shippedRegistry();

/** Compiles and loads. */
export function simulatedSite(texts: Texts, targetName = 'debian-12'): SimulatedSite {
  const target = findTarget(targetName);
  if (target === undefined) throw new Error(`no target ${targetName}`);
  const sources = gatherSources([...texts.keys()], readerOf(texts));
  const read = readPolicy(sources.value, REGISTRY);
  const env = { target, attachments: REGISTRY.attachments, texts };
  const compiled = read.value && compilePolicy(read.value, env);
  const diagnostics = [...sources.diagnostics, ...read.diagnostics, ...(compiled?.diagnostics ?? [])];
  const documents = compiled?.value;
  if (hasErrors(diagnostics) || read.value === undefined || documents === undefined) {
    const shown = new Map([...texts, ...RULE_TEXTS]);
    throw new Error(renderDiagnostics(diagnostics, { texts: shown, format: 'text', colour: false, version: '0' }));
  }
  const nft = createMemoryNft({ version: target.nft });
  nft.load(documents.ruleset);
  const policy = read.value;
  return {
    policy,
    documents,
    meant: (arrival) => meaning(policy, arrival),
    done: (arrival) => outcome(nft, arrival),
    rest: () => nft.advance(86_400),
  };
}

function meaning(policy: Policy, { ifname, direction, frame, state = 'new', connections }: Arrival): 'accept' | 'drop' {
  const port = policy.ports.find((one) => one.ifname === ifname);
  if (port === undefined) throw new Error(`no port ${ifname}`);
  const oracle: Oracle = ({ options }) =>
    options.limit?.over !== true &&
    options.quota?.over !== true &&
    (options.connections === undefined || (connections ?? 0) > options.connections.over);
  const { verdict } = decide(policy, port, direction, readFrame(frame), state, { oracle });
  return verdict === 'accept' ? 'accept' : 'drop';
}

function outcome(
  nft: MemoryNft,
  { ifname, direction, frame, state = 'new', connections = 0 }: Arrival,
): 'accept' | 'drop' {
  const device = direction === 'out' ? { iifname: ifname } : { oifname: ifname };
  const place = { family: 'bridge', hook: direction === 'out' ? 'prerouting' : 'postrouting' } as const;
  return nft.evaluate({ frame, ct: { state, count: connections }, ...device }, place).verdict;
}
