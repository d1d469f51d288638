/** Small zip archives for tests, as a package's wheel is one. */

import { crc32, deflateRawSync } from "node:zlib";

/** A file of an archive. */
export interface ZipMember {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** 8 is compressed, 0 is not. @default {8} */
  readonly method?: number;
  readonly flags?: number;
}

const encoder = new TextEncoder();

/** A member as an archive has it, with an extra field of four bytes. */
export function zipMemberBytes(
  { path, content, method = 8, flags = 0 }: ZipMember,
): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(path);
  const plain = typeof content === "string" ? encoder.encode(content) : content;
  const packed = method === 8 ? deflateRawSync(plain) : plain;
  const bytes = new Uint8Array(30 + name.length + 4 + packed.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(6, flags, true);
  view.setUint16(8, method, true);
  view.setUint32(14, crc32(plain), true);
  view.setUint32(18, packed.length, true);
  view.setUint32(22, plain.length, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, 4, true);
  bytes.set(name, 30);
  bytes.set(packed, 30 + name.length + 4);
  return bytes;
}

/** The archive's end: one header of its list of contents is enough here. */
const END = new Uint8Array(46);
new DataView(END.buffer).setUint32(0, 0x02014b50, true);

/** A whole archive. */
export function zipArchive(
  members: readonly ZipMember[],
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    [...members.map(zipMemberBytes), END].flatMap((part) => [...part]),
  );
}
