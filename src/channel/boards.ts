/**
 * What the workers of this machine show (`ffi/channel/board.c`), for a person's
 * command line. Believes nothing of it: whoever can start a process can show
 * any text.
 */

import { LAYOUT } from "./layout.ts";
import { OWN_FILE } from "./library.ts";

const SYMBOLS = {
  /** `uint32_t sched_board_workers(uint32_t *pids, uint32_t capacity)` */
  sched_board_workers: { parameters: ["buffer", "u32"], result: "u32" },
  /** `int32_t sched_board_read(uint32_t pid, uint8_t *bytes, uint32_t capacity)` */
  sched_board_read: { parameters: ["u32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** More workers are not listed. A guess: a machine has one, or a few. */
const MAX_WORKERS = 256;

/** Why a worker's text cannot be had. */
export type BoardProblem =
  /** It belongs to another user. */
  | "denied"
  /** It runs another version of the plugin. */
  | "version"
  /** What it shows is no text, or changes all the time. */
  | "unreadable";

/** A worker that runs, and what it shows. */
export interface WorkerBoard {
  readonly pid: number;
  /** Absent if there is a problem; empty if it shows nothing yet. */
  readonly text?: string;
  readonly problem?: BoardProblem;
}

/** `enum board_problem` of ffi/channel/board.c, but for that of a worker that ended. */
const PROBLEMS: ReadonlyMap<number, BoardProblem> = new Map([
  [-1, "denied"],
  [-2, "version"],
  [-3, "unreadable"],
]);

/** `BOARD_GONE` of ffi/channel/board.c. */
const GONE = -4;

/**
 * Reads what every worker shows that runs now, of whichever host.
 *
 * @param file Path of a shared library made by `ffi/build/build.ts`.
 * @throws {Deno.errors.NotCapable} without FFI permission.
 */
export function readBoards(file = OWN_FILE): WorkerBoard[] {
  const library = Deno.dlopen(file, SYMBOLS);
  const { sched_board_workers: list, sched_board_read: read } = library.symbols;
  try {
    const pids = new Uint32Array(MAX_WORKERS);
    const bytes = new Uint8Array(LAYOUT.boardBytes);
    const count = list(pids, pids.length);
    return [...pids.subarray(0, count).toSorted()].flatMap((pid) => {
      const got = read(pid, bytes, bytes.length);
      return got === GONE ? [] : [{ pid, ...understand(got, bytes) }];
    });
  } finally {
    library.close();
  }
}

/** Says what `sched_board_read()` answered: a length, or a problem. */
function understand(got: number, bytes: Uint8Array): Omit<WorkerBoard, "pid"> {
  if (got < 0) return { problem: PROBLEMS.get(got) ?? "unreadable" };
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    return { text: decoder.decode(bytes.subarray(0, got)) };
  } catch {
    return { problem: "unreadable" };
  }
}
