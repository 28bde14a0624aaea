/**
 * The forwarding mode: what a network of this kind needs, adds and promises.
 *
 * A mode keeps no state and does no input or output; every method is a pure function of the network it is given.
 */
import type { Diagnostic } from './diagnostic.ts';
import type { NetworkHook, NetworkRule } from './network-rule.ts';
import type { NetworkView } from './network.ts';
import type { SettingsSchema } from './settings.ts';
import type { NetworkTopology } from './topology.ts';

/** A claim in the language's own assert form, e.g. `never from network(lab) to world`. Proved on the composed ruleset. */
export interface Guarantee {
  readonly title: string;
  readonly claim: string;
}

export interface ForwardingMode<S extends SettingsSchema = SettingsSchema> {
  /** The word after `mode`. Unique among the registered modes. */
  readonly name: string;
  readonly doc: string;
  /** Name of the attachment that ports of this mode use. */
  readonly attachment: string;
  /** Whether the network needs at least one subnet, may have one, or has none of its own on this host. */
  readonly subnets: 'required' | 'optional' | 'none';
  readonly settings: S;
  /** The hooks that {@link rules} may use; a rule on another hook is refused and nothing is emitted. */
  readonly hooks: readonly NetworkHook[];
  /** Problems that the schema cannot see. An error here keeps the network from being emitted. */
  check(network: NetworkView<S>): readonly Diagnostic[];
  topology(network: NetworkView<S>): NetworkTopology;
  rules(network: NetworkView<S>): readonly NetworkRule[];
  guarantees(network: NetworkView<S>): readonly Guarantee[];
}

/** Keeps the settings' literal types while the result fits the registry. */
export function defineMode<const S extends SettingsSchema>(mode: ForwardingMode<S>): ForwardingMode {
  // WHY: `check` and its like take the network with *this* schema; the compiler checks the settings against exactly this
  // schema before it calls them, which is what makes the wider type true.
  return mode as unknown as ForwardingMode;
}
