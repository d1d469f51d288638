/**
 * Policy `sticky`: the same credential for the same session, caller, model or
 * value of a header. Keeps no table: the choice is a hash of the key and the
 * IDs (`rendezvous.ts`), the same after a restart. Keys are secrets: no reason
 * and no score lets one guess them.
 */

import { HEADER_NAME_PATTERN } from "../client_header.ts";
import type { PickRequest } from "../pick_request.ts";
import type {
  CandidateReason,
  Choice,
  Policy,
  PolicyKind,
  PolicyPick,
} from "../policy.ts";
import {
  combine,
  NEVER,
  type Reuse,
  SAME_ROUTE,
  sameMetadata,
} from "../reuse.ts";
import type { Infer, ObjectShape } from "../shape.ts";
import { hashOf, scoreOf } from "./rendezvous.ts";
import {
  firstField,
  firstHeader,
  SESSION_FIELDS,
  SESSION_HEADERS,
} from "./session_id.ts";
import {
  explainWeighed,
  onceWeighed,
  weighBy,
  type Weighed,
  WEIGHTS_FIELD,
} from "./weights.ts";

/** What comes before the name of a header in the option `key`. */
const HEADER = "header:";

const KEY_PATTERN = `^(session|caller|model|${HEADER}${HEADER_NAME_PATTERN})$`;
const KEY_REGEXP = new RegExp(KEY_PATTERN);

/** Every other policy that needs no options. */
export const OTHERWISE = [
  "fill_first",
  "round_robin",
  "weighted",
  "random",
  "least_recent",
] as const;

const OPTIONS = {
  kind: "object",
  description: "The same credential for the same session, caller, model or " +
    "value of a header",
  fields: {
    key: {
      shape: {
        kind: "text",
        description: "What stays with its credential: session, caller, " +
          "model, or header: and the name of a header, whose case does not " +
          "count",
        check: checkKey,
        pattern: KEY_PATTERN,
        example: "header:X-Team",
      },
      default: "session",
    },
    otherwise: {
      shape: {
        kind: "choice",
        description: "Policy for requests without such a key",
        values: OTHERWISE,
      },
      default: "round_robin",
    },
    weights: { ...WEIGHTS_FIELD, default: "all weigh the same" },
  },
} as const satisfies ObjectShape;

/**
 * Keeps a key with its credential as long as that is a candidate. Keys are
 * spread over the candidates evenly, or by `weights`. One candidate is chosen
 * every time, unless it weighs 0.
 *
 * - No candidate weighs anything, or `otherwise` chooses none: it chooses none,
 *   and the rule goes on to its next pool.
 * - Ties: there are none to speak of; else the lowest ID.
 * - A credential vanished, or was tried already in this request: its keys, and
 *   no others, go to their next credentials, spread over all of them; they
 *   come back with it.
 * - A request without a key goes by the policy `otherwise`.
 *
 * `session` is what the host knows of the session, else the first of the
 * headers `X-Claude-Code-Session-Id`, `Session-Id`, `Session_id`,
 * `X-Session-ID`, `X-Session-Affinity` and `X-Client-Request-Id`. `caller` is
 * the client's key for the host. `model` is the text that the host routes by,
 * with any suffix. A client that chooses its key can choose its credential, and
 * one that sends a new ID each time has a new session each time.
 */
export const sticky: PolicyKind<typeof OPTIONS> = {
  name: "sticky",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: (options, scope) => {
    const otherwise = scope.policy(options.otherwise ?? "round_robin");
    return typeof otherwise === "string"
      ? `must have another otherwise: it ${otherwise}`
      : stickTo(options, otherwise);
  },
};

function checkKey(key: string): string | undefined {
  return KEY_REGEXP.test(key)
    ? undefined
    : "must be session, caller, model, or header: and the name of a header, " +
      "such as header:X-Team";
}

/** What sticks, and what was looked at to find it. */
interface Found {
  /** Secret. Absent if the request has none. */
  readonly key?: string | undefined;
  readonly reuse: Reuse;
}

type FindKey = (request: PickRequest) => Found;

