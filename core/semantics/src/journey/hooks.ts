/**
 * The host's hooks for one packet: the networks' rules, and translation.
 *
 * Guaranteed: each notes its hop, and translation changes the packet; an answer is translated back as its connection was
 * translated, without asking rules.
 */
import type { NetworkPolicy } from '@weir/compiler';
import type { NetworkHook } from '@weir/plugin';
import type { Flight } from './flight.ts';
import type { NetworkHop, Translation } from './journey.ts';
import { askNetwork, askNetworks, type HostPacket, type NetworkAnswer } from './network-rules.ts';
import { withEnd } from './rewrite.ts';
import { translatedDestination, translatedSource } from './translate.ts';

/** Devices by name, empty for an outside one that no rule names; absent where the hook has none. */
export interface Devices {
  readonly inDevice?: string;
  readonly outDevice?: string;
}

function packetAt(flight: Flight, devices: Devices): HostPacket | undefined {
  const { translations, facts } = flight;
  const ends = flight.ends();
  const isDestinationTranslated = [...translations, ...(facts.answers ?? [])].some(
    ({ side }) => side === 'destination',
  );
  return ends && { ends, state: facts.state, isDestinationTranslated, ...devices };
}

/** The rules of one network; false when the packet ends here. */
export function askHook(flight: Flight, network: NetworkPolicy, hook: NetworkHook, devices: Devices): boolean {
  const packet = packetAt(flight, devices);
  if (packet === undefined) return true;
  const answer = askNetwork(flight.site, network, hook, packet);
  return answer.asked.length === 0 || note(flight, hook, answer, { network });
}

function note(
  flight: Flight,
  hook: NetworkHook,
  { by, action, asked }: NetworkAnswer,
  { network, translation }: { readonly network?: NetworkPolicy; readonly translation?: Translation },
): boolean {
  const verdict = action?.kind === 'drop' || action?.kind === 'reject' ? action.kind : 'accept';
  const hop: NetworkHop = {
    kind: 'network',
    hook,
    verdict,
    ...(verdict === 'reject' && { rejectWith: 'admin-prohibited' }),
    frame: flight.bytes,
    ...(network && { network: network.view.name }),
    ...(by && { by }),
    asked,
    ...(translation && { translation }),
  };
  flight.hops.push(hop);
  if (translation) {
    flight.translations.push(translation);
    flight.bytes = withEnd(flight.bytes, translation.side, translation.after);
  }
  return verdict === 'accept';
}

/** WHY: only packets of a tracked connection are translated (nf_nat_inet_fn), and all of one connection alike. */
function isTranslatable({ facts: { state, answers } }: Flight): boolean {
  return answers === undefined && state !== undefined && state !== 'invalid' && state !== 'untracked';
}

/** In front of routing; false when the packet ends here. */
export function translateDestination(flight: Flight, hook: 'dstnat' | 'dstnat-local', devices: Devices): boolean {
  undo(flight, 'source', hook);
  const packet = packetAt(flight, devices);
  if (!isTranslatable(flight) || packet === undefined) return true;
  const answer = askNetworks(flight.site, hook, packet);
  if (answer.asked.length === 0) return true;
  const after = translatedDestination(answer, packet.ends, flight.site);
  const made = after && { translation: { side: 'destination' as const, before: packet.ends.destination, after } };
  return note(flight, hook, answer, made ?? {});
}

/** Behind routing, toward that network or the outside; false when the packet ends here. */
export function translateSource(flight: Flight, to: NetworkPolicy | undefined, devices: Devices): boolean {
  undo(flight, 'destination', 'srcnat');
  const packet = packetAt(flight, devices);
  if (!isTranslatable(flight) || packet === undefined) return true;
  const answer = askNetworks(flight.site, 'srcnat', packet);
  if (answer.asked.length === 0) return true;
  const after = translatedSource(answer, packet.ends, to, flight.site);
  const made = after && { translation: { side: 'source' as const, before: packet.ends.source, after } };
  return note(flight, 'srcnat', answer, made ?? {});
}

/** An answer's own end: what the asking packet had as source is its destination, and the other way round. */
export function undo(flight: Flight, side: Translation['side'], hook: NetworkHook): void {
  const made = flight.facts.answers?.find((translation) => translation.side === side);
  const ends = flight.ends();
  if (made === undefined || ends === undefined) return;
  const back = side === 'source' ? 'destination' : 'source';
  if (ends[back].address !== made.after.address || ends[back].port !== made.after.port) return;
  note(flight, hook, { asked: [] }, { translation: { side: back, before: made.after, after: made.before } });
}
