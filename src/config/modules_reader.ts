/**
 * Reads the policies that users wrote: `policies` and `policies_dir`. A part of
 * step 5 of reading a config. Looks at no file: what loads them does.
 */

import type { Node } from "yaml";
import {
  DEFAULT_POLICIES_DIR,
  type ModuleSettings,
  type ModuleSpec,
} from "../policy/policy_modules.ts";
import type { KeyPath } from "./key_path.ts";
import { POLICIES_DIR_KEY } from "./known_keys.ts";
import {
  MODULE_SHAPE,
  type ModuleValue,
  type PluginShapes,
  POLICIES_DIR_SHAPE,
} from "./plugin_shapes.ts";
import type { ShapeReader } from "./shape_reader.ts";
import type { Slot } from "./slot.ts";

/** A policy that the config defines, whether something is wrong with it or not. */
export interface ModuleEntry {
  /** Only its name counts if something is wrong. */
  readonly spec: ModuleSpec;
  readonly path: KeyPath;
  /** What problems of it as a whole point at: its key. */
  readonly at: Node;
}

/** What the config says of them. */
export interface ModulesReading {
  readonly settings: ModuleSettings;
  /** All that may be named, in the order of the config. */
  readonly entries: readonly ModuleEntry[];
  /**
   * Tells whether something is wrong with the very name, so that it is not
   * among the entries; of any name if it is not known which ones there are.
   */
  readonly isBroken: (name: string) => boolean;
}

/**
 * Reads them.
 *
 * @param reader Takes the problems.
 * @param slots The keys at the top that are set.
 * @param shape How `policies` looks.
 * @returns What there is, with an entry for each name that is good.
 */
export function readModules(
  reader: ShapeReader,
  slots: ReadonlyMap<string, Slot>,
  shape: PluginShapes["modules"],
): ModulesReading {
  const folder = reader.readSet(
    POLICIES_DIR_SHAPE,
    slots.get(POLICIES_DIR_KEY),
    [POLICIES_DIR_KEY],
  );
  const slot = slots.get("policies");
  const refused = new Set<string>();
  const open = slot === undefined
    ? new Map<string, never>()
    : reader.openMap(shape, slot, ["policies"], refused);
  const entries = Array.from(open ?? [], ([name, { slot, path }]) => {
    const value = reader.readSet(MODULE_SHAPE, slot, path);
    return { spec: specOf(name, value), path, at: slot.key };
  });
  return {
    settings: {
      folder: folder ?? DEFAULT_POLICIES_DIR,
      specs: entries.map(({ spec }) => spec),
    },
    entries,
    isBroken: (name) => open === undefined || refused.has(name),
  };
}

function specOf(name: string, value: ModuleValue | undefined): ModuleSpec {
  const { module = "", options = {} } = value ?? {};
  return { name, file: module, options: JSON.stringify(options) };
}
