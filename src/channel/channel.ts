/**
 * The worker's side of the channel: takes requests apart that came in parts,
 * hands each whole one to a handler, and puts the answer into the slot, in
 * parts again if it is long. Step 2 of a pick, between `ffi/channel/worker.c` and
 * `src/rpc`. Knows no method and no JSON.
 */

import { Board } from "./board.ts";
import {
  type Culprit,
  isAwaited,
  Marks,
  readCulprits,
  readProven,
} from "./culprits.ts";
import { LAYOUT, SLOT_KIND, SLOT_OUTCOME } from "./layout.ts";
import { type Library, ON_PART } from "./library.ts";

/** What a handler answers. */
export interface ChannelAnswer {
  /** Return code of the host's call. */
  readonly rc: 0 | 1;
  /** The envelope, never empty. */
  readonly envelope: string;
  /** What the host side keeps to serve by itself; absent: nothing new. */
  readonly publish?: Uint8Array | string;
}

/** What the host side says beside a request's bytes. */
export interface ChannelFrame {
  /** Number of a list that the bytes lack at their end; 0: they are whole. */
  readonly list: number;
  /** The position of a rotation whose answer is wanted, if there is one. */
  readonly turn?: { readonly tag: number; readonly position: number };
}

/**
 * Answers one whole request, synchronously. `undefined` tells the host side
 * to serve the answer on failure, `"need whole"` to send the request with its
 * list, `"later"` that it cannot be answered yet: it is asked again in the
 * next turn, unless the host has given it up by then. The bytes are valid
 * during the call only.
 */
export type ChannelHandler = (
  method: string,
  request: Uint8Array,
  frame: ChannelFrame,
) => ChannelAnswer | "need whole" | "later" | undefined;

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

/** What is looked at of the segment's first page. */
const HEADER_WORDS = LAYOUT.loaded / 4 + LAYOUT.maxVersions;

/** `ATTACH_NO_CHANNEL` of ffi/channel/worker.c. */
const NO_CHANNEL = 1;

const ATTACH_ERRORS: Readonly<Record<number, string>> = {
  1: "it was not started by the plugin: run `help` for what can be run",
  2: "the system gives no memory or no thread",
  3: "the inherited memory is not a channel",
  4: "the channel has another layout version",
  5: "it has no life line to the host",
};

/**
 * Whether a turn ended by itself, because the host asked to stop, or because
 * a request is to be asked again `"later"`: in the next turn.
 */
export type TurnEnd = "over" | "stop" | "later";

/** `enum turn_end` of ffi/channel/worker.c. */
const TURN_ENDS: readonly TurnEnd[] = ["over", "stop", "later"];

/** The bytes of an answer that the host has not fetched yet. */
interface Outgoing {
  readonly rc: 0 | 1;
  readonly bytes: Uint8Array;
  readonly answerBytes: number;
}

