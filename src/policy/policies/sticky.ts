/**
 * Policy `sticky`: the same credential for the same session, caller, model or
 * value of a header. Keeps no table: the choice is a hash of the key and the
 * IDs (`rendezvous.ts`), the same after a restart. Keys are secrets: no reason
 * and no score lets one guess them.
 */

import { HEADER_NAME_PATTERN } from "../client_header.ts";
import { namesOfModel } from "../conditions/model.ts";
import { UNHANDLED } from "../decision.ts";
import { doubtHeaderName } from "../doubts/header_names.ts";
import type { PickRequest } from "../pick_request.ts";
import type {
  CandidateReason,
  Choice,
  Policy,
  PolicyKind,
  PolicyPick,
} from "../policy.ts";
import { either } from "../quote.ts";
import {
  ANY,
  combine,
  NEVER,
  type Reuse,
  SAME_ROUTE,
  sameMetadata,
} from "../reuse.ts";
import { findSession, firstField, firstHeader } from "../session_id.ts";
import type { Doubt, Infer, ObjectShape } from "../shape.ts";
import { hashOf, scoreOf } from "./rendezvous.ts";
import {
  explainWeighed,
  onceWeighed,
  weighBy,
  type Weighed,
  WEIGHTS_FIELD,
} from "./weights.ts";

/** What comes before the name of a header in the option `key`. */
const HEADER = "header:";

/** More keys than anybody tries one after the other. A guess. */
const MAX_KEYS = 8;

/** The option `otherwise` that leaves the choice to the host. */
const HOST = "host";

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
        kind: "list",
        description: "What stays with its credential; of several, the first " +
          "that the request has",
        of: {
          kind: "text",
          description: "session, caller, model, or header: and the name of a " +
            "header, whose case does not count",
          check: checkKey,
          doubt: doubtKey,
          pattern: KEY_PATTERN,
          example: "header:X-Team",
        },
        maxItems: MAX_KEYS,
      },
      default: "session",
    },
    otherwise: {
      shape: {
        kind: "choice",
        description: "Policy for requests without such a key; host leaves " +
          "them to the host's configured selector, whose session affinity " +
          "reads the body too",
        values: [...OTHERWISE, HOST],
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
 * - Several keys: the first that the request has.
 * - A request without a key goes by the policy `otherwise`. With `host` the
 *   host's configured selector chooses from all that it has, so that a rule
 *   which drops candidates, and weights of 0, must not stand with it.
 *
 * `session` is what the host knows of the session, else the first of some
 * headers (`session_id.ts`). `caller` is the client's key for the host. `model`
 * is the model without its thinking suffix and its routing prefix. A client
 * that chooses its key can choose its credential, and one that sends a new ID
 * each time has a new session each time.
 */
export const sticky: PolicyKind<typeof OPTIONS> = {
  name: "sticky",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: (options, scope) => {
    const { key = ["session"], otherwise = "round_robin", weights = {} } =
      options;
    if (repeatsKey(key)) return "must name each key once";
    if (otherwise === HOST) {
      return Object.values(weights).includes(0)
        ? "must not have a weight of 0 with otherwise: host, whose selector " +
          "knows no weights"
        : stickTo(options, LEAVE_TO_HOST);
    }
    const policy = scope.policy(otherwise);
    return typeof policy === "string"
      ? `must have another otherwise: it ${policy}`
      : stickTo(options, policy);
  },
};

function checkKey(key: string): string | undefined {
  return KEY_REGEXP.test(key)
    ? undefined
    : "must be session, caller, model, or header: and the name of a header, " +
      "such as header:X-Team";
}

function doubtKey(key: string): Doubt | undefined {
  return key.startsWith(HEADER)
    ? doubtHeaderName(key.slice(HEADER.length))
    : undefined;
}

/** The name of a header has no case. */
function repeatsKey(keys: readonly string[]): boolean {
  return new Set(keys.map((key) => key.toLowerCase())).size < keys.length;
}

/** What `otherwise: host` comes to. */
const LEAVE_TO_HOST: Policy = {
  name: "the configured selector of the host",
  leavesToHost: true,
  choose: ({ candidates }) => ({
    answer: UNHANDLED,
    reason: "The configured selector of the host chooses",
    reuse: ANY,
    explain: () =>
      candidates.map(() => ({
        reason: "The configured selector of the host may choose it",
      })),
  }),
  explainNone: () => [],
};

/** What sticks, and what was looked at to find it. */
interface Found {
  /** Secret. Absent if the request has none. */
  readonly key?: string | undefined;
  /** The key in words; several, if it has none of them. */
  readonly what: string;
  readonly reuse: Reuse;
}

type FindKey = (request: PickRequest) => Found;

function stickTo(options: Infer<typeof OPTIONS>, otherwise: Policy): Policy {
  const { key: keys = ["session"], weights } = options;
  const find = finderOfFirst(keys.map(finderOf));
  const weigh = weights === undefined ? weighAlike : weighBy(weights);
  const weighedOf = onceWeighed(weigh, (weighed) => weighed);
  return {
    name: sticky.name,
    ...weights && { weights },
    ...otherwise.leavesToHost && { leavesToHost: true },
    // No reuse of none: `otherwise` may choose none where a key would have its
    // credential.
    choose: (pick) => {
      const weighed = weighedOf(pick.candidates);
      if (weighed.candidates.length === 0) return undefined;
      const found = find(pick.request);
      return found.key === undefined
        ? goOtherwise(pick, { weighed, found, otherwise })
        : stick(found.key, { weighed, found });
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

/** Those behind the one that is found are not looked at. */
function finderOfFirst(finders: readonly FindKey[]): FindKey {
  return (request) => {
    let reuse: Reuse = ANY;
    const missing: string[] = [];
    for (const find of finders) {
      const found = find(request);
      reuse = combine(reuse, found.reuse);
      if (found.key !== undefined) return { ...found, reuse };
      missing.push(found.what);
    }
    return { what: either([...new Set(missing)]), reuse };
  };
}

function finderOf(key: string): FindKey {
  if (key.startsWith(HEADER)) {
    const names = [key.slice(HEADER.length)];
    const what = "value of the header";
    return (request) => ({
      key: firstHeader(request, names),
      what,
      reuse: NEVER,
    });
  }
  if (key === "model") return findModel;
  return key === "caller" ? findCaller : findSessionKey;
}

/** As the condition `model` knows it: without suffix and prefix. */
function findModel({ model }: PickRequest): Found {
  const key = model === "" ? undefined : namesOfModel(model).at(-1);
  return { key, what: "model", reuse: SAME_ROUTE };
}

function findCaller(request: PickRequest): Found {
  return {
    key: firstField(request, ["caller_scope"]),
    what: "caller",
    reuse: sameMetadata("caller_scope"),
  };
}

function findSessionKey(request: PickRequest): Found {
  const { id, reuse } = findSession(request);
  return { key: id, what: "session", reuse };
}

// ---- choices ----

interface Stake {
  /** At least one candidate weighs something. */
  readonly weighed: Weighed;
  readonly found: Found;
}

function stick(key: string, { weighed, found }: Stake): Choice {
  const { candidates, weights } = weighed;
  const { what } = found;
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
  { weighed, found, otherwise }: Stake & { readonly otherwise: Policy },
): Choice | undefined {
  const { candidates } = weighed;
  const choice = otherwise.choose({ ...pick, candidates });
  return choice && {
    ...choice,
    reason: `The request has no ${found.what}: ${otherwise.name} chooses`,
    reuse: combine(found.reuse, choice.reuse),
    explain: () => explainWeighed(weighed, choice.explain()),
  };
}
