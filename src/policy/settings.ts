/**
 * What the config asks for, as policies see it. Made by `src/config`, read by
 * the policies; holds no text of the YAML it came from.
 */

import { type ModuleSettings, NO_SPECS } from "./policy_modules.ts";
import type { Rule } from "./rule.ts";

/** The settings in force for a pick. */
export interface Settings {
  /** Refuse every pick. @default {false} */
  readonly deny: boolean;
  /**
   * Name of the host's own selector that is to choose. Trimmed. `""` means
   * none; a name that the host does not know leaves every pick unhandled.
   * @default {""}
   */
  readonly delegate: string;
  /**
   * ID of the credential to pick, compared byte for byte. Trimmed. `""` means
   * none.
   * @default {""}
   */
  readonly authId: string;
  /**
   * Asked in this order, unless one of the above decides. A policy at the top
   * level is one rule.
   * @default {[]}
   */
  readonly rules: readonly Rule[];
  /** Policies that users wrote, whether a rule uses them or not. */
  readonly modules: ModuleSettings;
}

/** The settings that the host's own example has too. */
export type ExampleSettings = Omit<Settings, "rules" | "modules">;

/** The key of each of these in the config. */
export const CONFIG_KEYS: Readonly<Record<keyof ExampleSettings, string>> = {
  deny: "deny",
  delegate: "delegate",
  authId: "auth_id",
};

/** What is in force when the config sets nothing: every pick is unhandled. */
export const DEFAULT_SETTINGS: Settings = {
  deny: false,
  delegate: "",
  authId: "",
  rules: [],
  modules: NO_SPECS,
};
