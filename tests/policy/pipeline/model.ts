/**
 * What a config makes of a request: a plain second opinion that shares no code
 * with the plugin. It goes by the value from which the YAML was made, and
 * remembers nothing.
 */

import type { Candidate } from "../../../src/policy/pick_request.ts";
import type {
  ConfigValue,
  GlobMap,
  OneOrMore,
  PoolValue,
  RefuseValue,
  RuleValue,
  WhenValue,
} from "./config.ts";
import {
  choose,
  type Chosen,
  keyOf,
  type PolicyAsked,
} from "./model_policies.ts";
import { isGlob, listOf } from "./model_texts.ts";
import { isWithin } from "./model_time.ts";
import type { Asked } from "./requests.ts";

/** What must come of a request. */
export interface Expected {
  /** Name of the rule; undefined if none matches. */
  readonly rule: string | undefined;
  /** Whether that rule may not let the host choose. */
  readonly isolates: boolean;
  /** Answers as JSON, one of which must come. */
  readonly answers: readonly string[];
  /** Verdicts on the candidates, `chosen` being `kept`. */
  readonly verdicts: readonly ("kept" | "dropped")[];
  /** What must get the same answer again; undefined: nothing to compare. */
  readonly sameFor: string | undefined;
}

const UNHANDLED = JSON.stringify({ kind: "unhandled" });

/**
 * Says what must come of a request.
 *
 * @param config The config.
 * @param asked The request.
 * @returns What must come.
 */
export function expect(config: ConfigValue, asked: Asked): Expected {
  const rules = rulesOf(config);
  const index = rules.findIndex(({ when }) =>
    when === undefined || holds(when, asked, config)
  );
  const rule = rules[index];
  const { candidates } = asked.request;
  if (rule === undefined) {
    return {
      rule: undefined,
      isolates: false,
      answers: [UNHANDLED],
      verdicts: candidates.map(() => "kept"),
      sameFor: undefined,
    };
  }
  const isolates = rule.otherwise === "refuse";
  const pools = rule.use === undefined
    ? [{}]
    : listOf(rule.use).map((name) => config.pools![name]!);
  const offered = offer(candidates, tiersOf(rule, config));
  const kept = new Set<Candidate>();
  for (const pool of pools) {
    const members = offered.filter((candidate) => isMember(candidate, pool));
    const chosen = chooseFrom(rule, members, { asked, tag: index });
    if (chosen === undefined) continue;
    for (const candidate of chosen.kept) kept.add(candidate);
    return {
      rule: rule.name,
      isolates,
      answers: chosen.answers.map((answer) => JSON.stringify(answer)),
      verdicts: candidates.map((candidate) =>
        kept.has(candidate) ? "kept" : "dropped"
      ),
      sameFor: chosen.sameFor,
    };
  }
  return {
    rule: rule.name,
    isolates,
    answers: [isolates ? refusalOf(rule, config) : UNHANDLED],
    verdicts: candidates.map(() => "dropped"),
    sameFor: undefined,
  };
}

function rulesOf({ rules, policy }: ConfigValue): readonly RuleValue[] {
  return rules ?? [{ name: "policy", policy: policy! }];
}

/** A selector of the host, to which a rule delegates, sees the best only. */
function tiersOf(rule: RuleValue, config: ConfigValue): "top" | "all" {
  return typeof rule.policy === "object" && rule.policy.name === "delegate"
    ? "top"
    : rule.tiers ?? config.tiers ?? "top";
}

function refusalOf(rule: RuleValue, config: ConfigValue): string {
  const said = (key: keyof RefuseValue) =>
    rule.refuse?.[key] ?? config.refuse?.[key];
  return JSON.stringify({
    kind: "refuse",
    code: "scheduler_refused",
    message: said("message") ?? "no credential is available for this request",
    status: said("status") ?? 503,
  });
}

function chooseFrom(
  { policy = "round_robin" }: RuleValue,
  members: readonly Candidate[],
  rest: Pick<PolicyAsked, "asked" | "tag">,
): Chosen | undefined {
  const value = typeof policy === "string" ? { name: policy } : policy;
  return choose(value, { members, ...rest });
}

// ---- candidates ----

/** The first of each ID, of the best priority or of all, by the ID's bytes. */
function offer(
  candidates: readonly Candidate[],
  tiers: "top" | "all",
): readonly Candidate[] {
  const encoder = new TextEncoder();
  const hex = ({ id }: Candidate) =>
    [...encoder.encode(id)].map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
  const distinct = candidates.filter((candidate, index) =>
    candidates.findIndex(({ id }) => id === candidate.id) === index
  );
  const best = Math.max(...distinct.map(({ priority }) => priority));
  return distinct
    .filter(({ priority }) => tiers === "all" || priority === best)
    .toSorted((a, b) => hex(a) < hex(b) ? -1 : 1);
}

function isMember(candidate: Candidate, pool: PoolValue): boolean {
  return Object.entries(pool).every(([key, wanted]) =>
    matches(candidate, key, wanted!)
  );
}

