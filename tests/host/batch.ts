/** The files of the test host's command `batch`; their form is in `batch.h`. */

/** One call to make. */
export interface BatchCall {
  readonly method: "scheduler.pick" | "plugin.reconfigure";
  readonly request: string;
}

/** What came of it. */
export interface BatchAnswer {
  readonly rc: number;
  readonly body: string;
  /** Ticks of one clock of all the calls: a call was over before another began
   * if and only if its end is the smaller number. */
  readonly began: number;
  readonly ended: number;
}

const METHODS = ["scheduler.pick", "plugin.reconfigure"] as const;

/** Bytes before all calls, each request and each answer. */
const COUNT_BYTES = 4;
const CALL_HEAD_BYTES = 8;
const ANSWER_HEAD_BYTES = 24;

/** UTF-8 takes at most three bytes for each unit of a text. */
const BYTES_PER_UNIT = 3;

/** Calls as the host reads them. */
export function writeCalls(calls: readonly BatchCall[]): Uint8Array {
  const capacity = calls.reduce(
    (sum, { request }) =>
      sum + CALL_HEAD_BYTES + request.length * BYTES_PER_UNIT,
    COUNT_BYTES,
  );
  const bytes = new Uint8Array(capacity);
  const view = new DataView(bytes.buffer);
  const encoder = new TextEncoder();
  view.setUint32(0, calls.length, true);
  let at = COUNT_BYTES;
  for (const { method, request } of calls) {
    const body = bytes.subarray(at + CALL_HEAD_BYTES);
    const { written } = encoder.encodeInto(request, body);
    view.setUint32(at, METHODS.indexOf(method), true);
    view.setUint32(at + 4, written, true);
    at += CALL_HEAD_BYTES + written;
  }
  return bytes.subarray(0, at);
}

/** Answers as the host writes them. */
export function readAnswers(bytes: Uint8Array): BatchAnswer[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const answers: BatchAnswer[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + ANSWER_HEAD_BYTES;
    const end = start + view.getUint32(at + 4, true);
    answers.push({
      rc: view.getInt32(at, true),
      body: decoder.decode(bytes.subarray(start, end)),
      began: Number(view.getBigUint64(at + 8, true)),
      ended: Number(view.getBigUint64(at + 16, true)),
    });
    at = end;
  }
  return answers;
}
