/**
 * The elements of a set or map. In: keys as spans, packets' atoms. Out: lookups as the kernel does them. Guarantees: expired elements are
 * never found; `copy` is independent of its source, except for the state that packets change inside an element.
 */
import type { Expression } from '../types/expression.ts';
import type { Atom, Span } from './atom.ts';
import { fileKey, isExact, isOverlapping, isSame, isWithin } from './atom.ts';
import { Refusal } from './error.ts';
import type { Verdict } from './run.ts';
import type { Stateful } from './stateful.ts';

/** What a map gives for a key. */
export type ElementData =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'value'; readonly span: readonly Span[] }
  | { readonly kind: 'object'; readonly name: string };

/** One element. */
export interface Element {
  /** One span for each component; empty for the catch-all. */
  readonly key: readonly Span[];
  /** As it was written, without its properties. */
  readonly written: Expression;
  readonly writtenData: Expression | undefined;
  readonly data: ElementData | undefined;
  /** Text that is equal for equal data. */
  readonly dataText: string;
  readonly timeout: number | undefined;
  /** When it leaves, in nanoseconds of the virtual clock. */
  expires: number | undefined;
  readonly comment: string | undefined;
  readonly stateful: readonly Stateful[];
  /** Counts all commands ever carried out; undefined for elements that a packet added. */
  readonly sequence: number | undefined;
}

/** The atoms of a key that is one value. */
function exactAtoms(key: readonly Span[]): readonly Atom[] | undefined {
  const atoms: Atom[] = [];
  for (const span of key) {
    if (span.kind !== 'span' || !isExact(span)) return undefined;
    atoms.push(span.low);
  }
  return atoms;
}

/** The elements of one set. */
export class ElementStore {
  readonly #exact = new Map<Atom, Element>();
  #spans: Element[] = [];
  #catchAll: Element | undefined;

  /** A copy that can be changed without touching this one. */
  copy(): ElementStore {
    const copy = new ElementStore();
    for (const [key, element] of this.#exact) copy.#exact.set(key, element);
    copy.#spans = [...this.#spans];
    copy.#catchAll = this.#catchAll;
    return copy;
  }

  /** How many elements there are, expired ones included until they are met. */
  get size(): number {
    return this.#exact.size + this.#spans.length + (this.#catchAll === undefined ? 0 : 1);
  }

  /** All elements that have not expired, in the order in which they were added: values, then intervals, then the catch-all. */
  all(now: number): readonly Element[] {
    const every = [...this.#exact.values(), ...this.#spans];
    if (this.#catchAll !== undefined) every.push(this.#catchAll);
    return every.filter((element) => !isExpired(element, now));
  }

  /** The element that holds these atoms, or the catch-all. */
  find(atoms: readonly Atom[], now: number): Element | undefined {
    const exact = this.#exact.get(fileKey(atoms));
    if (exact !== undefined && !isExpired(exact, now)) return exact;
    for (const element of this.#spans) if (holds(element.key, atoms) && !isExpired(element, now)) return element;
    const rest = this.#catchAll;
    return rest === undefined || isExpired(rest, now) ? undefined : rest;
  }

  /** The element with exactly this key. */
  get(key: readonly Span[], now: number): Element | undefined {
    const element = this.#get(key);
    return element === undefined || isExpired(element, now) ? undefined : element;
  }

  #get(key: readonly Span[]): Element | undefined {
    if (key.length === 0) return this.#catchAll;
    const atoms = exactAtoms(key);
    if (atoms !== undefined) return this.#exact.get(fileKey(atoms));
    return this.#spans.find((element) => isSameKey(element.key, key));
  }

  /** Adds an element or puts it in place of the one with its key. */
  put(element: Element): void {
    if (element.key.length === 0) {
      this.#catchAll = element;
      return;
    }
    const atoms = exactAtoms(element.key);
    if (atoms !== undefined) this.#exact.set(fileKey(atoms), element);
    else {
      this.#spans = this.#spans.filter((other) => !isSameKey(other.key, element.key));
      this.#spans.push(element);
    }
  }

  /** Takes the element with exactly this key out; false when there is none. */
  remove(key: readonly Span[], now: number): boolean {
    const element = this.#get(key);
    if (element === undefined) return false;
    if (key.length === 0) this.#catchAll = undefined;
    const atoms = exactAtoms(key);
    if (atoms !== undefined) this.#exact.delete(fileKey(atoms));
    else this.#spans = this.#spans.filter((other) => other !== element);
    return !isExpired(element, now);
  }

  /** Takes all elements out. */
  clear(): void {
    this.#exact.clear();
    this.#spans = [];
    this.#catchAll = undefined;
  }

  /** Refuses a key that overlaps an element without being the same. */
  refuseOverlap(key: readonly Span[], now: number, name: string): void {
    if (key.length === 0) return;
    const atoms = exactAtoms(key);
    const others = atoms === undefined || this.#spans.length > 0 ? this.all(now) : [];
    const clash = others.find((other) => other.key.length > 0 && !isSameKey(other.key, key) && isClash(other.key, key));
    if (clash !== undefined) throw new Refusal('interval-overlap', `an interval overlaps an element of \`${name}\``);
  }
}

/**
 * WHY: intervals of one component must not overlap at all; of several, Linux (pipapo) looks only whether the new first or last value is in
 * an old element.
 */
function isClash(old: readonly Span[], key: readonly Span[]): boolean {
  if (key.length === 1) return old.every((span, index) => overlapsAt(span, key[index]));
  const ends = (pick: 'low' | 'high'): boolean =>
    old.every((span, index) => {
      const part = key[index];
      if (part === undefined) return false;
      return part.kind === 'prefix' ? isOverlapping(span, part) : isWithin(span, part[pick]);
    });
  return ends('low') || ends('high');
}

function overlapsAt(span: Span, other: Span | undefined): boolean {
  return other !== undefined && isOverlapping(span, other);
}

function isSameKey(a: readonly Span[], b: readonly Span[]): boolean {
  return (
    a.length === b.length &&
    a.every((span, index) => {
      const other = b[index];
      return other !== undefined && isSame(span, other);
    })
  );
}

function holds(key: readonly Span[], atoms: readonly Atom[]): boolean {
  return key.every((span, index) => {
    const atom = atoms[index];
    return atom !== undefined && isWithin(span, atom);
  });
}

/** True when the element's time is over. */
export function isExpired(element: Element, now: number): boolean {
  return element.expires !== undefined && element.expires <= now;
}
