/**
 * Values of attributes of which it is known what the host sends, so that a
 * pattern which none of them can match is told. Facts of the host, v7.2.140:
 * internal/watcher/synthesizer.
 */

import { compileGlob } from "../glob.ts";
import type { Doubt, DoubtOf } from "../shape.ts";
import { doubtAddress, doubtBaseUrl } from "./addresses.ts";
import { doubtPattern } from "./foreign_pattern.ts";
import { doubtProvider } from "./host_providers.ts";
import { doubtAuthKind, doubtPlanType } from "./host_words.ts";

/** Attributes that are there if they are `true`, and else are not. */
const FLAGS: readonly string[] = [
  "websockets",
  "codex_alpha_search",
  "rebuild_mid_system_message",
  "runtime_only",
];

const BY_NAME: Readonly<Record<string, DoubtOf>> = {
  "auth_kind": doubtAuthKind,
  "plan_type": doubtPlanType,
  "base_url": doubtBaseUrl,
  "provider_key": doubtProvider,
  email: doubtAddress,
  priority: doubtNumber,
  weight: doubtNumber,
  "config_index": doubtNumber,
};

/**
 * What doubts the values of an attribute.
 *
 * @param name Its name.
 * @returns What doubts them; undefined if nothing is known of them.
 */
export function doubtValuesOf(name: string): DoubtOf | undefined {
  if (FLAGS.includes(name)) return doubtFlag;
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}

function doubtFlag(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "text");
  if (foreign !== undefined || compileGlob(pattern).matches("true")) {
    return foreign;
  }
  return {
    message: "is no value of this attribute: it is true, or not there",
    hint: "write true, or put it under not",
  };
}

function doubtNumber(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "text");
  if (foreign !== undefined || /^[-\d*?]+$/.test(pattern)) return foreign;
  return {
    message: "is a glob over a whole number, as text",
    hint: "ranges are for the key priority of the pool alone",
  };
}
