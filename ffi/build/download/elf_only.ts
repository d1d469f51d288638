/**
 * Cuts a program off at the end of its ELF file. What `deno compile` makes
 * is its runtime with a program behind it, and only the runtime is wanted.
 */

const HEADER_BYTES = 64;
/** "\x7fELF", 64 bits, little endian. */
const MAGIC = [0x7f, 0x45, 0x4c, 0x46, 2, 1];

/**
 * The ELF file's length. Its section headers are the last thing in it.
 *
 * @param header Its first 64 bytes or more.
 * @returns In bytes.
 * @throws {SyntaxError} if this is no ELF file.
 */
export function elfBytes(header: Uint8Array): number {
  if (MAGIC.some((byte, at) => header[at] !== byte)) {
    throw new SyntaxError("the file is no ELF program");
  }
  const view = new DataView(header.buffer, header.byteOffset);
  return Number(view.getBigUint64(40, true)) +
    view.getUint16(58, true) * view.getUint16(60, true);
}

/**
 * Passes the ELF file on, and reads no further.
 *
 * @throws {SyntaxError} if it is no ELF file or not whole.
 */
export async function* elfOnly(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let start = new Uint8Array(0);
  let left: number | undefined;
  for await (const chunk of chunks) {
    let piece = chunk;
    if (left === undefined) {
      start = piece = new Uint8Array([...start, ...chunk]);
      if (start.length < HEADER_BYTES) continue;
      left = elfBytes(start);
    }
    yield piece.subarray(0, left);
    left -= Math.min(left, piece.length);
    if (left === 0) return;
  }
  throw new SyntaxError("the file ends too early");
}
