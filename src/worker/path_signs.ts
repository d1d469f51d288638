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
  #watcher: Deno.FsWatcher | undefined;
  #trail: Trail = new Map();
  /** What is watched: names that count, and which folders stand there. */
  #mark = "";
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
   * @returns Whether there will be signs.
   */
  async follow(paths: readonly string[]): Promise<boolean> {
    const turn = ++this.#turn;
    for (let tries = 0; tries < TRIES; tries++) {
      const trail = await trailOf(paths);
      const mark = await markOf(trail);
      if (turn !== this.#turn) return false;
      if (this.#watcher !== undefined && mark === this.#mark) return true;
      // First: some runtimes have one watch for a path, whoever asked for it.
      this.#watcher?.close();
      const watcher = open([...trail.keys()]);
      this.#watcher = watcher;
      this.#trail = trail;
      this.#mark = mark;
      if (watcher === undefined) continue;
      this.#listen(watcher);
      return true;
    }
    return false;
  }

  /** Gives no signs any more. */
  end(): void {
    this.#turn++;
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const event of watcher) {
        if (this.#isSign(event)) this.#onSign();
      }
    } catch {
      // It cannot be read any more: there are no signs then.
      if (watcher === this.#watcher) this.#watcher = undefined;
    }
  }

  #isSign({ kind, paths }: Deno.FsEvent): boolean {
    // Our own reading gives those.
    if (kind === "access") return false;
    return paths.length === 0 || paths.some((path) => {
      const at = path.lastIndexOf("/");
      const names = this.#trail.get(path.slice(0, at) || "/");
      const isFolder = this.#trail.has(path);
      // It is gone or elsewhere: what stands there now is not watched.
      if (isFolder) this.#mark = "";
      return isFolder || names?.has(path.slice(at + 1));
    });
  }
}

/** Undefined if the system gives none. */
function open(folders: readonly string[]): Deno.FsWatcher | undefined {
  if (folders.length === 0) return undefined;
  try {
    return Deno.watchFs([...folders], { recursive: false });
  } catch {
    // One of them may be gone since, or there are too many watches.
    return undefined;
  }
}

/** Tells one trail from another, and a folder from one in its place. */
async function markOf(trail: Trail): Promise<string> {
  const parts = [...trail].map(async ([folder, names]) => {
    const info = await Deno.lstat(folder).catch(() => undefined);
    return [folder, info?.dev, info?.ino, ...names];
  });
  return JSON.stringify(await Promise.all(parts));
}
