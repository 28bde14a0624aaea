/**
 * What surrounds a value when it is evaluated: the file's names, the parameters, and the port that is asked.
 */
import type { FileTree, Located } from '@weir/grammar';
import type { Inventory, PortDeclaration } from '../model/inventory.ts';
import type { ValueRange } from '../policy/match.ts';
import type { Report } from './report.ts';
import type { Definition, Scopes } from './scope.ts';
import type { SetRegistry } from './set-registry.ts';
import type { AddressTerm, TypedValue } from './typed-value.ts';

/** What is the same for all files and ports of a run. */
export interface World {
  readonly files: ReadonlyMap<string, FileTree>;
  readonly scopes: Scopes;
  readonly inventory: Inventory;
  readonly sets: SetRegistry;
  readonly report: Report;
  /** The day of the run, `2027-03-31`; without it nothing expires. */
  readonly today?: string;
  /** Names stand for ends, as in claims: of a network and the world the host's own addresses are no part. */
  readonly meansEnds?: boolean;
  /** Values of selections of guests, by what they select; filled as they are asked for. */
  readonly selections: Map<string, AddressTerm>;
  /** What a declared set or service stands for; undefined when it is wrong, which has then been reported. */
  readonly evaluate: (definition: Definition, env: Environment) => TypedValue | undefined;
  /** Values of declared sets and services, by definition; filled as they are asked for. */
  readonly cache: Map<Definition, TypedValue | 'broken' | 'busy'>;
}

/** The facts of one port's network that become constants in a rule. */
export interface PortView {
  readonly port: PortDeclaration;
  readonly subnets: { readonly ipv4: readonly ValueRange[]; readonly ipv6: readonly ValueRange[] };
  readonly gateways: { readonly ipv4: readonly ValueRange[]; readonly ipv6: readonly ValueRange[] };
}

export interface Environment {
  readonly world: World;
  readonly file: string;
  /** Parameters in scope; `undefined` for one whose argument was wrong. */
  readonly params: ReadonlyMap<string, TypedValue | undefined>;
  /** Absent while a definition is checked on its own. */
  readonly port?: PortView;
}

/** The characters of a node. */
export function textOf(env: Environment, node: Located): string {
  return env.world.files.get(env.file)?.text.slice(node.start, node.end) ?? '';
}
