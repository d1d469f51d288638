/**
 * Where the `@std` packages come from: JSR, as deno.json says, or, on a
 * network that does not reach it, the npm packages they were ported from,
 * through the adapters in `src/npm`. The only place that chooses.
 */

import { dirname, join, relative } from "node:path";
import { cacheFolder } from "./download/cache_folder.ts";
import { ROOT } from "./paths.ts";
import { say } from "./progress.ts";

/** A small file on JSR that the packages need anyway. */
const PROBE = "https://jsr.io/@std/yaml/meta.json";

/** How long JSR may take to answer. A guess. */
const PROBE_MS = 3000;

/** How long the answer is remembered: a laptop changes its network. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** Name of the import map that stands for npm, from the project's root. */
const NPM_MAP = "src/npm/import_map.json";
const NPM_LOCK = "src/npm/deno.lock";

/** Source of the `@std` packages. */
export type PackageSource = "jsr" | "npm";

async function jsrIsReachable(): Promise<boolean> {
  try {
    const response = await fetch(PROBE, {
      signal: AbortSignal.timeout(PROBE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function isSource(text: string | undefined): text is PackageSource {
  return text === "jsr" || text === "npm";
}

async function remembered(path: string): Promise<PackageSource | undefined> {
  try {
    const { mtime } = await Deno.stat(path);
    if (mtime === null || Date.now() - mtime.getTime() > REMEMBERED_MS) {
      return undefined;
    }
    const text = (await Deno.readTextFile(path)).trim();
    return isSource(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The source, tried once and then remembered for a day in the cache folder. The
 * variable `SCHEDULER_PACKAGES` (`jsr` or `npm`) overrides it.
 */
export async function packageSource(): Promise<PackageSource> {
  const wanted = Deno.env.get("SCHEDULER_PACKAGES");
  if (isSource(wanted)) return wanted;
  const memory = `${await cacheFolder()}/packages`;
  const known = await remembered(memory);
  if (known !== undefined) return known;
  const source = await jsrIsReachable() ? "jsr" : "npm";
  say(
    source === "jsr"
      ? "Packages: from JSR"
      : `Packages: JSR is not reachable, taking npm (remembered for a day in ${memory})`,
  );
  await Deno.writeTextFile(memory, `${source}\n`);
  return source;
}

/**
 * Flags with which Deno resolves the packages. The lock files are kept apart,
 * since one made without JSR has no JSR entries.
 */
export async function packageFlags(): Promise<string[]> {
  if (await packageSource() === "jsr") return [];
  return [
    `--import-map=${ROOT}${NPM_MAP}`,
    `--lock=${ROOT}${NPM_LOCK}`,
  ];
}

/**
 * The import map in force, for a tool that extends it.
 *
 * @param folder Where the new map will be. Its addresses are relative: a
 * compiled program would look for absolute ones on the disk, not in itself.
 */
export async function importMap(
  folder: string,
): Promise<Record<string, string>> {
  const npm = await packageSource() === "npm";
  const file = `${ROOT}${npm ? NPM_MAP : "deno.json"}`;
  const { imports } = JSON.parse(await Deno.readTextFile(file)) as {
    imports: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(imports).map(([name, target]) => [
      name,
      target.startsWith(".")
        ? relative(folder, join(dirname(file), target))
        : target,
    ]),
  );
}
