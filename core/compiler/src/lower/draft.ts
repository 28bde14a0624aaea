/** Chains in the making: one profile's chains of one place, with names that do not meet. */
import type { Statement } from '@weir/nftables-json';
import type { Origin } from '../policy/rule.ts';
import type { HostOrigin, LayoutChain, LayoutRule, LayoutSet } from './layout.ts';
import type { Place } from './place.ts';

/** A chain that rules can still be added to. */
export class ChainDraft {
  readonly name: string;
  readonly rules: LayoutRule[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Appends a rule. */
  add(statements: readonly Statement[], origin: Origin | HostOrigin): void {
    this.rules.push({ statements, origin });
  }
}

/** The chains of one profile. */
export class ProfileDraft {
  readonly place: Place;
  readonly chains: ChainDraft[] = [];
  readonly sets: LayoutSet[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(place: Place) {
    this.place = place;
  }

  /** A new chain of exactly that name. */
  open(name: string): ChainDraft {
    const chain = new ChainDraft(name);
    this.chains.push(chain);
    return chain;
  }

  /** The next free name that starts with `stem`. */
  name(stem: string): string {
    const number = (this.#numbers.get(stem) ?? 0) + 1;
    this.#numbers.set(stem, number);
    return `${stem}${number}`;
  }

  /** A new chain with a numbered name. */
  openNext(stem: string): ChainDraft {
    return this.open(this.name(stem));
  }

  finish(): readonly LayoutChain[] {
    return this.chains.map(({ name, rules }) => ({ table: this.place.table, name, rules }));
  }
}
