/** A table from pairs of node numbers to a node number: open addressing in one typed array, which grows and forgets nothing. */

const START = 1 << 8;
const FREE = -1;
/** Words of a slot: both keys and the value. */
const SLOT = 3;

/** Spreads the bits of two numbers. */
export function mix(a: number, b: number): number {
  const sum = Math.imul(a, 0x9e37_79b1) ^ Math.imul(b + 0x7f4a_7c15, 0x85eb_ca6b);
  return (sum ^ (sum >>> 15)) >>> 0;
}

export class PairTable {
  #slots = new Int32Array(START * SLOT).fill(FREE);
  #mask = START - 1;
  #used = 0;

  /** The value of a pair, or -1. */
  get(a: number, b: number): number {
    const slots = this.#slots;
    for (let at = mix(a, b) & this.#mask; ; at = (at + 1) & this.#mask) {
      const key = slots[at * SLOT];
      if (key === FREE) return FREE;
      if (key === a && slots[at * SLOT + 1] === b) return slots[at * SLOT + 2] ?? FREE;
    }
  }

  /** Notes the value of a pair that is not there yet. */
  set(a: number, b: number, value: number): void {
    if (this.#used * 2 > this.#mask) this.#grow();
    this.#used += 1;
    this.#put(a, b, value);
  }

  #put(a: number, b: number, value: number): void {
    const slots = this.#slots;
    let at = mix(a, b) & this.#mask;
    while (slots[at * SLOT] !== FREE) at = (at + 1) & this.#mask;
    slots[at * SLOT] = a;
    slots[at * SLOT + 1] = b;
    slots[at * SLOT + 2] = value;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = (this.#mask + 1) * 4 - 1;
    this.#slots = new Int32Array((this.#mask + 1) * SLOT).fill(FREE);
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at] !== FREE) this.#put(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0);
    }
  }
}
