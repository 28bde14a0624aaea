/** The model: every name bound and every definition checked, ready to be instantiated for ports. */
import type { AssertItem, TestItem } from '@weir/grammar';
import type { World } from './environment.ts';

export interface Model {
  readonly world: World;
  /** Items that later tools run, with the file they stand in. */
  readonly tests: readonly { readonly file: string; readonly item: TestItem }[];
  readonly asserts: readonly { readonly file: string; readonly item: AssertItem }[];
}
