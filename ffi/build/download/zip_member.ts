/**
 * One file out of a zip archive that is being downloaded: what comes before
 * it is passed over, and what comes after it need not be read.
 */

const HEADER_BYTES = 30;
const HEADER_SIGNATURE = 0x04034b50;
/** Flags that say that a header does not have the sizes, or is encrypted. */
const UNREADABLE_FLAGS = 0b1001;
const STORED = 0;
const DEFLATED = 8;

/** Reads a stream in pieces of the wanted size. */
class Pieces {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
  }

  /** So many bytes as they come. @throws {SyntaxError} if there are fewer. */
  async *take(bytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#reader.read();
        if (done) throw new SyntaxError("the archive ends too early");
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async read(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(bytes);
    let at = 0;
    for await (const piece of this.take(bytes)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  async skip(bytes: number): Promise<void> {
    for await (const _ of this.take(bytes)) {
      // Passed over.
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}

interface Header {
  readonly path: string;
  readonly method: number;
  readonly bytes: number;
}

/** The next file's header; undefined behind the last one. */
async function readHeader(pieces: Pieces): Promise<Header | undefined> {
  const bytes = await pieces.read(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== HEADER_SIGNATURE) return undefined;
  if ((view.getUint16(6, true) & UNREADABLE_FLAGS) !== 0) {
    throw new SyntaxError("the archive's headers have no sizes");
  }
  const path = await pieces.read(view.getUint16(26, true));
  await pieces.skip(view.getUint16(28, true));
  return {
    path: new TextDecoder().decode(path),
    method: view.getUint16(8, true),
    bytes: view.getUint32(18, true),
  };
}

/**
 * The content of a file in an archive. Ends the stream when it is left.
 *
 * @param path Its path in the archive.
 * @throws {SyntaxError} if the archive is damaged or lacks the file.
 */
export async function* zipMember(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces(stream);
  try {
    for (;;) {
      const header = await readHeader(pieces);
      if (header === undefined) {
        throw new SyntaxError(`the archive has no "${path}"`);
      }
      if (header.path !== path) {
        await pieces.skip(header.bytes);
        continue;
      }
      const content = pieces.take(header.bytes);
      if (header.method === STORED) return yield* content;
      if (header.method !== DEFLATED) {
        throw new SyntaxError("the archive is compressed in an unknown way");
      }
      return yield* ReadableStream.from(content)
        .pipeThrough(new DecompressionStream("deflate-raw"));
    }
  } finally {
    await pieces.close();
  }
}
