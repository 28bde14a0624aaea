/** The model: every name bound and every definition checked, ready to be instantiated for ports. */
import type { AssertItem } from '@weir/grammar';
import type { FlowTest } from '../policy/flow.ts';
import type { World } from './environment.ts';

export interface Model {
  readonly world: World;
  /** The `test` items of all files, as far as they are right. */
  readonly tests: readonly FlowTest[];
  /** Items that later tools run, with the file they stand in. */
  readonly asserts: readonly { readonly file: string; readonly item: AssertItem }[];
}
