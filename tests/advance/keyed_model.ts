/**
 * Configs whose answers hang on the route, on the client or on both, and what
 * each pick must be answered under them: a plain reading of the few rules,
 * request by request. The hash of `sticky` is the plugin's own; the rest shares
 * no code with it.
 */

import { hashOf, scoreOf } from "../../src/policy/policies/rendezvous.ts";
import { picked, UNHANDLED } from "../host/plugin.ts";
import { compareBytes, goString } from "./go_text.ts";
import { isTellable } from "./model.ts";

/** A config, and a plain reading of it. */
export interface KeyedConfig {
  /** What its rules look at. */
  readonly name: string;
  readonly yaml: string;
  /** What any pick may be answered while the worker cannot be asked. */
  readonly onFailure: string;
  /**
   * What a pick may be answered: one answer, unless the candidates take turns.
   *
   * @param text The request.
   * @returns Whole envelopes.
   */
  answersTo(text: string): readonly string[];
}

const SESSION_FIELDS = [
  "canonical_session_id",
  "execution_session_id",
  "lcp_affinity_session_id",
  "derived_session_id",
];

/** As many hashes as one caller may have. */
const HASHES = 256;

/** All priorities: the more candidates, the more answers there are. */
const POOLS = `tiers: all
pools:
  keys: {id: "codex:apikey:*"}
  plans: {plan_type: [pro, team]}
`;

const UNAVAILABLE = '{"ok":false,"error":{"code":"scheduler_unavailable",' +
  '"message":"the scheduler cannot decide at the moment","http_status":503}}';

const REFUSED = '{"ok":false,"error":{"code":"scheduler_refused",' +
  '"message":"not for you","http_status":429}}';

/**
 * Makes the configs.
 *
 * @param sessions The clients: each third one is red, each third one blue.
 * @returns One config that looks at the route, one at the client, one at both,
 * and one at the session.
 */
export function keyedConfigs(sessions: readonly string[]): KeyedConfig[] {
  const [reds, blues] = [0, 1].map((rest) =>
    sessions.filter((_, index) => index % 3 === rest)
  ) as [string[], string[]];
  const [red, blue] = [namesOf("red", reds), namesOf("blue", blues)];
  const callers = `${POOLS}callers:\n${red.yaml}${blue.yaml}`;
  const isRed = ({ scope }: Asked) => reds.includes(scope as string);
  const isBlue = ({ scope }: Asked) => blues.includes(scope as string);
  return [
    {
      name: "the route",
      yaml: `${POOLS}rules:
- name: small ones
  when: {model: gpt-5.5-mini, stream: true}
  use: [keys, plans]
  policy: fill_first
- name: the others
  when: {not: {any: [{model: "gpt-5.5*"}, {stream: false}]}}
  policy: {name: sticky, key: model}
- name: the rest
  use: [plans, keys]
  policy: {name: weighted, weights: {"*-pro.json": 0, "*": 2}}
`,
      onFailure: UNHANDLED,
      answersTo: answersBy((asked) => {
        const { names, stream } = asked;
        if (names.includes("gpt-5.5-mini") && stream) {
          return firstOf(asked, asked.keys, asked.plans);
        }
        const isNew = names.some((name) => name.startsWith("gpt-5.5"));
        if (!isNew && stream) return stuckTo(names.at(-1), asked.all);
        const weighing = (ids: readonly string[]) =>
          ids.filter((id) => !id.endsWith("-pro.json"));
        const plans = weighing(asked.plans);
        return plans.length > 0 ? plans : weighing(asked.keys);
      }),
    },
    {
      name: "the client",
      yaml: `${callers}rules:
- name: reds
  when: {caller: [${red.names}]}
  use: plans
  policy: {name: sticky, key: caller}
  otherwise: refuse
  refuse: {status: 429, message: not for you}
- name: strangers
  when: {not: {caller: [${blue.names}]}}
  policy: fill_first
- name: blues
  policy: {name: sticky, key: session}
`,
      onFailure: UNAVAILABLE,
      answersTo: answersBy((asked) => {
        if (isRed(asked)) {
          return asked.plans.length === 0
            ? REFUSED
            : stuckTo(asked.scope, asked.plans);
        }
        if (!isBlue(asked)) return firstOf(asked, asked.all);
        return stuckTo(asked.session, asked.all);
      }),
    },
    {
      name: "both",
      yaml: `${callers}rules:
- name: reds
  when: {caller: [${red.names}], model: gpt-5.4}
  policy: {name: sticky, key: caller}
- name: some
  when:
    any:
    - {caller: [${blue.names}], stream: true}
    - {model: gpt-5.5-mini}
  use: [keys, plans]
  policy: fill_first
- name: at once
  when: {stream: false}
  policy: {name: sticky, key: session, otherwise: fill_first}
- name: the rest
  policy: {name: sticky, key: caller, otherwise: weighted}
`,
      onFailure: UNHANDLED,
      answersTo: answersBy((asked) => {
        const { names, stream, scope, session, all } = asked;
        if (isRed(asked) && names.includes("gpt-5.4")) {
          return stuckTo(scope, all);
        }
        if (isBlue(asked) && stream || names.includes("gpt-5.5-mini")) {
          return firstOf(asked, asked.keys, asked.plans);
        }
        if (stream) return stuckTo(scope, all);
        return session === undefined
          ? firstOf(asked, all)
          : stuckTo(session, all);
      }),
    },
    {
      name: "the session",
      yaml: `${callers}rules:
- name: known reds
  when: {session: true, caller: [${red.names}]}
  use: [plans, keys]
  policy: sticky
- name: unknown
  when: {session: false}
  policy: {name: sticky, key: [session, caller], otherwise: host}
- name: models
  when: {model: gpt-5.4}
  policy: {name: sticky, key: [model, session]}
- name: the rest
  policy: {name: sticky, key: [caller, session], otherwise: host}
`,
      onFailure: UNHANDLED,
      answersTo: answersBy((asked) => {
        const { names, scope, session, all, plans, keys } = asked;
        if (session !== undefined && isRed(asked)) {
          const use = plans.length > 0 ? plans : keys;
          return use.length === 0 ? UNHANDLED : stuckTo(session, use);
        }
        if (session === undefined) {
          return scope === undefined ? UNHANDLED : stuckTo(scope, all);
        }
        if (names.includes("gpt-5.4")) return stuckTo("gpt-5.4", all);
        return stuckTo(scope ?? session, all);
      }),
    },
  ];
}

