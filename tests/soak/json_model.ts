/**
 * JSON by the letter of RFC 8259, with what the host's side adds: bytes that
 * are not UTF-8 and lone surrogates count as U+FFFD, a key twice in an object
 * and a number beyond float64 are refused. A plain second opinion for
 * `properties.ts`: one character after the other, nothing clever, slow.
 */

/** Deeper than this the model, which recurses, says nothing. */
const MAX_DEPTH = 1000;

const NUMBER_REGEXP = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS = { null: null, true: true, false: false } as const;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Not JSON, or refused for another reason. */
class Refusal extends SyntaxError {}

/** The text nests too deeply for this model. */
class TooDeep extends RangeError {}

/** What the model thinks of a text. */
export type Verdict =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused" }
  | { readonly kind: "unknown" };

/**
 * Decodes UTF-8 with a U+FFFD for each byte that is not part of a character.
 *
 * @param bytes Any bytes.
 * @returns The text.
 */
export function modelText(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length;) {
    let length = 1;
    let character = "";
    for (; length <= 4 && character === ""; length++) {
      try {
        character = decoder.decode(bytes.subarray(at, at + length));
      } catch {
        // Not a character, or not a whole one.
      }
    }
    text += character === "" ? "\ufffd" : character;
    at += character === "" ? 1 : length - 1;
  }
  return text;
}

/**
 * Decodes JSON.
 *
 * @param bytes Any bytes.
 * @returns The value, or that it must be refused.
 */
export function modelJson(bytes: Uint8Array): Verdict {
  try {
    return { kind: "value", value: new Reader(modelText(bytes)).document() };
  } catch (error) {
    if (error instanceof TooDeep) return { kind: "unknown" };
    if (error instanceof Refusal) return { kind: "refused" };
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw new Refusal();
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw new Refusal();
  }

  #space(): void {
    while (/^[ \t\n\r]$/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  /** One value with the white space around it. */
  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new TooDeep();
    this.#space();
    const value = this.#bareValue(depth);
    this.#space();
    return value;
  }

  #bareValue(depth: number): unknown {
    if (this.#take('"')) return this.#string();
    if (this.#take("[")) return this.#list(depth);
    if (this.#take("{")) return this.#object(depth);
    for (const [word, value] of Object.entries(WORDS)) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #number(): number {
    NUMBER_REGEXP.lastIndex = this.#at;
    const [digits] = NUMBER_REGEXP.exec(this.#text) ?? [];
    if (digits === undefined) throw new Refusal();
    this.#at += digits.length;
    const value = Number(digits);
    if (!Number.isFinite(value)) throw new Refusal();
    return value;
  }

  #string(): string {
    let value = "";
    while (!this.#take('"')) {
      const character = this.#text[this.#at++];
      if (character === undefined || character < " ") throw new Refusal();
      value += character === "\\" ? this.#escape() : character;
    }
    return value.toWellFormed();
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? "";
    if (letter !== "u") {
      const character = ESCAPES[letter];
      if (character === undefined) throw new Refusal();
      return character;
    }
    const code = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(code)) throw new Refusal();
    this.#at += 4;
    return String.fromCharCode(parseInt(code, 16));
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#space();
    if (this.#take("]")) return list;
    do list.push(this.#value(depth + 1)); while (this.#take(","));
    this.#expect("]");
    return list;
  }

  #object(depth: number): Map<string, unknown> {
    const object = new Map<string, unknown>();
    this.#space();
    if (this.#take("}")) return object;
    do {
      this.#space();
      this.#expect('"');
      const key = this.#string();
      if (object.has(key)) throw new Refusal();
      this.#space();
      this.#expect(":");
      object.set(key, this.#value(depth + 1));
    } while (this.#take(","));
    this.#expect("}");
    return object;
  }
}
