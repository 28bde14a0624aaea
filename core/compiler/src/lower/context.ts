/**
 * What the lowering of one profile's chains needs to know about where it stands: the attachment, the target, the
 * direction and stage, and what to look up.
 */
import type { Attachment } from '@weir/plugin';
import type { Field } from '../policy/field.ts';
import type { NamedSet, Profile } from '../policy/policy.ts';
import type { Direction } from '../policy/rule.ts';
import type { StateSource, Target } from '../target/target.ts';
import type { Findings } from './findings.ts';
import type { OwnUse } from './own-sets.ts';

export interface Context {
  readonly profile: Profile;
  readonly attachment: Attachment;
  readonly target: Target;
  readonly state: StateSource;
  readonly direction: Direction;
  /** `guard`: any frame. `filter`: only untagged IPv4 and IPv6 get here. */
  readonly stage: 'guard' | 'filter';
  readonly fields: ReadonlyMap<string, Field>;
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly findings: Findings;
  /** Collects which sets of own facts the rules look up. */
  readonly own: OwnUse;
  /** Collects the shared counters that rules name. */
  readonly counters: Set<string>;
}

/** The meta key of the port's device for frames of this direction; the same at all of the attachment's hooks. */
export function deviceKey(context: Context): 'iifname' | 'oifname' {
  return context.direction === 'out' ? 'iifname' : 'oifname';
}
