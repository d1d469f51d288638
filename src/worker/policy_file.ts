/**
 * One file of a policy, looked at again and again: what it holds, once it has
 * stopped changing. Goes by what a path leads to at the time, so that a link, a
 * file that is moved over another, and a folder that comes later are nothing
 * special.
 */

import {
  MAX_SOURCE_BYTES,
  type ModuleProblem,
  NO_FILE,
  TOO_LARGE,
} from "../modules/module_problem.ts";

/** What a look found. */
export type PolicyFileFinding =
  /** Another text than before, or the same that was written anew. */
  | {
    readonly kind: "text";
    readonly text: string;
    /** It is the same: whoever touched the file wants it to be loaded. */
    readonly isTouched: boolean;
  }
  /** No text, and why; another reason than before. */
  | { readonly kind: "problem"; readonly problem: ModuleProblem }
  /** Nothing new, or it is just being changed. */
  | { readonly kind: "same" };

/** The same file as at the last look. */
const SAME: PolicyFileFinding = { kind: "same" };

/**
 * A file that was changed less than this ago, in milliseconds, may change once
 * more without a sign: clocks of file systems are coarse. A guess.
 */
const FRESH_MS = 3000;

/** Looks in a row that find nothing until a file counts as gone: an editor may
 * be about to put another one there. */
const MISSING_LOOKS = 6;

/** One watched file. */
export class PolicyFile {
  readonly #path: string;
  readonly #now: () => number;
  /** What tells one state of the file from another. */
  #mark = "";
  /** The mark of what was read last. */
  #readMark = "";
  /** It was fresh when it was read. */
  #wasFresh = false;
  #isSettled = false;
  #text: string | undefined;
  /** When the text was written, as the file system says. */
  #writtenMs: number | undefined;
  #isForgotten = false;
  #told = "";
  #missing = 0;
  #isFirst = true;

  /**
   * @param path Absolute path of the file.
   * @param now Milliseconds since 1970, UTC. @default {Date.now}
   */
  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  /**
   * Whether nothing is under way: the next look may wait for a sign. If not, it
   * should come soon.
   */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The next look finds what the file holds, though it is as it was. */
  forget(): void {
    this.#readMark = "";
    this.#isForgotten = true;
  }

  /**
   * Looks at the file.
   *
   * @returns What is new; never throws.
   */
  async look(): Promise<PolicyFileFinding> {
    try {
      return await this.#look();
    } catch (error) {
      return this.#missed(error);
    } finally {
      this.#isFirst = false;
    }
  }

  async #look(): Promise<PolicyFileFinding> {
    const info = await Deno.stat(this.#path);
    this.#missing = 0;
    this.#isSettled = true;
    // Never opened: a pipe would be waited for.
    if (!info.isFile) return this.#tell("It is not a file");
    const { dev, ino, size, mtime, ctime } = info;
    const changedMs = Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
    const mark = [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
    this.#isSettled = mark === this.#mark || this.#isFirst;
    this.#mark = mark;
    const isFresh = Math.abs(this.#now() - changedMs) < FRESH_MS;
    const isRead = mark === this.#readMark && !this.#wasFresh;
    if (!this.#isSettled || isRead) return SAME;
    if (size > MAX_SOURCE_BYTES) {
      return this.#tell(TOO_LARGE.message);
    }
    const text = await readText(this.#path);
    // A file that is empty is most likely being written: it is read again.
    const isEmpty = text?.trim() === "";
    if (isEmpty && this.#text !== undefined && isFresh) return SAME;
    this.#readMark = mark;
    this.#wasFresh = isFresh;
    if (text === undefined) return this.#tell("The file is not UTF-8 text");
    const writtenMs = mtime?.getTime();
    const isSame = text === this.#text && this.#told === "";
    const isTouched = isSame && writtenMs !== this.#writtenMs;
    if (isSame && !isTouched && !this.#isForgotten) return SAME;
    this.#text = text;
    this.#writtenMs = writtenMs;
    this.#isForgotten = false;
    this.#told = "";
    return { kind: "text", text, isTouched };
  }

  #missed(error: unknown): PolicyFileFinding {
    this.#mark = this.#readMark = "";
    const isGone = error instanceof Deno.errors.NotFound;
    const mayComeBack = this.#text !== undefined &&
      ++this.#missing < MISSING_LOOKS;
    this.#isSettled = !(isGone && mayComeBack);
    if (!this.#isSettled) return SAME;
    return this.#tell(isGone ? NO_FILE.message : whyNot(error));
  }

  #tell(message: string): PolicyFileFinding {
    if (message === this.#told) return SAME;
    this.#told = message;
    return { kind: "problem", problem: { message } };
  }
}

function whyNot(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) {
    return "The file cannot be read: permission denied";
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return "The folder is a file";
  }
  if (error instanceof Deno.errors.FilesystemLoop) {
    return "The links to the file go in a circle";
  }
  return "The file cannot be read";
}

/** Undefined if it is no text. */
async function readText(path: string): Promise<string | undefined> {
  using file = await Deno.open(path, { read: true });
  // It may have grown since.
  const bytes = new Uint8Array(MAX_SOURCE_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const got = await file.read(bytes.subarray(length));
    if (got === null) break;
    length += got;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      bytes.subarray(0, length),
    );
  } catch {
    return undefined;
  }
}
