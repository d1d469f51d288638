/**
 * Writes what the host's user should know as the host side takes it: one JSON
 * object a message, as `host.log` wants it, short, and without any character
 * that could steer a terminal. Some of the text was written by others. And
 * the names of policies, for when the worker ends in one (ffi/worker/worker_end.c).
 */

import type { LogEntry } from "../rpc/log_entry.ts";

/** The longest entry that the host side takes, in bytes. */
const ENTRY_BYTES = 1024;

/**
 * Controls, and what changes the direction or order of other text, or is a
 * line's end to some.
 */
const STEERING_REGEXP = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Stands in its place. */
const REPLACEMENT = "\ufffd";

function plain(text: string): string {
  return text.toWellFormed().replace(STEERING_REGEXP, REPLACEMENT);
}

function plainFields(fields: LogEntry["fields"]): LogEntry["fields"] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      plain(name),
      typeof value === "string" ? plain(value) : value,
    ]),
  );
}

/** Writes entries one by one, and counts those for which there was no room. */
export class EntryWriter {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly #encoder = new TextEncoder();
  #leftOut = 0;

  /** @param send Hands bytes over; false: there was no room. */
  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => boolean) {
    this.#send = send;
  }

  /** Writes an entry. One that is too long loses its fields, then its end. */
  write({ level, message: text, fields }: LogEntry): void {
    if (this.#leftOut > 0) this.#writeLeftOut();
    const message = plain(`scheduler: ${text}`);
    let bytes = this.#encode({ level, message, fields: plainFields(fields) });
    let length = Math.min(message.length, ENTRY_BYTES);
    for (; bytes.length > ENTRY_BYTES; length = Math.floor(length * 0.9)) {
      const start = length < message.length
        ? `${message.slice(0, length).toWellFormed()}…`
        : message;
      bytes = this.#encode({ level, message: start, fields: {} });
    }
    if (!this.#send(bytes)) this.#leftOut++;
  }

  /**
   * Tells the name of a policy's version, before it is loaded or checked.
   *
   * @param fingerprint What the host side knows it by.
   * @param name Its name in the config.
   */
  writeName(fingerprint: number, name: string): void {
    this.#send(this.#encoder.encode(`policy ${fingerprint} ${name}`));
  }

  #writeLeftOut(): void {
    const message =
      `scheduler: ${this.#leftOut} messages were left out: there was no room`;
    const bytes = this.#encode({ level: "warn", message, fields: {} });
    if (this.#send(bytes)) this.#leftOut = 0;
  }

  /** The host side knows an entry by this order of its keys. */
  #encode({ level, message, fields }: LogEntry): Uint8Array<ArrayBuffer> {
    return this.#encoder.encode(JSON.stringify({ level, message, fields }));
  }
}
