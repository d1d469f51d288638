/**
 * What the policies choose, as the pipeline's model sees it: exactly where that
 * is simple, else which candidates may be chosen.
 */

import type { Answer } from "../../../src/policy/decision.ts";
import type { Candidate } from "../../../src/policy/pick_request.ts";
import type { PolicyValue } from "./config.ts";
import { isGlob, listOf } from "./model_texts.ts";
import type { Asked } from "./requests.ts";

/** What a policy is asked. */
export interface PolicyAsked {
  /** Sorted by ID. */
  readonly members: readonly Candidate[];
  readonly asked: Asked;
  /** Place of the rule. */
  readonly tag: number;
}

/** What may come of it. */
export interface Chosen {
  readonly answers: readonly Answer[];
  /** Those that could have been chosen. */
  readonly kept: readonly Candidate[];
  /** What must get the same answer again. */
  readonly sameFor?: string;
}

/** Beyond these the naive way takes too long, or the order is another one. */
const MAX_TURNS = 2000;
const MAX_TOTAL = 65_536;

const SESSION_FIELDS = [
  "canonical_session_id",
  "execution_session_id",
  "lcp_affinity_session_id",
  "derived_session_id",
];
const SESSION_HEADERS = [
  "x-claude-code-session-id",
  "session-id",
  "session_id",
  "x-session-id",
  "x-session-affinity",
  "x-client-request-id",
  "thread-id",
  "x-thread-id",
  "x-conversation-id",
  "x-session-key",
];

/**
 * Says what a policy may choose.
 *
 * @param policy Its name and options.
 * @param from What it chooses from.
 * @returns What may come; undefined if it must choose none.
 */
export function choose(
  policy: PolicyValue,
  from: PolicyAsked,
): Chosen | undefined {
  const { members, asked, tag } = from;
  if (members.length === 0) return undefined;
  const position = asked.context.positionOf(tag);
  const exactly = (candidate: Candidate, kept = members) => ({
    answers: [answerOf(candidate)],
    kept,
  });
  switch (policy.name) {
    case "fixed": {
      const ids = listOf(policy.id!);
      const kept = members.filter(({ id }) =>
        ids.some((glob) => isGlob(glob, id))
      );
      const first = ids.map((glob) =>
        kept.find((member) => isGlob(glob, member.id))
      )
        .find((member) => member !== undefined);
      return first && exactly(first, kept);
    }
    case "fill_first": {
      const best = Math.max(...members.map(({ priority }) => priority));
      return exactly(members.find(({ priority }) => priority === best)!);
    }
    case "round_robin":
      return exactly(members[position % members.length]!);
    case "least_recent": {
      const last = ({ id }: Candidate) => asked.context.history.lastPickOf(id);
      const oldest = Math.min(...members.map(last));
      return exactly(members.find((member) => last(member) === oldest)!);
    }
    case "weighted":
      return weighted(policy, members, position);
    case "random": {
      const kept = members.filter((member) => weightOf(member, policy) > 0);
      return kept.length === 0 ? undefined : {
        answers: kept.map(answerOf),
        kept,
        sameFor: JSON.stringify([
          "random",
          asked.context.seed,
          tag,
          position,
          kept.map((member) => [member.id, weightOf(member, policy)]),
        ]),
      };
    }
    case "sticky":
      return sticky(policy, from);
    case "delegate":
      return { answers: [{ kind: "delegate", to: policy.to! }], kept: members };
    default:
      throw new TypeError(`Cannot choose by ${policy.name}`);
  }
}

function answerOf({ id }: Candidate): Answer {
  return { kind: "auth", id };
}

/** Each pick adds to all what they weigh, and takes all of it off the best. */
function weighted(
  policy: PolicyValue,
  members: readonly Candidate[],
  position: number,
): Chosen | undefined {
  const kept = members.filter((member) => weightOf(member, policy) > 0);
  if (kept.length === 0) return undefined;
  const weights = kept.map((member) => weightOf(member, policy));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (position > MAX_TURNS || total > MAX_TOTAL) {
    return { answers: kept.map(answerOf), kept };
  }
  const has = weights.map(() => 0);
  let best = 0;
  for (let turn = 0; turn <= position; turn++) {
    for (const [place, weight] of weights.entries()) has[place]! += weight;
    best = has.indexOf(Math.max(...has));
    has[best]! -= total;
  }
  return { answers: [answerOf(kept[best]!)], kept };
}

function sticky(policy: PolicyValue, from: PolicyAsked): Chosen | undefined {
  const weigh = (member: Candidate) =>
    policy.weights === undefined ? 1 : weightOf(member, policy);
  const kept = from.members.filter((member) => weigh(member) > 0);
  if (kept.length === 0) return undefined;
  const key = listOf(policy.key ?? "session")
    .map((what) => keyOf(what, from.asked))
    .find((key) => key !== undefined);
  if (key === undefined) {
    const { otherwise = "round_robin" } = policy;
    if (otherwise === "host") return { answers: [{ kind: "unhandled" }], kept };
    return choose({ name: otherwise }, { ...from, members: kept });
  }
  return {
    answers: kept.map(answerOf),
    kept,
    sameFor: JSON.stringify([
      "sticky",
      key,
      kept.map((member) => [member.id, weigh(member)]),
    ]),
  };
}

/**
 * What a request has for a key of `sticky`.
 *
 * @param what The key, such as `session`.
 * @param asked The request.
 * @returns Its text; undefined if it has none.
 */
export function keyOf(what: string, { request }: Asked): string | undefined {
  const { metadata, headers, model } = request;
  const sent = (wanted: readonly string[]) =>
    wanted.flatMap((name) =>
      Object.keys(headers).filter((key) => key.toLowerCase() === name)
        .flatMap((key) => headers[key]!)
    );
  switch (what) {
    case "model":
      return model === "" ? undefined : bareModel(model);
    case "caller":
      return firstKey([metadata["caller_scope"]]);
    case "session":
      return firstKey([
        ...SESSION_FIELDS.map((name) => metadata[name]),
        ...sent(SESSION_HEADERS),
      ]);
    default:
      return firstKey(sent([what.replace("header:", "").toLowerCase()]));
  }
}

/** Without `(…)` at the end and `…/` at the start, unless nothing is left. */
function bareModel(model: string): string {
  const base = model.replace(/^(.+)\([^(]*\)$/s, "$1");
  return base.replace(/^[^/]*\/(?=.)/s, "");
}

/** Not empty, without control characters, short: as the test's words are. */
function firstKey(values: readonly unknown[]): string | undefined {
  return values
    .filter((value) => typeof value === "string")
    .filter((text) => !/\p{Cc}/u.test(text))
    .map((text) => text.trim())
    .find((text) => text !== "");
}

/** By the option, else by the attribute, else 1. */
function weightOf({ id, attributes }: Candidate, policy: PolicyValue): number {
  for (const [glob, weight] of Object.entries(policy.weights ?? {})) {
    if (isGlob(glob, id)) return weight;
  }
  const text = attributes["weight"]?.trim() ?? "";
  if (text === "") return 1;
  const weight = /^\+?\d+$/.test(text) ? Number(text) : 0;
  return weight <= 1_000_000 ? weight : 0;
}
