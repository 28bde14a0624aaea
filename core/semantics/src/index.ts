/** The reference interpreter: what a policy means, frame by frame. */
export * from './decide.ts';
export * from './decision.ts';
export { PLACES } from './field-place.ts';
export type { Base, Place } from './field-place.ts';
export { fieldValue, hasHeader } from './field-value.ts';
export type * from './journey/journey.ts';
export type { Endpoint, PacketEnds } from './journey/rewrite.ts';
export { endsOf } from './journey/rewrite.ts';
export * from './journey/travel.ts';
export { readFrame } from './frame.ts';
export type { Frame, IpLayer } from './frame.ts';
export { matches } from './matches.ts';
export { missesOf } from './misses.ts';
export type { Miss } from './misses.ts';
export type { Covered } from './tests/coverage.ts';
export * from './tests/run-tests.ts';
export type { ConnectionState, HostFacts, Subject } from './subject.ts';
