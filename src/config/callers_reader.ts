/**
 * Reads `callers`: names for clients, by the hashes of their keys. A part of
 * step 5 of reading a config.
 */

import { formatPath, type KeyPath } from "./key_path.ts";
import { CALLERS_SHAPE } from "./plugin_shapes.ts";
import type { Place, ShapeReader } from "./shape_reader.ts";
import type { Slot } from "./slot.ts";

/** Hashes (`caller_scope`) by the names under `callers`. */
export type Callers = Readonly<Record<string, readonly string[]>>;

/** Where a hash was met first. */
interface Met {
  readonly name: string;
  readonly path: KeyPath;
}

/**
 * Reads them.
 *
 * @param reader Takes the problems.
 * @param slot Where they are, if they are anywhere.
 * @returns Every name that is defined, without the hashes of one that is wrong,
 * so that no rule is blamed for it.
 */
export function readCallers(
  reader: ShapeReader,
  slot: Slot | undefined,
): Callers {
  const open = slot && reader.openMap(CALLERS_SHAPE, slot, ["callers"]);
  const met = new Map<string, Met>();
  return Object.fromEntries(
    Array.from(open ?? [], ([name, { slot, path }]) => {
      const reading = reader.read(CALLERS_SHAPE.of, slot, path);
      if (reading === undefined) return [name, []];
      const { value, place } = reading;
      refuseSharedHashes(reader, value, { place, met, owner: { name, path } });
      return [name, value];
    }),
  );
}

/** A request has one caller, and which of two names it has nobody could say. */
function refuseSharedHashes(
  reader: ShapeReader,
  hashes: readonly string[],
  { place, met, owner }: {
    readonly place: Place;
    readonly met: Map<string, Met>;
    readonly owner: Met;
  },
): void {
  const { name, path } = owner;
  for (const [i, hash] of hashes.entries()) {
    const known = hash.toLowerCase();
    const earlier = met.get(known);
    if (earlier === undefined) met.set(known, owner);
    else if (earlier.name !== name) {
      const shown = place.isOnlyItem ? path : [...path, i];
      const other = formatPath(earlier.path);
      reader.report(shown, `must be the hash of one caller, ${other} has it`, {
        at: place.parts?.get(i)?.at ?? place.at,
        hint: "a rule names several callers as a list",
      });
    }
  }
}
