/**
 * The words that the host has for the status, the kind and the plan of a
 * credential and for the service tier of a request, so that a pattern which
 * none of them can match is told. Facts of the host, v7.2.140:
 * sdk/cliproxy/auth/status.go, internal/watcher/synthesizer, and what plans and
 * tiers the providers are known to have.
 */

import { compileGlob } from "../glob.ts";
import type { Doubt, DoubtOf } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";

/** Words that a text of the host can be. */
interface Words {
  readonly words: readonly string[];
  readonly message: string;
  /** What there is, as a hint. */
  readonly hint: string;
  /** Hints for words that people take for one of these. */
  readonly mistaken?: Readonly<Record<string, string>>;
}

const STATUS: Words = {
  words: ["active", "unknown", "pending", "refreshing", "error"],
  message: "is no status of a credential that the host offers",
  hint: "there are active, unknown, pending, refreshing and error",
  mistaken: {
    available: "a credential that can be used is active",
    enabled: "a credential that can be used is active",
    ready: "a credential that can be used is active",
    healthy: "a credential that can be used is active",
    ok: "a credential that can be used is active",
    disabled: "the host offers no credential that is disabled",
    unavailable: "the host offers no credential that is unavailable",
    cooldown: "the host offers no credential that cools down",
    exhausted: "the host offers no credential that cools down",
  },
};

const AUTH_KIND: Words = {
  words: ["oauth", "apikey"],
  message: "is no kind of a credential that the host knows",
  hint: "there are oauth and apikey; openai-compatibility has none",
};

const PLAN_TYPE: Words = {
  words: [
    "free",
    "go",
    "plus",
    "pro",
    "prolite",
    "team",
    "business",
    "enterprise",
    "edu",
    "education",
    "k12",
    "guest",
    "unknown",
    "self_serve_business_usage_based",
    "enterprise_cbp_usage_based",
  ],
  message: "is no plan that is known",
  hint:
    "the host tells plans of Codex accounts only, such as free, go, plus, " +
    "pro, team, business, edu and enterprise",
};

const SERVICE_TIER: Words = {
  words: [
    "auto",
    "default",
    "flex",
    "priority",
    "fast",
    "scale",
    "standard",
    "standard_only",
    "batch",
  ],
  message: "is no service tier that is known",
  hint: "there are auto, which is what a client asks for that says nothing, " +
    "default, flex, priority, fast, scale, standard, standard_only and batch",
};

/** Doubts a pattern over the status of a credential. */
export const doubtStatus: DoubtOf = among(STATUS);

/** Doubts a pattern over how a credential signs in. */
export const doubtAuthKind: DoubtOf = among(AUTH_KIND);

/** Doubts a pattern over the plan of a credential. */
export const doubtPlanType: DoubtOf = among(PLAN_TYPE);

/** Doubts a pattern over a service tier. */
export const doubtServiceTier: DoubtOf = among(SERVICE_TIER);

function among({ words, message, hint, mistaken = {} }: Words): DoubtOf {
  return (pattern): Doubt | undefined => {
    const foreign = doubtPattern(pattern, "name");
    if (foreign !== undefined) return foreign;
    const glob = compileGlob(pattern, { ignoresCase: true });
    if (words.some(glob.matches)) return undefined;
    const word = pattern.toLowerCase();
    const special = Object.hasOwn(mistaken, word) ? mistaken[word] : undefined;
    return special === undefined
      ? { message, hint, known: words }
      : { message, hint: special };
  };
}
