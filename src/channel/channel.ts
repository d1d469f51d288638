/**
 * The worker's side of the channel: takes requests apart that came in parts,
 * hands each whole one to a handler, and puts the answer into the slot, in
 * parts again if it is long. Step 2 of a pick, between `ffi/worker.c` and
 * `src/rpc`. Knows no method and no JSON.
 */

import { LAYOUT, SLOT_KIND, SLOT_OUTCOME } from "./layout.ts";
import { type Library, ON_PART } from "./library.ts";

/** What a handler answers. */
export interface ChannelAnswer {
  /** Return code of the host's call. */
  readonly rc: 0 | 1;
  /** The envelope, never empty. */
  readonly envelope: string;
  /** What the host side keeps to serve by itself; absent: nothing new. */
  readonly publish?: string;
}

/**
 * Answers one whole request, synchronously. `undefined` tells the host side
 * to serve the answer on failure. The bytes are valid during the call only.
 */
export type ChannelHandler = (
  method: string,
  request: Uint8Array,
) => ChannelAnswer | undefined;

/** A channel could not be had, or does not fit. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  /** There is no channel at all: a person ran what only the plugin runs. */
  readonly isMisuse: boolean;

  constructor(message: string, isMisuse = false) {
    super(message);
    this.isMisuse = isMisuse;
  }
}

/** `ATTACH_NO_CHANNEL` of ffi/worker.c. */
const NO_CHANNEL = 1;

const ATTACH_ERRORS: Readonly<Record<number, string>> = {
  1: "it was not started by the plugin: run `help` for what can be run",
  2: "the system gives no memory or no thread",
  3: "the inherited memory is not a channel",
  4: "the channel has another layout version",
  5: "it has no life line to the host",
};

/** Whether a turn ended by itself, or the host asked to stop. */
export type TurnEnd = "over" | "stop";

/** A slot's words, as indices into a `Uint32Array` over the segment. */
function wordOf(slot: number, offset: number): number {
  return (LAYOUT.slotTableOffset + slot * LAYOUT.slotBytes + offset) / 4;
}

/** The bytes of an answer that the host has not fetched yet. */
interface Outgoing {
  readonly answer: ChannelAnswer;
  readonly bytes: Uint8Array;
  readonly answerBytes: number;
}

/** The attached channel. There is one in a process. */
export class Channel {
  readonly #library: Library;
  readonly #words: Uint32Array;
  readonly #requests: readonly Uint8Array[];
  readonly #answers: readonly Uint8Array[];
  readonly #callback: Deno.UnsafeCallback<typeof ON_PART>;
  readonly #handler: ChannelHandler;
  /** Keeps a byte order mark: with one, a method is another method. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  /** Requests that are still arriving, by slot; only large slots have any. */
  readonly #incoming = new Map<number, Uint8Array>();
  /** Answers that are still leaving, by slot. */
  readonly #outgoing = new Map<number, Outgoing>();

