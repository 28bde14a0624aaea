/** The model: every name bound and every definition checked, ready to be instantiated for ports. */
import type { ClaimGroup } from '../policy/claim.ts';
import type { FlowTest } from '../policy/flow.ts';
import type { World } from './environment.ts';

export interface Model {
  readonly world: World;
  /** The `test` items of all files, as far as they are right. */
  readonly tests: readonly FlowTest[];
  /** The `assert` items of all files and the promises of the networks' modes, as far as they are right. */
  readonly claims: readonly ClaimGroup[];
}
