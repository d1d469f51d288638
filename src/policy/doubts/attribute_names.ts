/**
 * The names of the attributes that the host sends, and those that it never
 * does, so that a matcher which can match nothing is told. Facts of the host,
 * v7.2.140: internal/watcher/synthesizer, and the filter in
 * sdk/cliproxy/auth/conductor_selection.go. A plugin may set others.
 */

import type { Doubt } from "../shape.ts";

const NAMES: readonly string[] = [
  "auth_kind",
  "base_url",
  "codex_alpha_search",
  "compat_name",
  "config_index",
  "email",
  "excluded_models",
  "excluded_models_hash",
  "fingerprint_profile",
  "model_aliases",
  "models_hash",
  "note",
  "path",
  "plan_type",
  "plugin_virtual",
  "priority",
  "provider_key",
  "rebuild_mid_system_message",
  "runtime_only",
  "source",
  "source_backend",
  "timezone",
  "user_agent",
  "virtual_source",
  "websockets",
  "weight",
];

/** The host drops an attribute whose name has one of these in it. */
const DROPPED: readonly string[] = [
  "api_key",
  "apikey",
  "token",
  "secret",
  "cookie",
  "credential",
  "password",
  "storage",
  "authorization",
  "auth_header",
  "proxy_url",
];

/** What a candidate has beside its attributes. */
const OWN_KEYS: readonly string[] = ["id", "provider", "status"];

const NOT_SENT = "is no attribute that the host sends";

/**
 * Says what is doubtful about the name of an attribute.
 *
 * @param name A name of the config.
 * @returns What is doubtful, if anything is.
 */
export function doubtAttributeName(name: string): Doubt | undefined {
  if (NAMES.includes(name)) return undefined;
  const plain = name.toLowerCase().replaceAll(/[-. ]/g, "_");
  const joined = plain.replaceAll("_", "");
  const isDropped = DROPPED.some((word) =>
    plain.includes(word) || joined.includes(word.replaceAll("_", ""))
  );
  if (isDropped) {
    const hint =
      "it keeps every attribute back whose name sounds like a secret";
    return { message: NOT_SENT, hint };
  }
  if (OWN_KEYS.includes(plain)) {
    return { message: NOT_SENT, hint: "it is a key of the pool itself" };
  }
  if (/[*?]/.test(name)) {
    const hint = "only values are globs, names are not";
    return {
      message: "is the name of an attribute, whatever * and ? stand " +
        "for in it",
      hint,
    };
  }
  if (name.startsWith("header:")) return undefined;
  return { message: NOT_SENT, known: NAMES, isMisspelling: true };
}
