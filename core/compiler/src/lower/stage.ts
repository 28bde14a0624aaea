/** What the rules of one stage (a guard, or one of the filters) are lowered against. */
import type { Statement } from '@weir/nftables-json';
import type { NamedSet, Profile } from '../policy/policy.ts';
import type { DecisionList, Direction } from '../policy/rule.ts';
import type { Findings } from './findings.ts';
import type { ProfileDraft } from './draft.ts';
import type { Usage } from './match-context.ts';

/** One profile in one direction. */
export interface Way {
  readonly draft: ProfileDraft;
  readonly profile: Profile;
  readonly direction: Direction;
  /** Name of the chain that the dispatch goes to; other chains of the way start with it. */
  readonly entry: string;
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly usage: Usage;
  readonly findings: Findings;
}

export interface Stage {
  readonly way: Way;
  readonly kind: 'guard' | 'filter';
  /** Names of further chains start with it. */
  readonly stem: string;
  readonly list: DecisionList;
  /** What `accept` does; `isNested`: in a chain that this stage jumps to. */
  accept(isNested: boolean): readonly Statement[];
  /** What `pass` does. */
  readonly pass: readonly Statement[];
}

/** Where in a stage a rule stands. */
export interface Spot {
  /** In a chain that is left by returning to a chain of the same stage. */
  readonly isNested: boolean;
  /** What `return` leaves: the stage (its default decides), or the chain of a `use` block. */
  readonly leaves: 'stage' | 'block';
}
