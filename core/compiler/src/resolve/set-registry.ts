/**
 * The sets that rules look up by name, collected while rules are resolved.
 *
 * Guaranteed: one set a source and family. Its id is readable and depends on the source alone and, for a declared set,
 * on whether another file declares the same name; the order in which sets are asked for never shows.
 */
import { createHash } from 'node:crypto';
import type { Family, Span } from '@weir/plugin';
import type { ValueRange } from '../policy/match.ts';
import type { NamedSet } from '../policy/policy.ts';
import { normalise } from '../values/ranges.ts';

/** What a set is made from. */
export type SetSource =
  | { readonly kind: 'declared'; readonly file: string; readonly name: string }
  | { readonly kind: 'guest'; readonly guest: string; readonly ifname: string }
  /** Labels and their values, sorted by label. */
  | { readonly kind: 'guests'; readonly labels: readonly (readonly [label: string, value: string])[] };

/** What a set holds in one family. */
export type SetContent = Pick<NamedSet, 'label' | 'ranges' | 'contributed'> & {
  readonly type: Family;
  readonly span: Span;
};

const SUFFIX = { ipv4: 'ip4', ipv6: 'ip6' } as const;

export class SetRegistry {
  readonly #byId = new Map<string, NamedSet>();
  readonly #shared: ReadonlySet<string>;

  /** `shared`: names that more than one file declares a set by. */
  constructor(shared: ReadonlySet<string>) {
    this.#shared = shared;
  }

  /** The id of the set; `content` is asked for when the set is new. */
  id(source: SetSource, type: Family, content: () => Omit<SetContent, 'type'>): string {
    const id = `${baseOf(source, this.#shared)}-${SUFFIX[type]}`;
    if (!this.#byId.has(id)) this.#byId.set(id, { id, type, ...content() });
    return id;
  }

  /** All members of a set that exists. */
  members(id: string): readonly ValueRange[] {
    const set = this.#byId.get(id);
    if (set === undefined) throw new Error(`no set ${id}`);
    return normalise([...set.ranges, ...set.contributed.flatMap((c) => c.ranges)]);
  }

  /** All sets, sorted by id. */
  list(): readonly NamedSet[] {
    return [...this.#byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** What sources are called where that says it all: no two sources that are `plain` have the same base. */
interface Called {
  readonly base: string;
  readonly plain: boolean;
}

const LONGEST = 60;

function baseOf(source: SetSource, shared: ReadonlySet<string>): string {
  const { base, plain } = called(source, shared);
  // WHY: what looks like a base with a digest gets one as well, so that the two never meet.
  if (plain && base.length <= LONGEST && !/_[0-9a-f]{10}$/.test(base)) return base;
  const digest = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 10);
  return `${base.slice(0, LONGEST)}_${digest}`;
}

function called(source: SetSource, shared: ReadonlySet<string>): Called {
  switch (source.kind) {
    case 'declared': {
      const { name } = source;
      // WHY: sets of own facts are called `self-…`, and selections of guests `guest-…` and `guests-…`.
      const base = /^(?:self|set-|guests?-)/.test(name) ? `set-${name}` : name;
      return { base, plain: !shared.has(name) };
    }
    case 'guest':
      return source.ifname === ''
        ? { base: `guest-${clean(source.guest)}`, plain: isClean(source.guest) }
        : { base: `guest-${clean(source.guest)}-${clean(source.ifname)}`, plain: false };
    case 'guests': {
      const pairs = source.labels.map(([label, value]) => `${clean(label)}-${clean(value)}`);
      // A pair ends at `_` and its label at the first `-`.
      const plain = source.labels.every(
        ([label, value]) => /^[A-Za-z0-9]+$/.test(label) && /^[A-Za-z0-9-]+$/.test(value),
      );
      return { base: pairs.length === 0 ? 'guests' : `guests-${pairs.join('_')}`, plain };
    }
    default:
      return source satisfies never;
  }
}

const isClean = (word: string): boolean => /^[A-Za-z0-9_-]+$/.test(word);
const clean = (word: string): string => word.replaceAll(/[^A-Za-z0-9_-]/g, '-');
