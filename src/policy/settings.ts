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
  /**
   * Name of the policy that goes through the candidates. Trimmed. `""` means
   * none.
   * @default {""}
   */
  readonly policy: PolicyName;
}

/** Policies that the key `policy` may name. */
export const POLICY_NAMES = ["round_robin"] as const;

/** A value of the key `policy`. */
export type PolicyName = "" | typeof POLICY_NAMES[number];

/** The key of each setting in the config. */
export const CONFIG_KEYS: Readonly<Record<keyof Settings, string>> = {
  deny: "deny",
  delegate: "delegate",
  authId: "auth_id",
  policy: "policy",
};

/** What is in force when the config sets nothing: every pick is unhandled. */
export const DEFAULT_SETTINGS: Settings = {
  deny: false,
  delegate: "",
  authId: "",
  policy: "",
};
