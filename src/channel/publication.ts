/**
 * Writes what the C side keeps of a pick as bytes: `ffi/cache/publication.h` in
 * TypeScript. Knows words and texts, not what they are about.
 */

/** What is written; the C header says what each means. */
export interface PublicationParts {
  readonly kind: "list" | "key" | "order";
  readonly list: number;
  readonly tailOffset: number;
  readonly head: boolean;
  readonly turns: boolean;
  readonly cyclic: boolean;
  readonly epoch: number;
  readonly tag: number;
  readonly from: number;
  readonly livesMs: number;
  readonly fields: readonly {
    readonly name: string;
    readonly value?: string;
  }[];
  readonly sequence: readonly number[];
  readonly answers: readonly string[];
}

const KINDS = { list: 1, key: 2, order: 3 } as const;
const HEAD = 1;
const CYCLIC = 2;
const TURNS = 4;
const VALUE_ABSENT = 2 ** 32 - 1;
const HEAD_WORDS = 12;

const encoder = new TextEncoder();

/**
 * Writes a publication.
 *
 * @param parts What it says.
 * @returns Its bytes.
 */
export function encodePublication(parts: PublicationParts): Uint8Array {
  const fields = parts.fields.map(({ name, value }) => ({
    name: encoder.encode(name),
    value: value === undefined ? undefined : encoder.encode(value),
  }));
  const answers = parts.answers.map((answer) => encoder.encode(answer));
  const length = 4 * (HEAD_WORDS + parts.sequence.length) +
    sum(fields, ({ name, value }) => 8 + name.length + (value?.length ?? 0)) +
    sum(answers, (answer) => 4 + answer.length);
  const writer = new Writer(length);
  writeHead(writer, parts);
  for (const { name, value } of fields) {
    writer.word(name.length);
    writer.word(value?.length ?? VALUE_ABSENT);
    writer.bytes(name);
    if (value !== undefined) writer.bytes(value);
  }
  for (const place of parts.sequence) writer.word(place);
  for (const answer of answers) {
    writer.word(answer.length);
    writer.bytes(answer);
  }
  return writer.done();
}

function writeHead(writer: Writer, parts: PublicationParts): void {
  writer.word(KINDS[parts.kind]);
  writer.word(parts.list);
  writer.word(parts.tailOffset);
  writer.word(
    (parts.head ? HEAD : 0) | (parts.cyclic ? CYCLIC : 0) |
      (parts.turns ? TURNS : 0),
  );
  writer.word(parts.epoch);
  writer.word(parts.tag);
  writer.word(parts.from % 2 ** 32);
  writer.word(Math.floor(parts.from / 2 ** 32));
  writer.word(parts.livesMs);
  writer.word(parts.fields.length);
  writer.word(parts.answers.length);
  writer.word(parts.sequence.length);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Fills bytes from the front. */
class Writer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }

  word(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  done(): Uint8Array {
    return this.#bytes;
  }
}
