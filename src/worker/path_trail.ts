/**
 * Where the kernel is to be asked so that no change of what a path leads to is
 * missed: folders, and the names in them that count. Every link on the way
 * counts where it stands; what is missing counts where it would stand.
 */

/** Names that count, by the folder that they stand in. */
export type Trail = ReadonlyMap<string, ReadonlySet<string>>;

/** Links on one way; the kernel follows 40. */
const MAX_LINKS = 40;

/** What a name stands for: no link has no `to`. */
interface Step {
  readonly isMissing?: true;
  readonly to?: string;
}

/**
 * Follows paths.
 *
 * @param paths Absolute ones.
 * @returns What is to be watched.
 */
export async function trailOf(paths: readonly string[]): Promise<Trail> {
  const trail = new Map<string, Set<string>>();
  const steps = new Map<string, Promise<Step>>();
  for (const path of paths) await follow(path, trail, steps);
  return trail;
}

async function follow(
  path: string,
  trail: Map<string, Set<string>>,
  steps: Map<string, Promise<Step>>,
): Promise<void> {
  const rest = path.split("/");
  let folder = "/";
  for (let links = 0; rest.length > 0;) {
    const name = rest.shift()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      folder = folder.slice(0, folder.lastIndexOf("/")) || "/";
      continue;
    }
    const full = folder === "/" ? `/${name}` : `${folder}/${name}`;
    let step = steps.get(full);
    if (step === undefined) steps.set(full, step = stepAt(full));
    const { isMissing, to } = await step;
    const counts = isMissing || to !== undefined || rest.length === 0;
    if (counts) add(trail, folder, name);
    if (isMissing) return;
    if (to === undefined) {
      folder = full;
      continue;
    }
    if (++links > MAX_LINKS) return;
    if (to.startsWith("/")) folder = "/";
    rest.unshift(...to.split("/"));
  }
}

function add(
  trail: Map<string, Set<string>>,
  folder: string,
  name: string,
): void {
  const names = trail.get(folder);
  if (names === undefined) trail.set(folder, new Set([name]));
  else names.add(name);
}

/** What cannot be looked at counts as missing. */
async function stepAt(path: string): Promise<Step> {
  try {
    const { isSymlink } = await Deno.lstat(path);
    return isSymlink ? { to: await Deno.readLink(path) } : {};
  } catch {
    return { isMissing: true };
  }
}
