/**
 * What of the plugin's rules does not go with the rest of a host's config:
 * models that have other names, pools that the host does not offer, statuses
 * that it takes for a reason to try again. For `check`, which gets the whole
 * file; the host itself sends the plugin its part alone.
 */

import { compileGlobs } from "../policy/globs.ts";
import { covers, mayOverlap } from "../policy/glob_relations.ts";
import { firstPick } from "../policy/pick_context.ts";
import type { Pool } from "../policy/pool.ts";
import { quote, quoteAny } from "../policy/quote.ts";
import type { CredentialSet, Facet } from "../policy/reach.ts";
import type { Rule } from "../policy/rule.ts";
import type { HostFacts, HostKey, ModelAlias } from "./host_facts.ts";
import { formatPath, type KeyPath } from "./key_path.ts";
import { POLICY_RULE } from "./rules_reader.ts";
import type { Subtree } from "./subtree.ts";

/** Doubts of one kind that are told. A guess: the mend is the same. */
const MAX_DOUBTS = 10;

/** Names of models that are looked at. A guess: nobody has that many. */
const MAX_ALIASES = 1000;

/** API keys that are compared with each other. A guess, too. */
const MAX_KEYS = 200;

/**
 * After these the host begins another round, as often as `request-retry` says.
 * `isCredentialRetryRoundStatus` in sdk/cliproxy/auth/conductor_selection.go of
 * the host, v7.2.140.
 */
const RETRIED: readonly number[] = [403, 408, 429, 500, 502, 503, 504];

/** The host's part and the plugin's, where problems of each are reported. */
interface Parts {
  readonly file: Subtree;
  readonly plugin: Subtree;
}

/**
 * Reviews rules.
 *
 * @param rules In their order.
 * @param facts What the host's config says.
 * @param parts Take the problems.
 */
export function reviewHost(
  rules: readonly Rule[],
  facts: HostFacts,
  parts: Parts,
): void {
  reviewAliases(rules, facts, parts);
  reviewPriorities(rules, facts, parts);
  reviewStatuses(rules, facts, parts);
  reviewAffinity(rules, facts, parts);
}

/** A policy at the top is one rule. */
function pathOf(rules: readonly Rule[], index: number): KeyPath {
  const isPolicy = rules.length === 1 && rules[0]?.name === POLICY_RULE;
  return isPolicy ? ["policy"] : ["rules", index];
}

// ---- names of models ----

/** A rule and which names of models it closes. */
interface Closing {
  readonly rule: Rule;
  closes(model: string): boolean;
}

/** A client that asks by another name passes a rule that closes a model. */
function reviewAliases(
  rules: readonly Rule[],
  { aliases }: HostFacts,
  { file }: Parts,
): void {
  const closing = rules.flatMap((rule) => closingOf(rule) ?? []);
  const passing = aliases.slice(0, MAX_ALIASES).flatMap((alias) => {
    const passed = passedBy(alias, closing);
    return passed === undefined ? [] : [{ alias, passed }];
  });
  for (const { alias: { place }, passed } of passing.slice(0, MAX_DOUBTS)) {
    const message = "is another name of a model that rule " +
      `${
        quote(passed.rule.name)
      } closes, and its when.model does not match it: ` +
      "clients get the model by this name";
    file.report(place.keys, message, {
      at: place.node,
      severity: "warning",
      hint: "add the name to when.model of the rule",
    });
  }
}

function closingOf(rule: Rule): Closing | undefined {
  // A list of what may pass, under not, is closed to a name that it lacks.
  const condition = rule.when.find(({ key }) => key === "model") ??
    rule.when.find(({ key }) => key === "any");
  if (condition === undefined || rule.otherwise !== "refuse") return undefined;
  const context = firstPick(0);
  return {
    rule,
    closes: (model) => condition.test({ ...NO_REQUEST, model }, context).holds,
  };
}

const NO_REQUEST = {
  provider: "",
  providers: [],
  model: "",
  stream: false,
  headers: {},
  metadata: {},
  candidates: [],
};

function passedBy(
  { name, alias }: ModelAlias,
  closing: readonly Closing[],
): Closing | undefined {
  if (closing.some(({ closes }) => closes(alias))) return undefined;
  return closing.find(({ closes }) => closes(name));
}

// ---- priorities ----

/** A host offers its best priority only, which may leave a rule out for good. */
function reviewPriorities(
  rules: readonly Rule[],
  { keys }: HostFacts,
  { plugin }: Parts,
): void {
  if (keys.length > MAX_KEYS) return;
  for (const [index, { use, tiers }] of rules.entries()) {
    if (tiers === "all" || use.length === 0) continue;
    const over = keysOver(use, keys);
    if (over === undefined) continue;
    const path = [...pathOf(rules, index), "use"];
    const message = "has no credentials but API keys of a lower priority " +
      `than ${formatPath(over.place.keys)}, which is in none of its pools: ` +
      "they are not offered as long as that one can be used";
    plugin.report(path, message, {
      at: plugin.find(path),
      severity: "warning",
      hint: "write tiers: all, which hosts since v7.3.8 know, or give them " +
        "the same priority",
    });
  }
}