function stickTo(options: Infer<typeof OPTIONS>, otherwise: Policy): Policy {
  const key = options.key ?? "session";
  const find = finderOf(key);
  const what = key.startsWith(HEADER) ? "value of the header" : key;
  const { weights } = options;
  const weigh = weights === undefined ? weighAlike : weighBy(weights);
  const weighedOf = onceWeighed(weigh, (weighed) => weighed);
  return {
    name: sticky.name,
    // No reuse of none: `otherwise` may choose none where a key would have its
    // credential.
    choose: (pick) => {
      const weighed = weighedOf(pick.candidates);
      if (weighed.candidates.length === 0) return undefined;
      const found = find(pick.request);
      return found.key === undefined
        ? goOtherwise(pick, { weighed, found, otherwise, what })
        : stick(found.key, { weighed, found, what });
    },
    explainNone: (pick) => {
      const weighed = weighedOf(pick.candidates);
      const { candidates } = weighed;
      return explainWeighed(
        weighed,
        candidates.length === 0
          ? []
          : otherwise.explainNone({ ...pick, candidates }),
      );
    },
  };
}

function weighAlike() {
  return { value: 1, from: "nobody" } as const;
}

// ---- keys ----

function finderOf(key: string): FindKey {
  if (key.startsWith(HEADER)) {
    const names = [key.slice(HEADER.length)];
    return (request) => ({ key: firstHeader(request, names), reuse: NEVER });
  }
  if (key === "model") return findModel;
  return key === "caller" ? findCaller : findSession;
}

function findModel({ model }: PickRequest): Found {
  return { key: model === "" ? undefined : model, reuse: SAME_ROUTE };
}

function findCaller(request: PickRequest): Found {
  return {
    key: firstField(request, ["caller_scope"]),
    reuse: sameMetadata("caller_scope"),
  };
}

/**
 * Metadata first, other than the host: what looked at no header stands for the
 * whole session. The host derives an ID only for a request without a session
 * of its own, so that no header would say otherwise; a WebSocket stays with
 * its connection, whatever headers it came with.
 */
function findSession(request: PickRequest): Found {
  const key = firstField(request, SESSION_FIELDS);
  return key === undefined
    ? { key: firstHeader(request, SESSION_HEADERS), reuse: NEVER }
    : { key, reuse: sameMetadata(...SESSION_FIELDS) };
}

// ---- choices ----

interface Stake {
  /** At least one candidate weighs something. */
  readonly weighed: Weighed;
  readonly found: Found;
  /** The key in words. */
  readonly what: string;
}

function stick(key: string, { weighed, found, what }: Stake): Choice {
  const { candidates, weights } = weighed;
  const hash = hashOf(key);
  const scores = candidates.map((candidate, place) =>
    scoreOf(hash, candidate, weights[place]!)
  );
  const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  return {
    answer: { kind: "auth", id: candidates[best]!.id },
    reason: `The ${what} belongs to it as long as it is a candidate`,
    reuse: found.reuse,
    explain: () => explainWeighed(weighed, explainScores(scores, what)),
  };
}

/** Tells ranks alone: with a score, guesses of the key could be tried. */
function explainScores(
  scores: readonly number[],
  what: string,
): CandidateReason[] {
  const ranks: number[] = [];
  const places = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
  for (const [rank, place] of places.entries()) ranks[place] = rank + 1;
  return ranks.map((rank) => ({
    reason: `Number ${rank} of ${ranks.length} for this ${what}`,
  }));
}

/** Among those that weigh something: weight 0 is to keep everything away. */
function goOtherwise(
  pick: PolicyPick,
  { weighed, found, what, otherwise }: Stake & { readonly otherwise: Policy },
): Choice | undefined {
  const { candidates } = weighed;
  const choice = otherwise.choose({ ...pick, candidates });
  return choice && {
    ...choice,
    reason: `The request has no ${what}: ${otherwise.name} chooses`,
    reuse: combine(found.reuse, choice.reuse),
    explain: () => explainWeighed(weighed, choice.explain()),
  };
}