/** The attached channel. There is one in a process. */
export class Channel {
  readonly #library: Library;
  /** What a part asks and its answer: memory of this isolate alone. */
  readonly #exchange = new Uint8Array(LAYOUT.exchangeBytes);
  readonly #words = new Uint32Array(
    this.#exchange.buffer,
    0,
    LAYOUT.answer / 4,
  );
  readonly #answer = this.#exchange.subarray(LAYOUT.answer);
  readonly #requests: readonly Uint8Array[];
  readonly #callback: Deno.UnsafeCallback<typeof ON_PART>;
  readonly #handler: ChannelHandler;
  /** Keeps a byte order mark: with one, a method is another method. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  /** Requests that arrive, or wait, in parts; only large slots have any. */
  readonly #incoming = new Map<number, Uint8Array>();
  /** Answers that are still leaving, by slot. */
  readonly #outgoing = new Map<number, Outgoing>();
  /** Slots whose request was put off: in this turn, in the one before. */
  #putOff = new Set<number>();
  #waiting = new Set<number>();
  #hadLarge = false;
  readonly #board: Board;
  /** Tells the host side which policy this isolate is at. */
  readonly marks: Marks;
  /** The policies at which earlier workers ended. */
  readonly culprits: readonly Culprit[];
  /** Fingerprints of the versions of policies that earlier workers had loaded. */
  readonly proven: readonly number[];
  readonly #header: Uint32Array;

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
    this.#requests = Array.from(
      { length: LAYOUT.slotCount },
      (_, slot) =>
        new Uint8Array(
          segment,
          LAYOUT.requestAreaOffset + slot * LAYOUT.slotRequestBytes,
          LAYOUT.slotRequestBytes,
        ),
    );
    const header = new Uint32Array(segment, 0, HEADER_WORDS);
    this.marks = new Marks(header);
    this.culprits = readCulprits(header);
    this.proven = readProven(header);
    this.#header = header;
    this.#board = new Board(segment);
    this.#callback = new Deno.UnsafeCallback(
      ON_PART,
      (slot) => this.#onPart(slot),
    );
  }

  /** Whether a request came in parts since this was last asked. */
  takeHadLarge(): boolean {
    const had = this.#hadLarge;
    this.#hadLarge = false;
    return had;
  }

  /** Whether the host's picks wait until this worker knows its config. */
  get isAwaited(): boolean {
    return isAwaited(this.#header);
  }

  /** How often the main isolate rang. */
  get rings(): number {
    return this.#library.symbols.sched_worker_rings();
  }

  /**
   * Serves requests for a turn. While it runs, nothing else of this isolate
   * does, except the handler. The main isolate can end it by a ring.
   *
   * @param turnMs How long it goes on after its first request.
   * @param restMs How long it waits for that one.
   */
  serve(turnMs: number, restMs: number): TurnEnd {
    const end = this.#library.symbols.sched_worker_serve(
      this.#callback.pointer,
      this.#exchange,
      turnMs,
      restMs,
    );
    // What was not asked again came too late for the host.
    for (const slot of this.#waiting) this.#dropIncoming(slot);
    this.#waiting = this.#putOff;
    this.#putOff = new Set();
    return TURN_ENDS[end] ?? "stop";
  }

  /**
   * Shows a text to a person's command line, in place of the one before.
   *
   * @returns False if it is too long: then nothing changes.
   */
  board(text: string): boolean {
    return this.#board.show(text);
  }

  /** Never throws: an exception would be lost in C. */
  #onPart(slot: number): void {
    this.#waiting.delete(slot);
    try {
      if (this.#read(LAYOUT.kind) === SLOT_KIND.continue) this.#sendPart(slot);
      else this.#takePart(slot);
    } catch {
      this.#dropIncoming(slot);
      this.#outgoing.delete(slot);
      this.#write(LAYOUT.outcome, SLOT_OUTCOME.failed);
    }
  }

  #read(offset: number): number {
    return this.#words[offset / 4] ?? 0;
  }

  #write(offset: number, value: number): void {
    this.#words[offset / 4] = value;
  }

  #dropIncoming(slot: number): void {
    if (this.#incoming.delete(slot)) this.#hadLarge = true;
  }

  #takePart(slot: number): void {
    const total = this.#read(LAYOUT.totalBytes);
    const offset = this.#read(LAYOUT.partOffset);
    const length = this.#read(LAYOUT.partBytes);
    const part = this.#requests[slot]!.subarray(0, length);
    this.#outgoing.delete(slot);
    if (offset === 0) this.#dropIncoming(slot);
    if (length === total) return this.#handle(slot, part);

    let whole = this.#incoming.get(slot);
    if (whole === undefined) {
      if (offset !== 0) throw new ChannelError("A part without its start");
      whole = new Uint8Array(total);
      this.#incoming.set(slot, whole);
    }
    whole.set(part, offset);
    if (offset + length < total) {
      return this.#write(LAYOUT.outcome, SLOT_OUTCOME.goOn);
    }
    this.#handle(slot, whole);
    if (!this.#putOff.has(slot)) this.#dropIncoming(slot);
  }

  #handle(slot: number, call: Uint8Array): void {
    const methodBytes = this.#read(LAYOUT.methodBytes);
    const method = this.#decoder.decode(call.subarray(0, methodBytes));
    const answer = this.#handler(
      method,
      call.subarray(methodBytes),
      this.#readFrame(),
    );
    if (answer === undefined) {
      return this.#write(LAYOUT.outcome, SLOT_OUTCOME.failed);
    }
    if (answer === "need whole") {
      return this.#write(LAYOUT.outcome, SLOT_OUTCOME.needWhole);
    }
    if (answer === "later") {
      this.#putOff.add(slot);
      return this.#write(LAYOUT.outcome, SLOT_OUTCOME.later);
    }
    // Most answers fit and are encoded in place.
    if (answer.envelope.length * 3 <= this.#answer.length) {
      const { written } = this.#encoder.encodeInto(
        answer.envelope,
        this.#answer,
      );
      if (answer.publish === undefined) {
        return this.#sign(answer.rc, written, 0, written);
      }
    }
    const envelope = this.#encoder.encode(answer.envelope);
    const publish = this.#bytesOf(answer.publish);
    const bytes = new Uint8Array(envelope.length + publish.length);
    bytes.set(envelope);
    bytes.set(publish, envelope.length);
    const answerBytes = envelope.length;
    this.#outgoing.set(slot, { rc: answer.rc, bytes, answerBytes });
    this.#write(LAYOUT.partOffset, 0);
    this.#sendPart(slot);
  }

  #bytesOf(publish: Uint8Array | string = ""): Uint8Array {
    return typeof publish === "string"
      ? this.#encoder.encode(publish)
      : publish;
  }

  #readFrame(): ChannelFrame {
    const list = this.#read(LAYOUT.list);
    if (this.#read(LAYOUT.placed) === 0) return { list };
    const position = this.#read(LAYOUT.positionLow) +
      this.#read(LAYOUT.positionHigh) * 2 ** 32;
    return { list, turn: { tag: this.#read(LAYOUT.tag), position } };
  }

  /** Puts the part of the slot's answer that begins at its `partOffset`. */
  #sendPart(slot: number): void {
    const outgoing = this.#outgoing.get(slot);
    if (outgoing === undefined) throw new ChannelError("No answer to go on");
    const { rc, bytes, answerBytes } = outgoing;
    const offset = this.#read(LAYOUT.partOffset);
    const part = bytes.subarray(offset, offset + LAYOUT.slotAnswerBytes);
    this.#answer.set(part);
    if (offset + part.length === bytes.length) this.#outgoing.delete(slot);
    this.#sign(rc, answerBytes, bytes.length - answerBytes, part.length);
  }

  #sign(
    rc: number,
    answerBytes: number,
    publishBytes: number,
    partBytes: number,
  ): void {
    this.#write(LAYOUT.rc, rc);
    this.#write(LAYOUT.answerBytes, answerBytes);
    this.#write(LAYOUT.publishBytes, publishBytes);
    this.#write(LAYOUT.answerPartBytes, partBytes);
    this.#write(LAYOUT.outcome, SLOT_OUTCOME.answer);
  }
}
