/**
 * The sets that rules look up by name, collected while rules are resolved.
 *
 * Guaranteed: one set a label and family; its id is made from the label, and two labels that come to the same id are
 * told apart by a digest of what they are.
 */
import { createHash } from 'node:crypto';
import type { Span } from '@weir/plugin';
import type { ValueRange } from '../policy/match.ts';
import type { NamedSet } from '../policy/policy.ts';
import { normalise } from '../values/ranges.ts';

interface Wanted {
  /** What makes it this set and no other: file and name, or the selector. */
  readonly identity: string;
  /** Base of the id, e.g. `office` or `guests-tier-db`. */
  readonly base: string;
  readonly label: string;
  readonly type: 'ipv4' | 'ipv6';
  readonly ranges: readonly ValueRange[];
  readonly contributed: NamedSet['contributed'];
  readonly span: Span;
}

const SUFFIX = { ipv4: 'ip4', ipv6: 'ip6' } as const;

export class SetRegistry {
  readonly #byId = new Map<string, { readonly identity: string; readonly set: NamedSet }>();

  /** The id of the set, made if it is new. */
  id(wanted: Wanted): string {
    const { identity, base, type, ...rest } = wanted;
    // WHY: sets of own facts are called `self-…`.
    const plain = `${base.startsWith('self') ? 'set-' : ''}${base.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 40)}-${SUFFIX[type]}`;
    const found = this.#byId.get(plain);
    const id = found === undefined || found.identity === identity ? plain : distinct(plain, identity);
    if (!this.#byId.has(id)) this.#byId.set(id, { identity, set: { id, type, ...rest } });
    return id;
  }

  /** All members of a set that exists. */
  members(id: string): readonly ValueRange[] {
    const set = this.#byId.get(id)?.set;
    if (set === undefined) throw new Error(`no set ${id}`);
    return normalise([...set.ranges, ...set.contributed.flatMap((c) => c.ranges)]);
  }

  /** All sets, sorted by id. */
  list(): readonly NamedSet[] {
    return [...this.#byId.values()].map(({ set }) => set).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function distinct(plain: string, identity: string): string {
  return `${plain}-${createHash('sha256').update(identity).digest('hex').slice(0, 6)}`;
}
