// A site of the corpus as probes get it. WHY: apart from how it is made, so that nothing of that is bundled with the mutants.
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import type { Direction, Policy, Port, Target } from '@weir/compiler';
import type { ConnectionState } from '@weir/semantics';
import type { Texts } from '../compile/compile-case.ts';

/** Connection tracking's word for a frame. */
export type State = Exclude<ConnectionState, 'untracked'>;

/** Frames for one port and direction. */
export interface Trial {
  readonly port: Port;
  readonly direction: Direction;
  readonly frames: readonly { readonly bytes: Uint8Array; readonly state: State }[];
}

export interface CorpusSite {
  readonly name: string;
  readonly texts: Texts;
  readonly policy: Policy;
  readonly targets: readonly Target[];
  readonly trials: readonly Trial[];
  /** Its networks are of interest, too. */
  readonly hasNetworks: boolean;
}

/** The corpus from the file that WEIR_MUTANTS_CORPUS names. */
export function corpus(): readonly CorpusSite[] {
  const file = process.env['WEIR_MUTANTS_CORPUS'];
  if (file === undefined) throw new Error('WEIR_MUTANTS_CORPUS names no file');
  return deserialize(readFileSync(file)) as readonly CorpusSite[];
}