  /**
   * Attaches to the channel that this process inherited. Takes every buffer
   * and callback that it will need: FFI permission can be given up after.
   *
   * @throws {ChannelError} if there is no channel or it does not fit.
   */
  constructor(library: Library, handler: ChannelHandler) {
    const error = library.symbols.sched_worker_attach();
    if (error !== 0) {
      throw new ChannelError(
        `Cannot serve: ${ATTACH_ERRORS[error] ?? `error ${error}`}`,
        error === NO_CHANNEL,
      );
    }
    const pointer = library.symbols.sched_worker_segment();
    if (pointer === null) {
      throw new ChannelError("Cannot serve: the channel is not mapped");
    }
    const segment = Deno.UnsafePointerView.getArrayBuffer(
      pointer,
      LAYOUT.segmentBytes,
    );
    this.#library = library;
    this.#handler = handler;
    this.#words = new Uint32Array(segment, 0, LAYOUT.requestAreaOffset / 4);
    this.#requests = areas(
      segment,
      LAYOUT.requestAreaOffset,
      LAYOUT.slotRequestBytes,
    );
    this.#answers = areas(
      segment,
      LAYOUT.answerAreaOffset,
      LAYOUT.slotAnswerBytes,
    );
    this.#callback = new Deno.UnsafeCallback(
      ON_PART,
      (slot) => this.#onPart(slot),
    );
  }

  /**
   * Serves requests for about `turnMs` milliseconds. While it runs, nothing
   * else of this isolate does, except the handler.
   */
  serve(turnMs: number): TurnEnd {
    const end = this.#library.symbols.sched_worker_serve(
      this.#callback.pointer,
      turnMs,
    );
    return end === 0 ? "over" : "stop";
  }

  /** Never throws: an exception would be lost in C. */
  #onPart(slot: number): void {
    try {
      const kind = this.#words[wordOf(slot, LAYOUT.kind)];
      if (kind === SLOT_KIND.continue) this.#sendPart(slot);
      else this.#takePart(slot);
    } catch {
      this.#incoming.delete(slot);
      this.#outgoing.delete(slot);
      this.#words[wordOf(slot, LAYOUT.outcome)] = SLOT_OUTCOME.failed;
    }
  }

  #read(slot: number, offset: number): number {
    return this.#words[wordOf(slot, offset)] ?? 0;
  }

  #takePart(slot: number): void {
    const total = this.#read(slot, LAYOUT.totalBytes);
    const offset = this.#read(slot, LAYOUT.partOffset);
    const length = this.#read(slot, LAYOUT.partBytes);
    const part = this.#requests[slot]!.subarray(0, length);
    this.#outgoing.delete(slot);
    if (offset === 0) this.#incoming.delete(slot);
    if (length === total) return this.#handle(slot, part);

    let whole = this.#incoming.get(slot);
    if (whole === undefined) {
      if (offset !== 0) throw new ChannelError("A part without its start");
      whole = new Uint8Array(total);
      this.#incoming.set(slot, whole);
    }
    whole.set(part, offset);
    if (offset + length < total) {
      this.#words[wordOf(slot, LAYOUT.outcome)] = SLOT_OUTCOME.goOn;
      return;
    }
    this.#incoming.delete(slot);
    this.#handle(slot, whole);
  }

  #handle(slot: number, call: Uint8Array): void {
    const methodBytes = this.#read(slot, LAYOUT.methodBytes);
    const method = this.#decoder.decode(call.subarray(0, methodBytes));
    const answer = this.#handler(method, call.subarray(methodBytes));
    if (answer === undefined) {
      this.#words[wordOf(slot, LAYOUT.outcome)] = SLOT_OUTCOME.failed;
      return;
    }
    this.#answer(slot, answer);
  }

  #answer(slot: number, answer: ChannelAnswer): void {
    const area = this.#answers[slot]!;
    const text = answer.envelope + (answer.publish ?? "");
    // Most answers fit and are encoded in place.
    if (text.length * 3 <= area.length) {
      const envelope = this.#encoder.encodeInto(answer.envelope, area).written;
      const publish = this.#encoder.encodeInto(
        answer.publish ?? "",
        area.subarray(envelope),
      ).written;
      return this.#sign(slot, answer.rc, envelope, publish, envelope + publish);
    }
    this.#outgoing.set(slot, {
      answer,
      bytes: this.#encoder.encode(text),
      answerBytes: this.#encoder.encode(answer.envelope).length,
    });
    this.#words[wordOf(slot, LAYOUT.partOffset)] = 0;
    this.#sendPart(slot);
  }

  /** Puts the part of the slot's answer that begins at its `partOffset`. */
  #sendPart(slot: number): void {
    const outgoing = this.#outgoing.get(slot);
    if (outgoing === undefined) throw new ChannelError("No answer to go on");
    const { answer, bytes, answerBytes } = outgoing;
    const offset = this.#read(slot, LAYOUT.partOffset);
    const part = bytes.subarray(offset, offset + LAYOUT.slotAnswerBytes);
    this.#answers[slot]!.set(part);
    if (offset + part.length === bytes.length) this.#outgoing.delete(slot);
    this.#sign(
      slot,
      answer.rc,
      answerBytes,
      bytes.length - answerBytes,
      part.length,
    );
  }

  #sign(
    slot: number,
    rc: number,
    answerBytes: number,
    publishBytes: number,
    partBytes: number,
  ): void {
    this.#words[wordOf(slot, LAYOUT.rc)] = rc;
    this.#words[wordOf(slot, LAYOUT.answerBytes)] = answerBytes;
    this.#words[wordOf(slot, LAYOUT.publishBytes)] = publishBytes;
    this.#words[wordOf(slot, LAYOUT.answerPartBytes)] = partBytes;
    this.#words[wordOf(slot, LAYOUT.outcome)] = SLOT_OUTCOME.answer;
  }
}

/** One view per slot. */
function areas(
  segment: ArrayBuffer,
  offset: number,
  bytes: number,
): Uint8Array[] {
  return Array.from(
    { length: LAYOUT.slotCount },
    (_, slot) => new Uint8Array(segment, offset + slot * bytes, bytes),
  );
}