/** A key that is offered instead of whatever the pools have. */
function keysOver(
  pools: readonly Pool[],
  keys: readonly HostKey[],
): HostKey | undefined {
  const sets = pools.map(({ members }) => members);
  if (!sets.every((set) => set !== undefined && hasKeysAlone(set))) {
    return undefined;
  }
  const isIn = (key: HostKey) =>
    sets.some((set) => set !== undefined && mayHave(set, key));
  const members = keys.filter(isIn);
  const others = keys.filter((key) => !isIn(key));
  const over = members.map((member) =>
    others.find((other) => isOver(other, member))
  );
  return over.includes(undefined) ? undefined : over[0];
}

/** Nothing but API keys of the config can be in it, no account. */
function hasKeysAlone({ facets }: CredentialSet): boolean {
  return facets.some(({ about, globs = [] }) => {
    if (about === "attribute auth_kind") {
      return globs.every((glob) => glob.toLowerCase() === "apikey");
    }
    if (about === "id") {
      return globs.every((glob) =>
        glob.includes(":apikey:") || glob.startsWith("openai-compatibility:")
      );
    }
    return about === "provider" &&
      globs.every((glob) => glob.startsWith("openai-compatible-"));
  });
}

/** Serves all that the other one does, and goes before it. */
function isOver(other: HostKey, member: HostKey): boolean {
  return other.provider === member.provider &&
    other.prefix === member.prefix && other.priority > member.priority &&
    (other.models === undefined ||
      member.models?.every((model) => other.models?.includes(model)) === true);
}

function mayHave({ facets, exceptions }: CredentialSet, key: HostKey): boolean {
  return facets.every((facet) => fits(facet, key) !== "no") &&
    !exceptions.some((all) => all.every((facet) => fits(facet, key) === "yes"));
}

function fits(
  { about, globs = [], ranges = [] }: Facet,
  { provider, idStart, priority, baseUrl }: HostKey,
): "yes" | "no" | "perhaps" {
  const sure = (holds: boolean) => holds ? "yes" : "no";
  const takes = (text: string) =>
    sure(compileGlobs(globs, { ignoresCase: true }).matches(text));
  switch (about) {
    case "priority":
      return sure(
        ranges.some(({ lowest, highest }) =>
          lowest <= priority && priority <= highest
        ),
      );
    case "provider":
      return takes(provider);
    case "attribute auth_kind":
      return takes("apikey");
    case "attribute base_url":
      return takes(baseUrl);
    case "attribute plan_type":
    case "attribute note":
      return "no";
    case "id": {
      const id = `${idStart.replace(/[*?\\]/g, "\\$&")}*`;
      if (globs.some((glob) => covers(glob, id))) return "yes";
      return globs.some((glob) => mayOverlap(glob, id)) ? "perhaps" : "no";
    }
    default:
      return "perhaps";
  }
}

// ---- refusals and sessions ----

/** Advice: what it costs that the host takes a refusal for a failed round. */
function reviewStatuses(
  rules: readonly Rule[],
  { requestRetry }: HostFacts,
  { plugin }: Parts,
): void {
  if (requestRetry === 0) return;
  const refusing = rules.map((rule, index) => ({ rule, index })).filter((
    { rule: { otherwise, refusal } },
  ) => otherwise === "refuse" && RETRIED.includes(refusal.status));
  const [first] = refusing;
  if (first === undefined) return;
  const { rule: { refusal }, index } = first;
  const names = refusing.slice(1).map(({ rule }) => rule.name);
  const others = names.length === 0
    ? ""
    : `, as do others of the rules (${quoteAny(names)})`;
  const message = `refuses with ${refusal.status}${others}, which the host ` +
    `takes for a reason to try again: with request-retry: ${requestRetry} ` +
    `one request is up to ${requestRetry + 1} picks`;
  const path = pathOf(rules, index);
  plugin.report(path, message, {
    at: plugin.find(path),
    severity: "note",
    hint: "a status that is none of 403, 408, 429, 500, 502, 503 and 504, " +
      "such as 422, ends it at once",
  });
}

function reviewAffinity(
  rules: readonly Rule[],
  { sessionAffinity }: HostFacts,
  { file }: Parts,
): void {
  const sticky = rules.find(({ policy }) => policy.name === "sticky");
  if (sessionAffinity === undefined || sticky === undefined) return;
  const message = "binds sessions only where a request is left to the host: " +
    `in rule ${quote(sticky.name)} sticky binds them by itself, and neither ` +
    "knows of the other";
  const { keys, node } = sessionAffinity;
  file.report(keys, message, { at: node, severity: "note" });
}
