/**
 * Reads and changes the headers of 64-bit ELF files, for tests that need
 * files that no linker makes. Every number is a bigint: most are 64 bits
 * wide, and a test may set nonsense.
 */

/** Offset and bytes of a field. */
type Place = readonly [offset: number, bytes: 1 | 2 | 4 | 8];

const HEADER = {
  magic: [0, 4],
  class: [4, 1],
  data: [5, 1],
  type: [16, 2],
  machine: [18, 2],
  entry: [24, 8],
  phoff: [32, 8],
  phentsize: [54, 2],
  phnum: [56, 2],
} as const satisfies Record<string, Place>;

const SEGMENT = {
  type: [0, 4],
  flags: [4, 4],
  offset: [8, 8],
  vaddr: [16, 8],
  paddr: [24, 8],
  filesz: [32, 8],
  memsz: [40, 8],
  align: [48, 8],
} as const satisfies Record<string, Place>;

/** A field of the file header. */
export type HeaderField = keyof typeof HEADER;

/** A field of a program header. */
export type SegmentField = keyof typeof SEGMENT;

/** A program header, by its fields. */
export type Segment = Record<SegmentField, bigint>;

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const PAGE = 4096n;

/** Values of fields. */
export const PT_LOAD = 1n;
export const PT_DYNAMIC = 2n;
export const PT_INTERP = 3n;
export const PT_PHDR = 6n;
export const PF_X = 1n;
export const PF_W = 2n;
export const PF_R = 4n;

/** One ELF file in memory. */
export class Elf {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  /** @param bytes Copied. */
  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** A field of the file header. */
  header(field: HeaderField): bigint {
    return this.#get(0, HEADER[field]);
  }

  /** Changes a field of the file header; what does not fit is cut off. */
  setHeader(field: HeaderField, value: bigint): void {
    this.#set(0, HEADER[field], value);
  }

  /** All program headers. */
  segments(): Segment[] {
    const segments: Segment[] = [];
    for (let i = 0; i < Number(this.header("phnum")); i++) {
      const at = Number(this.header("phoff")) + i * SEGMENT_BYTES;
      segments.push({
        type: this.#get(at, SEGMENT.type),
        flags: this.#get(at, SEGMENT.flags),
        offset: this.#get(at, SEGMENT.offset),
        vaddr: this.#get(at, SEGMENT.vaddr),
        paddr: this.#get(at, SEGMENT.paddr),
        filesz: this.#get(at, SEGMENT.filesz),
        memsz: this.#get(at, SEGMENT.memsz),
        align: this.#get(at, SEGMENT.align),
      });
    }
    return segments;
  }

  /** Changes fields of the program header with this index. */
  setSegment(index: number, changes: Partial<Segment>): void {
    const at = Number(this.header("phoff")) + index * SEGMENT_BYTES;
    for (const [field, place] of Object.entries(SEGMENT)) {
      const value = changes[field as SegmentField];
      if (value !== undefined) this.#set(at, place, value);
    }
  }

  /** Index of the first program header of this type, or of the nth. */
  find(type: bigint, nth = 0): number {
    const found =
      this.segments().flatMap((segment, index) =>
        segment.type === type ? [index] : []
      )[nth];
    if (found === undefined) throw new RangeError(`No segment of type ${type}`);
    return found;
  }

  /** Tags of the dynamic section, up to its end. */
  dynamicTags(): bigint[] {
    const { offset, filesz } = this.segments()[this.find(PT_DYNAMIC)]!;
    const tags: bigint[] = [];
    for (let at = offset; at < offset + filesz; at += 16n) {
      const tag = this.#get(Number(at), [0, 8]);
      if (tag === 0n) break;
      tags.push(tag);
    }
    return tags;
  }

  #get(base: number, [offset, bytes]: Place): bigint {
    const at = base + offset;
    switch (bytes) {
      case 1:
        return BigInt(this.#view.getUint8(at));
      case 2:
        return BigInt(this.#view.getUint16(at, true));
      case 4:
        return BigInt(this.#view.getUint32(at, true));
      case 8:
        return this.#view.getBigUint64(at, true);
    }
  }

  #set(base: number, [offset, bytes]: Place, value: bigint): void {
    const number = BigInt.asUintN(64, value);
    for (let i = 0; i < bytes; i++) {
      this.#view.setUint8(
        base + offset + i,
        Number((number >> BigInt(8 * i)) & 0xffn),
      );
    }
  }
}

/** Makes a file of these headers, with nothing behind them but zeros. */
export function makeElf(
  segments: readonly Partial<Segment>[],
  options: { entry?: bigint; bytes?: number } = {},
): Elf {
  const table = HEADER_BYTES + segments.length * SEGMENT_BYTES;
  const elf = new Elf(new Uint8Array(Math.max(table, options.bytes ?? 0)));
  elf.setHeader("magic", 0x464c457fn);
  elf.setHeader("class", 2n);
  elf.setHeader("data", 1n);
  elf.setHeader("type", 3n);
  elf.setHeader("machine", 62n);
  elf.setHeader("entry", options.entry ?? 0n);
  elf.setHeader("phoff", BigInt(HEADER_BYTES));
  elf.setHeader("phentsize", BigInt(SEGMENT_BYTES));
  elf.setHeader("phnum", BigInt(segments.length));
  segments.forEach((segment, index) => elf.setSegment(index, segment));
  return elf;
}

function pageUp(at: bigint): bigint {
  return (at + PAGE - 1n) / PAGE * PAGE;
}

/**
 * Moves the program headers to the end of the file, behind all that was
 * there, with a segment of their own: the layout of tools that append to a
 * finished executable.
 */
export function moveHeadersToEnd(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const old = new Elf(file);
  const segments = old.segments();
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const end = loads.map(({ vaddr, memsz }) => vaddr + memsz)
    .reduce((a, b) => a > b ? a : b);
  const offset = pageUp(BigInt(file.length));
  const bytes = BigInt((segments.length + 1) * SEGMENT_BYTES);
  const place = {
    offset,
    vaddr: pageUp(end),
    paddr: pageUp(end),
    filesz: bytes,
    memsz: bytes,
  };
  const own: Segment = { type: PT_LOAD, flags: PF_R, align: PAGE, ...place };
  const table = segments.map((segment) =>
    segment.type === PT_PHDR ? { ...segment, ...place } : segment
  );
  table.splice(old.find(PT_LOAD, loads.length - 1) + 1, 0, own);
  const moved = new Elf(new Uint8Array(Number(offset + bytes)));
  moved.bytes.set(old.bytes);
  moved.setHeader("phoff", offset);
  moved.setHeader("phnum", BigInt(table.length));
  table.forEach((segment, index) => moved.setSegment(index, segment));
  return moved.bytes;
}
