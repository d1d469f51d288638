/**
 * Nothing half-written stays behind: not after an error, not after a signal,
 * and what a killed build left is swept by the next one.
 */

/** Signals that end a build: the keyboard, a service manager, a terminal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Older than this, a leftover belongs to no build that still runs. */
const STALE_MS = 60 * 60 * 1000;

/** What is being made now, innermost last. */
const underWay = new Set<string>();

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Moved to its place, or never made.
  }
}

function removeAllAndExit(): void {
  for (const path of underWay) remove(path);
  Deno.exit(130);
}

/**
 * Runs `make`, and removes `path` afterwards however that ended. May be
 * nested.
 *
 * @param path File or folder that is being made; may be gone by the end.
 */
export async function withoutLeftover<T>(
  path: string,
  make: () => Promise<T>,
): Promise<T> {
  if (underWay.size === 0) {
    for (const signal of SIGNALS) {
      Deno.addSignalListener(signal, removeAllAndExit);
    }
  }
  underWay.add(path);
  try {
    return await make();
  } finally {
    underWay.delete(path);
    remove(path);
    if (underWay.size === 0) {
      for (const signal of SIGNALS) {
        Deno.removeSignalListener(signal, removeAllAndExit);
      }
    }
  }
}

/** Removes what killed builds left in a folder: names with this mark. */
export async function sweepLeftovers(
  folder: string,
  mark: string,
): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.includes(mark)) continue;
    const path = `${folder}/${name}`;
    const { mtime } = await Deno.stat(path);
    if (mtime !== null && Date.now() - mtime.getTime() < STALE_MS) continue;
    await Deno.remove(path, { recursive: true });
  }
}
