/**
 * Rules that a forwarding mode contributes for one network, as typed data.
 *
 * They are about packets that the host routes, receives, sends or translates; what may enter or leave a guest's port
 * is the guests' policy, never a mode's. Order within a hook is the order of the list. The compiler adds the rules
 * that hold for every network (networks keep apart, own sources only from the own bridge) in front of them.
 *
 * INVARIANT: a `drop` or `reject` is final for the packet; an `accept` only ends this network's rules on this hook
 * (the other network's rules, and tables that are not Weir's, are still asked).
 */
import type { Family } from './settings.ts';
import type { Span } from './span.ts';

/**
 * Where a rule stands:
 * - `forward-from`: routed packets that came in through this network's bridge and leave through another device;
 * - `forward-to`: routed packets that came in through another device and leave through this network's bridge;
 * - `input` / `output`: between this network's bridge and the host itself;
 * - `dstnat`: destination translation of arriving packets (nat prerouting), `dstnat-local`: of the host's own packets
 *   (nat output), `srcnat`: source translation (nat postrouting). These three see packets of every device, so their
 *   rules must say which ones they mean.
 */
export type NetworkHook = 'forward-from' | 'forward-to' | 'input' | 'output' | 'dstnat' | 'dstnat-local' | 'srcnat';

/** A prefix `address/length`, or the inclusive range `low-high` (`low === high` for one address); canonical text. */
export type AddressBlock =
  | { readonly kind: 'prefix'; readonly address: string; readonly length: number }
  | { readonly kind: 'range'; readonly low: string; readonly high: string };

export type NetworkProtocol = 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6';

export type NetworkMatch =
  /**
   * The device the packet came in by or leaves by; `this-network` is the network's bridge, `any-network` the bridge of
   * any network of this host (this one included).
   */
  | {
      readonly kind: 'device';
      readonly side: 'in' | 'out';
      readonly device: 'this-network' | 'any-network' | { readonly name: string };
      readonly negated: boolean;
    }
  /** Matches only packets of that family, negated or not. `blocks` is not empty. */
  | {
      readonly kind: 'address';
      readonly side: 'source' | 'destination';
      readonly family: Family;
      readonly blocks: readonly AddressBlock[];
      readonly negated: boolean;
    }
  | { readonly kind: 'family'; readonly family: Family }
  /** The destination is one of the host's own addresses. */
  | { readonly kind: 'host-destination' }
  | { readonly kind: 'protocol'; readonly protocols: readonly NetworkProtocol[] }
  /** Port of tcp, udp or sctp; stands after a `protocol` match of those. Inclusive. */
  | { readonly kind: 'port'; readonly side: 'source' | 'destination'; readonly low: number; readonly high: number }
  | { readonly kind: 'connection'; readonly states: readonly ('new' | 'established' | 'related' | 'invalid')[] }
  /** The connection's destination was translated (by a `dnat`). */
  | { readonly kind: 'destination-translated' };

export type NetworkAction =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** Answered with "administratively prohibited" (RFC 1812 5.2.7.1, RFC 4443 3.1). */
  | { readonly kind: 'reject' }
  /** Ends this hook's rules of this network without a verdict. */
  | { readonly kind: 'return' }
  /** `ports` maps the matched port p to `ports.low + (p - matched low)`; absent: the port stays. */
  | {
      readonly kind: 'dnat';
      readonly family: Family;
      readonly address: string;
      readonly ports?: { readonly low: number; readonly high: number };
    }
  | {
      readonly kind: 'snat';
      readonly family: Family;
      readonly low: string;
      readonly high: string;
      readonly ports?: { readonly low: number; readonly high: number };
    }
  /** Source becomes the address of the outgoing device. */
  | { readonly kind: 'masquerade'; readonly ports?: { readonly low: number; readonly high: number } };

export interface NetworkRule {
  readonly hook: NetworkHook;
  /** All must hold. */
  readonly matches: readonly NetworkMatch[];
  readonly action: NetworkAction;
  /** A few words for people: what the rule is for. */
  readonly purpose: string;
  /** The setting that caused it, where there is one. */
  readonly span?: Span;
}