function matches(
  candidate: Candidate,
  key: string,
  wanted: NonNullable<PoolValue[string]>,
): boolean {
  const isOneOf = (text: string | undefined, ignoresCase = false) =>
    text !== undefined &&
    listOf(wanted as OneOrMore<string>).some((glob) =>
      isGlob(glob, text, ignoresCase)
    );
  switch (key) {
    case "id":
      return isOneOf(candidate.id);
    case "provider":
    case "status":
      return isOneOf(candidate[key], true);
    case "auth_kind":
    case "plan_type":
      return isOneOf(candidate.attributes[key], true);
    case "email":
      return isOneOf(addressOf(candidate), true);
    case "note":
    case "base_url":
      return isOneOf(candidate.attributes[key]);
    case "priority":
      return listOf(wanted as OneOrMore<string | number>)
        .some((range) => isWithinRange(candidate.priority, String(range)));
    case "attributes":
      return haveAll(wanted as GlobMap, (name) => {
        const value = candidate.attributes[name];
        return value === undefined ? [] : [value];
      });
    case "not":
      return !isMember(candidate, wanted as PoolValue);
    default:
      throw new TypeError(`Cannot match ${key}: the model does not know it`);
  }
}

/** By the files that the tests have: `codex-ADDRESS-PLAN.json`. */
function addressOf({ id, attributes }: Candidate): string | undefined {
  return attributes["email"] ??
    /^codex-(.+@.+)-(?:pro|team)\.json$/.exec(id)?.[1];
}

function haveAll(
  wanted: GlobMap,
  valuesOf: (name: string) => readonly string[],
): boolean {
  return Object.entries(wanted).every(([name, globs]) =>
    valuesOf(name).some((value) =>
      listOf(globs).some((glob) => isGlob(glob, value))
    )
  );
}

function isWithinRange(priority: number, range: string): boolean {
  const [from, to] = range.split("..").map(Number);
  if (to !== undefined) return from! <= priority && priority <= to;
  const limit = Number(range.replace(/^[<>]=?/, ""));
  if (range.startsWith(">=")) return priority >= limit;
  if (range.startsWith("<=")) return priority <= limit;
  if (range.startsWith(">")) return priority > limit;
  if (range.startsWith("<")) return priority < limit;
  return priority === limit;
}

// ---- conditions ----

function holds(when: WhenValue, asked: Asked, config: ConfigValue): boolean {
  return Object.keys(when).every((key) =>
    holdsOne(key as keyof WhenValue, when, asked, config)
  );
}

function holdsOne(
  key: keyof WhenValue,
  when: WhenValue,
  asked: Asked,
  config: ConfigValue,
): boolean {
  const { request, context } = asked;
  const { headers, metadata } = request;
  const isText = (name: string, is: (text: string) => boolean) => {
    const text = metadata[name];
    return typeof text === "string" && is(text);
  };
  switch (key) {
    case "model":
      return listOf(when.model!).some((glob) =>
        modelNames(request.model).some((name) => isGlob(glob, name, true))
      );
    case "provider":
      return listOf(when.provider!).some((glob) =>
        [request.provider, ...request.providers].some((name) =>
          name !== "" && isGlob(glob, name, true)
        )
      );
    case "caller":
      return isText("caller_scope", (scope) =>
        listOf(when.caller!)
          .flatMap((caller) => listOf(config.callers?.[caller] ?? caller))
          .some((hash) => hash.toLowerCase() === scope));
    case "header":
      return haveAll(when.header!, (name) =>
        Object.entries(headers)
          .filter(([key]) => key.toLowerCase() === name.toLowerCase())
          .flatMap(([, values]) => values));
    case "path":
      return isText(
        "request_path",
        (path) => listOf(when.path!).some((glob) => isGlob(glob, path)),
      );
    case "session":
      return (keyOf("session", asked) !== undefined) === when.session;
    case "stream":
      return request.stream === when.stream;
    case "service_tier":
      return isText(
        "service_tier",
        (tier) =>
          listOf(when.service_tier!).some((glob) => isGlob(glob, tier, true)),
      );
    case "time":
      return listOf(when.time!).some((window) =>
        isWithin(window, context.nowMs)
      );
    case "retry":
      return isText("selected_auth_id", (id) => id !== "") === when.retry;
    case "any":
      return when.any!.some((set) => holds(set, asked, config));
    case "not":
      return !holds(when.not!, asked, config);
  }
}

/** With and without what is in the last parentheses and before the first /. */
function modelNames(model: string): string[] {
  const names = [model];
  const [, base] = /^(.+)\([^(]*\)$/s.exec(model) ?? [];
  if (base !== undefined) names.push(base);
  const [, prefix] = /^([^/]*\/)./s.exec(base ?? model) ?? [];
  return prefix === undefined
    ? names
    : [...names, ...names.map((name) => name.slice(prefix.length))];
}
