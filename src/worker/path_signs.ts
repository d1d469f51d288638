/**
 * Signs from the kernel that what some paths lead to may have changed. A sign
 * is no more than a reason to look; that there is none proves nothing: network
 * folders give none, and a system may have no watches left.
 */

import { type Trail, trailOf } from "./path_trail.ts";

/** A folder may go just before it is watched; so often it is tried again. */
const TRIES = 3;

/** Gives signs. */
export class PathSigns {
  readonly #onSign: () => void;
  /** By folder, and by which one stands there. Those that stay are left alone:
   * some runtimes have one watch for a path, whoever asked for it. */
  readonly #watchers = new Map<string, Deno.FsWatcher>();
  #trail: Trail = new Map();
  /** Which call is the last one: an earlier one may take longer. */
  #turn = 0;

  /** @param onSign Something may have changed. */
  constructor(onSign: () => void) {
    this.#onSign = onSign;
  }

  /**
   * Watches these paths from now on, and no others. What changed before it is
   * done may have given no sign.
   *
   * @param paths Absolute ones.
   * @returns Whether there will be signs of all of them.
   */
  async follow(paths: readonly string[]): Promise<boolean> {
    const turn = ++this.#turn;
    for (let tries = 0; tries < TRIES; tries++) {
      const trail = await trailOf(paths);
      const folders = await marksOf(trail);
      if (turn !== this.#turn) return false;
      this.#trail = trail;
      if (this.#watchAll(folders)) return true;
    }
    return false;
  }

  /** Gives no signs any more. */
  end(): void {
    this.#turn++;
    this.#watchAll(new Map());
  }

  #watchAll(folders: ReadonlyMap<string, string>): boolean {
    for (const mark of this.#watchers.keys()) {
      if (!folders.has(mark)) this.#close(mark);
    }
    for (const [mark, folder] of folders) {
      if (!this.#watchers.has(mark)) this.#open(mark, folder);
    }
    return this.#watchers.size === folders.size;
  }

  #open(mark: string, folder: string): void {
    try {
      const watcher = Deno.watchFs(folder, { recursive: false });
      this.#watchers.set(mark, watcher);
      this.#listen(mark, watcher, folder);
    } catch {
      // It may be gone since, or there are too many watches.
    }
  }

  #close(mark: string): void {
    this.#watchers.get(mark)?.close();
    this.#watchers.delete(mark);
  }

  async #listen(
    mark: string,
    watcher: Deno.FsWatcher,
    folder: string,
  ): Promise<void> {
    try {
      for await (const event of watcher) {
        if (!this.#isSign(event, folder)) continue;
        // It is gone or elsewhere: what stands there now is not watched.
        const isGone = event.kind !== "modify" && event.paths.includes(folder);
        if (isGone) this.#close(mark);
        this.#onSign();
      }
    } catch {
      // It cannot be read any more: it gives no signs then.
      if (this.#watchers.get(mark) === watcher) this.#watchers.delete(mark);
    }
  }

  #isSign({ kind, paths }: Deno.FsEvent, folder: string): boolean {
    // Our own reading gives those.
    if (kind === "access") return false;
    const names = this.#trail.get(folder);
    return paths.length === 0 ||
      paths.some((path) =>
        path === folder || names?.has(path.slice(path.lastIndexOf("/") + 1))
      );
  }
}

/** Folders by what tells each from another one in its place. */
async function marksOf(trail: Trail): Promise<Map<string, string>> {
  const marks = new Map<string, string>();
  await Promise.all([...trail.keys()].map(async (folder) => {
    const info = await Deno.lstat(folder).catch(() => undefined);
    marks.set(`${info?.dev} ${info?.ino} ${folder}`, folder);
  }));
  return marks;
}
