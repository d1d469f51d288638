/** Random numbers for the generators: the same at every run with one seed. */

import { numbers } from "../rpc/bytes.ts";

/** One source of random numbers, with what the generators make of them. */
export class Random {
  readonly #next: (below: number) => number;

  /**
   * @param seed Any whole number.
   * @param name Whose numbers: each name has its own.
   */
  constructor(seed: number, name: string) {
    // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
    let state = 0x811c9dc5 ^ seed;
    for (const character of name) {
      state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193);
    }
    this.#next = numbers(state | 1);
    for (let i = 0; i < 16; i++) this.#next(2);
  }

  /** A whole number from 0 to below `below`. */
  below(below: number): number {
    return this.#next(below);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.#next(times) === 0;
  }

  /** One of at least one. */
  of<T>(items: readonly T[]): T {
    return items[this.#next(items.length)]!;
  }

  /** Hexadecimal digits. */
  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.#next(16).toString(16))
      .join("");
  }
}