/** What of a request the rules look at. */
interface Asked {
  readonly model: string;
  /** The model, without its suffix, its prefix and both. */
  readonly names: readonly string[];
  readonly stream: boolean;
  /** Texts; undefined for anything else. */
  readonly scope: string | undefined;
  readonly session: string | undefined;
  /** IDs, sorted; `keys` and `plans` are some of them. */
  readonly all: readonly string[];
  readonly keys: readonly string[];
  readonly plans: readonly string[];
  priorityOf(id: string): number;
}

/** IDs that may be chosen, or the whole envelope. */
type Chosen = readonly string[] | string;

function answersBy(
  choose: (asked: Asked) => Chosen,
): KeyedConfig["answersTo"] {
  return (text) => {
    const chosen = choose(readRequest(text));
    if (typeof chosen === "string") return [chosen];
    return chosen.length === 0
      ? [UNHANDLED]
      : chosen.map((id) => picked(goString(id).slice(1, -1)));
  };
}

interface Offered {
  readonly ID: string;
  readonly Priority: number;
  readonly Attributes: Readonly<Record<string, string>> | null;
}

function readRequest(text: string): Asked {
  const { Model: model, Stream, Options, Candidates } = JSON.parse(text);
  const listed: readonly Offered[] = Candidates ?? [];
  const offered = listed.filter(({ ID }) => isTellable(ID));
  const idsOf = (kept: readonly Offered[]) =>
    [...new Set(kept.map(({ ID }) => ID))].sort(compareBytes);
  const priorities = new Map(offered.map(({ ID, Priority }) => [ID, Priority]));
  const metadata = Options.Metadata ?? {};
  const scope = metadata["caller_scope"];
  const session = SESSION_FIELDS.map((name) => metadata[name])
    .find((id) => id !== undefined) ?? Options.Headers?.["Thread-Id"]?.[0];
  return {
    model,
    names: ["", "team/"].flatMap((prefix) =>
      ["", "(high)"].map((suffix) =>
        model.replace(new RegExp(`^${prefix}`), "").replace(suffix, "")
      )
    ),
    stream: Stream,
    scope: typeof scope === "string" ? scope : undefined,
    session: typeof session === "string" ? session : undefined,
    all: idsOf(offered),
    keys: idsOf(offered.filter(({ ID }) => ID.startsWith("codex:apikey:"))),
    priorityOf: (id) => priorities.get(id)!,
    plans: idsOf(
      offered.filter(({ Attributes }) =>
        ["pro", "team"].includes(Attributes?.["plan_type"] ?? "")
      ),
    ),
  };
}

/** Of the first list that has any, the first of the highest priority. */
function firstOf(
  { priorityOf }: Asked,
  ...lists: readonly (readonly string[])[]
): readonly string[] {
  const ids = lists.find((ids) => ids.length > 0) ?? [];
  const best = Math.max(...ids.map(priorityOf));
  return ids.filter((id) => priorityOf(id) === best).slice(0, 1);
}

/** Without a key the candidates take turns. */
function stuckTo(
  key: string | undefined,
  ids: readonly string[],
): readonly string[] {
  if (key === undefined || key === "") return ids;
  const hash = hashOf(key);
  const scores = ids.map((id) => scoreOf(hash, candidate(id), 1));
  return ids.slice(scores.indexOf(Math.max(...scores))).slice(0, 1);
}

function candidate(id: string) {
  return { id, provider: "", priority: 0, status: "", attributes: {} };
}

/** Callers with so many hashes as they may have, and the names of all. */
function namesOf(
  name: string,
  hashes: readonly string[],
): { readonly names: string; readonly yaml: string } {
  const count = Math.ceil(hashes.length / HASHES);
  const names = Array.from({ length: count }, (_, n) => `${name}${n}`);
  const yaml = names.map((name, n) =>
    `  ${name}: [${hashes.slice(n * HASHES, (n + 1) * HASHES)}]\n`
  );
  return { names: names.join(", "), yaml: yaml.join("") };
}
