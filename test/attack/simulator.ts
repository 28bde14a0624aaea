// Frames through both simulators: the reference interpreter on the policy, and the nftables in memory on what was emitted for each target. In: the
// text of a site. Out: for a port, a direction, a frame and a state, whether it is delivered. Guarantees: no root, no kernel, no disk but the rules.
import { compilePolicy, gatherSources, hasErrors, readPolicy, renderDiagnostics } from '@weir/compiler';
import type { Direction, Policy, Port, Registry, Target } from '@weir/compiler';
import { createMemoryNft } from '@weir/nftables-json';
import type { MemoryNft } from '@weir/nftables-json';
import { type ConnectionState, decide, type Frame, readFrame } from '@weir/semantics';
import { readerOf, shippedRegistry, targetNamed } from '../compile/compile-case.ts';

/** Every named target. */
export const TARGETS = ['debian-12', 'debian-13', 'ubuntu-24.04', 'no-bridge-conntrack'] as const;

/** What connection tracking says of a frame. */
export const STATES = ['new', 'established', 'related', 'invalid'] as const satisfies readonly ConnectionState[];
export type State = (typeof STATES)[number];

/** One question. */
export interface Passage {
  readonly ifname: string;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly state: State;
}

/** A witness: says whether a frame is delivered. */
export type Witness = (passage: Passage) => boolean;

const FILE = 'site.weir';

/** Compiles a site for all targets. Throws with the compiler's words. */
export function simulators(
  text: string,
  registry: Registry = shippedRegistry(),
): { readonly policy: Policy; readonly reference: Witness; readonly memory: ReadonlyMap<string, Witness> } {
  const texts = new Map([[FILE, text]]);
  const sources = gatherSources([FILE], readerOf(texts));
  const read = readPolicy(sources.value, registry);
  const diagnostics = [...sources.diagnostics, ...read.diagnostics];
  const policy = read.value;
  if (policy === undefined || hasErrors(diagnostics)) throw new Error(render(diagnostics, texts));
  const memory = new Map(
    TARGETS.map((name) => {
      const target = targetNamed(name);
      const { value, diagnostics: found } = compilePolicy(policy, { target, attachments: registry.attachments, texts });
      if (value === undefined || hasErrors(found)) throw new Error(render(found, texts));
      const nft = createMemoryNft({ version: target.nft });
      nft.load(value.ruleset);
      return [name, inMemory(nft, target)] as const;
    }),
  );
  return { policy, reference: inReference(policy), memory };
}

const render = (diagnostics: Parameters<typeof renderDiagnostics>[0], texts: ReadonlyMap<string, string>): string =>
  renderDiagnostics(diagnostics, { texts, format: 'text', colour: false, version: '0' });

function inReference(policy: Policy): Witness {
  const ports = new Map<string, Port>(policy.ports.map((port) => [port.ifname, port]));
  const frames = new WeakMap<Uint8Array, Frame>();
  return ({ ifname, direction, bytes, state }) => {
    const port = ports.get(ifname);
    if (port === undefined) throw new Error(`no port ${ifname}`);
    const frame = frames.get(bytes) ?? readFrame(bytes);
    frames.set(bytes, frame);
    return decide(policy, port, direction, frame, state).verdict === 'accept';
  };
}

function inMemory(nft: MemoryNft, { kernel, marks }: Target): Witness {
  // Where bridged frames are not tracked, chains before ours have written the state into the mark.
  const carried: Readonly<Record<State, number>> = {
    new: 0,
    established: marks.established,
    related: marks.established,
    invalid: marks.invalid,
  };
  return ({ ifname, direction, bytes, state }) => {
    const device = direction === 'out' ? { iifname: ifname } : { oifname: ifname };
    const known = kernel.bridgeConntrack ? { ct: { state } } : { mark: carried[state] };
    const hook = direction === 'out' ? 'prerouting' : 'postrouting';
    return nft.evaluate({ frame: bytes, ...device, ...known }, { family: 'bridge', hook }).verdict === 'accept';
  };
}
