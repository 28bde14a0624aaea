/** The reference interpreter: what a policy means, frame by frame. */
export * from './decide.ts';
export * from './decision.ts';
export { PLACES } from './field-place.ts';
export type { Base, Place } from './field-place.ts';
export { fieldValue, hasHeader } from './field-value.ts';
export { readFrame } from './frame.ts';
export type { Frame, IpLayer } from './frame.ts';
export { matches } from './matches.ts';
export type { ConnectionState, HostFacts, Subject } from './subject.ts';
