// What a line of the catalogue says. In: nothing. Out: the types, and short ways to write an entry. Guarantees: pure.

/**
 * What is wrong with a frame that must be stopped; it tells which ports it concerns.
 *
 * - `mac`: it names a MAC address that is not the port's, in the Ethernet header, in ARP or in a link-layer option.
 * - `address`: its only fault is an IP address that is not the port's; a port with `address any` may send it.
 * - `role`: it speaks as a router, a querier or a server.
 * - `link`: it is no untagged frame of ARP, IPv4 or IPv6, whatever is inside.
 * - `shape`: it hides what it is, or is cut off before it says it.
 */
export type Fault = 'mac' | 'address' | 'role' | 'link' | 'shape';

/** `stop`: a clean-traffic guard must not let it through. `pass`: it must. `either`: harmless, and a matter of taste. */
export type Owed = 'stop' | 'pass' | 'either';

/**
 * What else than a guard keeps a frame from coming out as it went in: the `bridge` carries no such frame, or connection `tracking` drops it,
 * holds it back or mends it.
 */
export type Fate = 'bridge' | 'tracking';

/** One frame, and what an anti-spoofing guard owes it. */
export interface CatalogueEntry {
  /** Unique; says what the frame pretends or is. */
  readonly name: string;
  /** The standard, the evasion or the harm that it is here for. */
  readonly why: string;
  readonly guard: Owed;
  /** Of frames that must be stopped. */
  readonly fault?: Fault;
  readonly fate?: Fate;
  readonly frame: Uint8Array;
}

type Made = (name: string, frame: Uint8Array, fate?: Fate) => CatalogueEntry;

/** Entries that must be stopped for this fault. */
export const stop =
  (fault: Fault, why: string): Made =>
  (name, frame, fate) => ({ name, why, guard: 'stop', fault, frame, ...(fate && { fate }) });

/** Entries that must pass. */
export const pass =
  (why: string): Made =>
  (name, frame, fate) => ({ name, why, guard: 'pass', frame, ...(fate && { fate }) });

/** Entries about which guards may differ. */
export const either =
  (why: string): Made =>
  (name, frame, fate) => ({ name, why, guard: 'either', frame, ...(fate && { fate }) });
