// What a guard owes a frame of a port: the catalogue says it for a port with one address of each family, this for every other kind. In: the kind of
// the port's address list, an entry. Out: the verdict. Guarantees: pure.
import type { CatalogueEntry, Owed } from './catalogue.ts';
import type { AddressKind } from './ports.ts';

type Family = 'ipv4' | 'ipv6';

const FAMILY: Readonly<Record<number, Family>> = { 0x0800: 'ipv4', 0x0806: 'ipv4', 0x86dd: 'ipv6' };

/** Where the sender's IP address stands in a frame of this type: byte and length. */
const SOURCE: Readonly<Record<number, readonly [number, number]>> = {
  0x0800: [26, 4],
  0x0806: [28, 4],
  0x86dd: [22, 16],
};

const typeOf = (frame: Uint8Array): number => ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);

/** True for the frames of a station that has no address yet. */
function isUnaddressed(frame: Uint8Array): boolean {
  const [at, length] = SOURCE[typeOf(frame)] ?? [0, 0];
  return length > 0 && frame.slice(at, at + length).every((byte) => byte === 0);
}

/** `either` where a guard may decide as it likes. */
export function owedTo(kind: AddressKind, { guard, fault, frame }: CatalogueEntry): Owed {
  if (guard === 'stop') return kind === 'any address' && fault === 'address' ? 'either' : 'stop';
  const only = kind === 'IPv4 only' ? 'ipv4' : kind === 'IPv6 only' ? 'ipv6' : undefined;
  const family = FAMILY[typeOf(frame)];
  if (guard === 'either' || only === undefined || family === undefined || family === only) return guard;
  return isUnaddressed(frame) ? 'either' : 'stop';
}
