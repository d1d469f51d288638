/**
 * Inputs for `properties.ts`: examples, damaged at random, with more of what
 * means something in their language than pure chance would bring.
 */

/** Gives a whole number from 0 to below its argument. */
export type Numbers = (below: number) => number;

/** Pieces longer than this are not repeated. */
const PIECE_BYTES = 40;

/** An input does not grow beyond this. */
const INPUT_BYTES = 1 << 16;

/**
 * Damages an example.
 *
 * @param examples What to start from; one is taken, another may be mixed in.
 * @param pieces What the language gives a meaning.
 * @param next Random numbers.
 * @returns New bytes; now and then the example as it is.
 */
export function damaged(
  examples: readonly Uint8Array[],
  pieces: readonly Uint8Array[],
  next: Numbers,
): Uint8Array {
  let bytes = pick(examples, next);
  for (let times = next(6); times > 0; times--) {
    bytes = damagedOnce(bytes, examples, pieces, next);
  }
  return bytes.slice(0, INPUT_BYTES);
}

/**
 * One of several.
 *
 * @param items At least one.
 * @param next Random numbers.
 * @returns One of them.
 */
export function pick<T>(items: readonly T[], next: Numbers): T {
  return items[next(items.length)]!;
}

function damagedOnce(
  bytes: Uint8Array,
  examples: readonly Uint8Array[],
  pieces: readonly Uint8Array[],
  next: Numbers,
): Uint8Array {
  const at = next(bytes.length + 1);
  const to = Math.min(bytes.length, at + next(PIECE_BYTES));
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(to);
  const other = pick(examples, next);
  switch (next(8)) {
    case 0: // cut off
      return next(4) === 0 ? head : bytes;
    case 1: // left out
      return joined(head, tail);
    case 2: // twice
      return joined(bytes.subarray(0, to), bytes.subarray(at));
    case 3: // another byte
      return joined(head, Uint8Array.of(next(256)), bytes.subarray(at + 1));
    case 4: // inserted
      return joined(head, pick(pieces, next), bytes.subarray(at));
    case 5: // replaced
      return joined(head, pick(pieces, next), tail);
    case 6: // moved in from another example
      return joined(head, other.subarray(next(other.length + 1)));
    default: // many times
      return joined(head, ...repeated(pick(pieces, next), next), tail);
  }
}

/** Mostly a few times, seldom so often that it matters to a stack. */
function repeated(piece: Uint8Array, next: Numbers): Uint8Array[] {
  const most = next(400) === 0 ? 12_000 : 20;
  return Array<Uint8Array>(next(most)).fill(piece);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
