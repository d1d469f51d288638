/**
 * What the config asks for, as policies see it. Made by `src/config`, read by
 * the policies; holds values only, no text of the YAML they came from.
 */

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
}

/** The key of each setting in the config. */
export const CONFIG_KEYS: Readonly<Record<keyof Settings, string>> = {
  deny: "deny",
  delegate: "delegate",
  authId: "auth_id",
};

/** What is in force when the config sets nothing: every pick is unhandled. */
export const DEFAULT_SETTINGS: Settings = {
  deny: false,
  delegate: "",
  authId: "",
};
