/** Where the policy of one attachment stands: its table, its names, its hooks and what the target lets it do. */
import { meta } from '@weir/nftables-json';
import type { Expression, TableName } from '@weir/nftables-json';
import type { Attachment } from '@weir/plugin';
import type { Direction } from '../policy/rule.ts';
import { canReject, stateSource } from '../target/state-source.ts';
import type { StateSource, Target } from '../target/target.ts';

/** The name of Weir's table in every family. */
export const TABLE = 'weir';

export interface Place {
  readonly attachment: Attachment;
  readonly table: TableName;
  readonly target: Target;
  readonly state: StateSource;
  /** True where frames of every kind are seen, false where only IP packets are. */
  readonly isLink: boolean;
}

/** The place of an attachment on a target. */
export function placeOf(attachment: Attachment, target: Target): Place {
  return {
    attachment,
    target,
    table: { family: attachment.family, name: TABLE },
    state: stateSource(attachment, target),
    isLink: attachment.layer === 'link',
  };
}

/** A name in the place's table that does not meet those of other attachments. */
export function nameIn(place: Place, name: string): string {
  return `${place.attachment.prefix}${name}`;
}

/** The chain a profile's frames of one direction start in. */
export function profileChain(place: Place, profile: string, direction: Direction): string {
  return nameIn(place, `${profile}-${direction}`);
}

/** The expression that holds the port's device. */
export function deviceOf(place: Place, direction: Direction): Expression {
  const hook = place.attachment.hooks.find((one) => one.direction === direction);
  return meta(hook?.device ?? (direction === 'out' ? 'iifname' : 'oifname'));
}

/** True when the kernel can answer a packet refused in that direction. */
export function rejectsIn(place: Place, direction: Direction): boolean {
  return canReject(place.attachment, place.target, direction);
}
