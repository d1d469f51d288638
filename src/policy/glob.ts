/**
 * Globs: patterns over whole texts, as conditions and pools compare with them.
 * `*` stands for any run of characters, also for none; `?` for one character;
 * a backslash takes the meaning from the character after it. All else, `/` and
 * `[` too, stands for itself.
 */

/** Longest pattern, in UTF-16 code units: longer than any name of a file. */
export const MAX_GLOB_LENGTH = 256;

const BITS = 32;

/** A pattern that is ready to be compared. */
export interface Glob {
  /** As it stands in the config. */
  readonly pattern: string;
  /**
   * The one text that matches, if there is only one; in lower case where case
   * does not count.
   */
  readonly literal?: string;
  /** The text that all that matches begins with, if that is all; as above. */
  readonly prefix?: string;
  /**
   * Compares, in a time that grows with the length of the text alone.
   *
   * @param text Any text, the whole of which has to match.
   */
  matches(text: string): boolean;
}

/**
 * Says what is wrong with a pattern.
 *
 * @param pattern A pattern of the config.
 * @returns What it must be, or undefined if it is good.
 */
export function checkGlob(pattern: string): string | undefined {
  if (pattern.trim() === "") {
    return "must be a glob and not empty, such as gpt-*";
  }
  if (pattern.length > MAX_GLOB_LENGTH) {
    return `must be a glob of at most ${MAX_GLOB_LENGTH} characters, such as ` +
      "gpt-*";
  }
  const [backslashes = ""] = /\\*$/.exec(pattern) ?? [];
  return backslashes.length % 2 === 1
    ? "must be a glob with a character after each backslash, such as a\\*b"
    : undefined;
}

/**
 * Makes a pattern ready.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @param options Whether case counts; it does unless told otherwise.
 * @returns The glob.
 *
 * @example
 * ```ts
 * import { compileGlob } from "./glob.ts";
 *
 * compileGlob("gpt-*").matches("gpt-5.5"); // true
 * compileGlob("gpt").matches("gpt-5.5"); // false
 * ```
 */
export function compileGlob(
  pattern: string,
  { ignoresCase = false }: { readonly ignoresCase?: boolean } = {},
): Glob {
  const tokens = tokensOf(ignoresCase ? pattern.toLowerCase() : pattern);
  const matches = matcherOf(tokens);
  return {
    pattern,
    ...(!tokens.some(isWild) && { literal: textOf(tokens) }),
    ...(tokens.findIndex(isWild) === tokens.length - 1 &&
      tokens.at(-1) === "*" && { prefix: textOf(tokens.slice(0, -1)) }),
    matches: ignoresCase ? (text) => matches(text.toLowerCase()) : matches,
  };
}

/**
 * Takes a pattern apart.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns Single characters, wild or not, or a backslash and one.
 */
export function tokensOf(pattern: string): readonly string[] {
  return pattern.match(/\\[^]|[^]/gu) ?? [];
}

function isWild(token: string): boolean {
  return token === "*" || token === "?";
}

/** What tokens that are not wild stand for. */
function textOf(tokens: readonly string[]): string {
  return tokens.map(characterOf).join("");
}

function characterOf(token: string): string {
  return token.replace(/^\\/, "") || "\\";
}

/**
 * Longest text in which the parts of a pattern are searched, in UTF-16 code
 * units: the search may take the product of both lengths. Longer than any name.
 */
const MAX_SEARCHED = 1024;

/**
 * Most patterns are a text, or have one `*`: they are compared by their start
 * and end alone, and so is what any pattern cannot match. Without `?`, what is
 * between is searched, each part as far left as it goes. The automaton is made
 * when it is first needed: many a pattern never meets a text that needs it.
 */
function matcherOf(tokens: readonly string[]): (text: string) => boolean {
  const first = tokens.findIndex(isWild);
  if (first < 0) {
    const literal = textOf(tokens);
    return (text) => text === literal;
  }
  const last = tokens.findLastIndex(isWild);
  const start = textOf(tokens.slice(0, first));
  const end = textOf(tokens.slice(last + 1));
  const isOneRun = first === last && tokens[first] === "*";
  const parts = tokens.includes("?")
    ? undefined
    : partsOf(tokens.slice(first, last));
  let automaton: Automaton | undefined;
  return (text) => {
    const mayMatch = text.length >= start.length + end.length &&
      text.startsWith(start) && text.endsWith(end);
    if (!mayMatch || isOneRun) return mayMatch;
    if (parts !== undefined && text.length <= MAX_SEARCHED) {
      return hasInOrder(
        text.slice(start.length, text.length - end.length),
        parts,
      );
    }
    automaton ??= automatonOf(tokens);
    return accepts(automaton, text);
  };
}

/** The texts between some `*`. */
function partsOf(tokens: readonly string[]): readonly string[] {
  const parts: string[][] = [];
  for (const token of tokens) {
    if (token === "*") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map(textOf).filter((part) => part !== "");
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}

/**
 * The pattern as an automaton: being in state `i` means that the characters so
 * far are taken by the first `i` steps. One bit per state, all states at once:
 * https://en.wikipedia.org/wiki/Bitap_algorithm
 */
interface Automaton {
  /** The state behind the last step. */
  readonly end: number;
  /** States with a `*`, which any character leaves as they are. */
  readonly loops: Uint32Array;
  /** States that a character takes one further. */
  readonly steps: ReadonlyMap<string, Uint32Array>;
  /** The same for every character that the pattern does not have. */
  readonly otherSteps: Uint32Array;
}

function automatonOf(tokens: readonly string[]): Automaton {
  const words = Math.ceil((tokens.length + 1) / BITS);
  const loops = new Uint32Array(words);
  const otherSteps = new Uint32Array(words);
  const places: [string, number][] = [];
  let end = 0;
  for (const token of tokens) {
    if (token === "*") setBit(loops, end);
    else if (token === "?") setBit(otherSteps, end++);
    else places.push([characterOf(token), end++]);
  }
  const steps = new Map<string, Uint32Array>();
  for (const [character, place] of places) {
    const known = steps.get(character) ?? otherSteps.slice();
    setBit(known, place);
    steps.set(character, known);
  }
  return { end, loops, steps, otherSteps };
}

function accepts(automaton: Automaton, text: string): boolean {
  const { end, loops, steps, otherSteps } = automaton;
  const takesAnyEnd = hasBit(loops, end);
  const states = new Uint32Array(loops.length);
  setBit(states, 0);
  for (const character of text) {
    if (takesAnyEnd && hasBit(states, end)) return true;
    if (!advance(states, steps.get(character) ?? otherSteps, loops)) {
      return false;
    }
  }
  return hasBit(states, end);
}

/** Takes one character; false if no state is left. */
function advance(
  states: Uint32Array,
  steps: Uint32Array,
  loops: Uint32Array,
): boolean {
  let carry = 0;
  let left = 0;
  for (let i = 0; i < states.length; i++) {
    const moving = states[i]! & steps[i]!;
    states[i] = (states[i]! & loops[i]!) | (moving << 1) | carry;
    carry = moving >>> (BITS - 1);
    left |= states[i]!;
  }
  return left !== 0;
}

function setBit(bits: Uint32Array, place: number): void {
  bits[Math.floor(place / BITS)]! |= 1 << (place % BITS);
}

function hasBit(bits: Uint32Array, place: number): boolean {
  return (bits[Math.floor(place / BITS)]! >>> (place % BITS) & 1) === 1;
}
