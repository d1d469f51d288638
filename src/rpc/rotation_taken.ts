/**
 * The method `rotation.taken`: what our own C side says it answered in
 * advance (`ffi/calls/outbox.c`). Bytes to reports; trusts the sender, checks the
 * shape.
 */

import {
  type JsonObject,
  readBoolean,
  readInteger,
  readList,
  readObject,
} from "./go_fields.ts";
import { decodeJson } from "./go_json.ts";

/** Positions of one rotation that were taken. */
export interface TakenReport {
  /** Number of the list. */
  readonly list: number;
  /** Number of the config. */
  readonly epoch: number;
  readonly tag: number;
  /** The first position that was taken. */
  readonly from: number;
  /** The first that was not. */
  readonly to: number;
  /** Position from which on more answers are wanted, if they are. */
  readonly moreFrom: number | undefined;
}

/**
 * Decodes reports.
 *
 * @param bytes What the C side sent.
 * @returns The reports, in their order.
 * @throws {DecodeError} when they are none.
 */
export function decodeTakenReports(bytes: Uint8Array): TakenReport[] {
  return readList(decodeJson(bytes).value, "the reports").map((item, index) =>
    readReport(readObject(item, `[${index}]`), `[${index}]`)
  );
}

function readReport(report: JsonObject, path: string): TakenReport {
  const read = (key: string) => readInteger(report, key, path, { min: 0n });
  return {
    list: read("list"),
    epoch: read("epoch"),
    tag: read("tag"),
    from: read("from"),
    to: read("to"),
    moreFrom: readBoolean(report, "more", path) ? read("moreFrom") : undefined,
  };
}
