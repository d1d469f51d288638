/**
 * The pipeline of rules, part of step 4 of a pick:
 *
 *   first rule whose conditions hold
 *     -> its tiers -> its first pool in which the policy chooses -> the answer
 *     -> else what the rule says for `otherwise`
 *     -> its policy cannot be asked: its refusal if it has one, else undecided
 *
 * A rule that refuses never lets the host choose, whatever goes wrong in it:
 * a policy that throws counts as one that chooses nothing.
 */

import {
  type Answer,
  type CandidateVerdict,
  type Decision,
  leftToHost,
  type RuleVerdict,
  UNHANDLED,
} from "./decision.ts";
import { GO_SPACE } from "./go_space.ts";
import { type Attempt, whyNothingLeft } from "./nothing_left.ts";
import { once } from "./once.ts";
import type { PickContext } from "./pick_context.ts";
import type { Candidate, PickRequest } from "./pick_request.ts";
import type { CandidateReason, Choice, Policy, PolicyPick } from "./policy.ts";
import { isMember, type Pool } from "./pool.ts";
import { ANY, combine, NEVER, type Reuse, SAME_CANDIDATES } from "./reuse.ts";
import type { Rule } from "./rule.ts";
import { sortedById } from "./sorted_by_id.ts";

/** Code of a refusal, for programs; the host ignores it. */
const REFUSED = "scheduler_refused";

/** What a rule without `use` chooses from. */
const EVERYTHING: Pool = { name: "", matchers: [] };

/** One pool that was tried. */
interface Trial {
  readonly policy: Policy;
  readonly pool: Pool;
  readonly pick: PolicyPick;
  /** Absent if the policy chose nothing, or there was nothing to choose from. */
  readonly choice?: Choice;
  /** What the policy threw. */
  readonly fault?: unknown;
  /** The policy could not be asked. */
  readonly isMissing?: true;
}

/** Which rule matched. */
interface Match {
  readonly rule: Rule | undefined;
  /** Its place among the rules. */
  readonly index: number;
  /** What the conditions looked at that were tested. */
  readonly reuse: Reuse;
}

/**
 * Decides a pick by rules.
 *
 * @param request What the host asks.
 * @param rules First match decides.
 * @param context What else is known.
 * @returns The decision; policy `none`, unhandled, if no rule matches.
 */
export function decideByRules(
  request: PickRequest,
  rules: readonly Rule[],
  context: PickContext,
): Decision {
  const match = findRule(request, rules, context);
  const explainRules = () => verdictsOfRules(request, rules, context, match);
  if (match.rule === undefined) {
    return { ...noRule(request, match.reuse), explainRules };
  }
  const offered = OFFERS[match.rule.tiers](request.candidates);
  const trials = tryPools(request, match.rule, context, match.index, offered);
  const last = trials.at(-1);
  const fault = trials.find((trial) => trial.fault !== undefined)?.fault;
  const reuse = combine(match.reuse, SAME_CANDIDATES, ...trials.map(reuseOf));
  const decision = last?.choice !== undefined
    ? chosen(match.rule, last.choice, reuse)
    : last?.isMissing
    ? undecided(match.rule, reuse)
    : nothingLeft(match.rule, reuse);
  return {
    ...decision,
    rule: match.rule.name,
    ...(last?.choice === undefined && {
      refusal: {
        rule: match.index,
        why: () =>
          whyNothingLeft(trials.map(attemptOf), offered.candidates.length),
      },
    }),
    ...(fault !== undefined && { fault }),
    explain: () => verdicts(request, offered, trials, decision.answer),
    explainRules,
  };
}

function findRule(
  request: PickRequest,
  rules: readonly Rule[],
  context: PickContext,
): Match {
  let reuse: Reuse = ANY;
  for (const [index, rule] of rules.entries()) {
    let holds = true;
    for (const condition of rule.when) {
      const result = condition.test(request, context);
      reuse = combine(reuse, result.reuse);
      holds = result.holds;
      if (!holds) break;
    }
    if (holds) return { rule, index, reuse };
  }
  return { rule: undefined, index: -1, reuse };
}

// ---- what a rule chooses from ----

/**
 * What Go's `strings.TrimSpace` would take away, and what stands for bytes that
 * are no text: the host compares our answer trimmed, and cannot find an ID that
 * it could not write. It would choose another credential then.
 * internal/pluginhost/scheduler.go (the version is named in `src/rpc/wire.ts`).
 */
const UNTELLABLE_REGEXP = new RegExp(
  `^$|^${GO_SPACE}|${GO_SPACE}$|\\ufffd`,
);

/** Whether the host can be told to use it. */
function isTellable({ id }: Candidate): boolean {
  return !UNTELLABLE_REGEXP.test(id);
}

/** Candidates of a rule, and why others are none. */
interface Offered {
  /** Sorted by ID, each once. */
  readonly candidates: readonly Candidate[];
  /** Undefined if every tier counts. */
  readonly bestPriority: number | undefined;
}

/** By tiers, then by list of candidates. */
const OFFERS: Readonly<
  Record<Rule["tiers"], (candidates: readonly Candidate[]) => Offered>
> = {
  all: once((candidates) => ({
    candidates: distinctOf(candidates),
    bestPriority: undefined,
  })),
  top: once((candidates) => {
    const distinct = distinctOf(candidates);
    const bestPriority = distinct.reduce(
      (best, { priority }) => Math.max(best, priority),
      -Infinity,
    );
    return {
      candidates: distinct.filter(({ priority }) => priority === bestPriority),
      bestPriority,
    };
  }),
};

function distinctOf(candidates: readonly Candidate[]): readonly Candidate[] {
  return sortedById(candidates).filter((candidate, index, all) =>
    isTellable(candidate) &&
    (index === 0 || all[index - 1]!.id !== candidate.id)
  );
}

/** By list of candidates, then by pool, whose members never change. */
const membersAmong = once((candidates: readonly Candidate[]) =>
  once((pool: Pool) =>
    candidates.filter((candidate) => isMember(pool, candidate))
  )
);

function membersOf(
  pool: Pool,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  // The same list, for which more is remembered.
  return pool.matchers.length === 0
    ? candidates
    : membersAmong(candidates)(pool);
}

/** The pools up to the one in which the policy chose. */
function tryPools(
  request: PickRequest,
  rule: Rule,
  context: PickContext,
  tag: number,
  offered: Offered,
): Trial[] {
  const trials: Trial[] = [];
  for (const pool of rule.use.length === 0 ? [EVERYTHING] : rule.use) {
    const candidates = membersOf(pool, offered.candidates);
    const pick = { candidates, request, context, tag };
    const trial = tryPolicy(rule.policy, pool, pick);
    trials.push(trial);
    if (trial.choice !== undefined || trial.isMissing) break;
  }
  return trials;
}

function tryPolicy(policy: Policy, pool: Pool, pick: PolicyPick): Trial {
  const trial = { policy, pool, pick };
  if (pick.candidates.length === 0) return trial;
  try {
    const choice = policy.choose(pick);
    if (choice !== undefined) return { ...trial, choice };
    return policy.isMissing?.(pick) ? { ...trial, isMissing: true } : trial;
  } catch (fault) {
    return { ...trial, fault: fault ?? "nothing" };
  }
}

// ---- what comes of it ----

/** How far a trial's result reaches. */
function reuseOf({ policy, pick, choice, fault }: Trial): Reuse {
  if (pick.candidates.length === 0) return SAME_CANDIDATES;
  if (fault !== undefined) return NEVER;
  return choice?.reuse ?? policy.reuseOfNone ?? NEVER;
}

function attemptOf({ policy, pool, pick, fault, isMissing }: Trial): Attempt {
  return {
    pool: pool.name,
    policy: policy.name,
    members: pick.candidates.length,
    outcome: fault !== undefined
      ? "failed"
      : isMissing
      ? "is not loaded"
      : "chose none",
  };
}

/** A decision but for its explanations. */
type Outcome = Omit<Decision, "explain">;

function noRule(request: PickRequest, reuse: Reuse): Decision {
  return {
    answer: UNHANDLED,
    policy: "none",
    reason: "No rule matches: the configured selector of the host chooses",
    reuse,
    explain: () => leftToHost(request),
  };
}

function chosen(rule: Rule, choice: Choice, reuse: Reuse): Outcome {
  const { answer, reason, rotation } = choice;
  return {
    answer,
    policy: rule.policy.name,
    reason,
    reuse,
    ...(rotation && { rotation }),
  };
}

function nothingLeft(rule: Rule, reuse: Reuse): Outcome {
  const refuses = rule.otherwise === "refuse";
  return {
    answer: refuses ? refusalOf(rule) : UNHANDLED,
    policy: rule.policy.name,
    reason: refuses
      ? "Nothing is left to choose from: the rule refuses"
      : "Nothing is left to choose from: the configured selector of the " +
        "host chooses",
    reuse,
  };
}

/** Not its `otherwise: host`: the policy may be there the next time. */
function undecided(rule: Rule, reuse: Reuse): Outcome {
  const missing = `The policy ${rule.policy.name} is not loaded`;
  const outcome = { policy: rule.policy.name, reuse };
  return rule.otherwise === "refuse"
    ? {
      ...outcome,
      answer: refusalOf(rule),
      reason: `${missing}: the rule refuses`,
    }
    : {
      ...outcome,
      answer: UNHANDLED,
      reason: `${missing}: the pick gets the answer on failure`,
      isUndecided: true,
    };
}

function refusalOf({ refusal }: Rule): Answer {
  const { status, message } = refusal;
  return { kind: "refuse", code: REFUSED, message, status };
}

// ---- in words ----

function verdicts(
  request: PickRequest,
  offered: Offered,
  trials: readonly Trial[],
  answer: Answer,
): CandidateVerdict[] {
  const seen = new Set<string>();
  const reasons = reasonsOf(trials);
  return request.candidates.map((candidate) => {
    const { id } = candidate;
    if (seen.has(id)) {
      const reason = "An earlier candidate has the same ID";
      return { id, verdict: "dropped", reason };
    }
    seen.add(id);
    if (!isTellable(candidate)) {
      const reason = "The host cannot be told an ID like this one";
      return { id, verdict: "dropped", reason };
    }
    const tier = whyNotOffered(candidate, offered);
    if (tier !== undefined) return { id, verdict: "dropped", reason: tier };
    const found = reasons.get(id);
    if (found === undefined) {
      const reason = whyNoMember(candidate, trials);
      return { id, verdict: "dropped", reason };
    }
    const { reason, score, isDropped } = found;
    const isChosen = answer.kind === "auth" && answer.id === id;
    return {
      id,
      verdict: isChosen ? "chosen" : isDropped ? "dropped" : "kept",
      reason,
      ...(score !== undefined && { score }),
    };
  });
}

/** What the policy says of the members of the pools that were tried. */
function reasonsOf(trials: readonly Trial[]): Map<string, CandidateReason> {
  const reasons = new Map<string, CandidateReason>();
  for (const trial of trials) {
    const { pool, pick } = trial;
    const said = explainTrial(trial);
    for (const [index, { id }] of pick.candidates.entries()) {
      const found = said[index];
      if (found === undefined) continue;
      const where = pool.name === "" ? "" : `In pool ${pool.name}: `;
      reasons.set(id, { ...found, reason: join(where, found.reason) });
    }
  }
  return reasons;
}

function explainTrial(
  { policy, pick, choice, fault }: Trial,
): readonly CandidateReason[] {
  if (choice !== undefined) return choice.explain();
  const said = fault === undefined
    ? policy.explainNone(pick)
    : pick.candidates.map(() => ({ reason: "The policy failed" }));
  return said.map((reason) => ({ ...reason, isDropped: true }));
}

function join(where: string, reason: string): string {
  return where === ""
    ? reason
    : where + reason.charAt(0).toLowerCase() + reason.slice(1);
}

function whyNotOffered(
  candidate: Candidate,
  { bestPriority }: Offered,
): string | undefined {
  if (bestPriority === undefined || candidate.priority === bestPriority) {
    return undefined;
  }
  return `Priority ${candidate.priority}, below the best priority ` +
    `${bestPriority}`;
}

function whyNoMember(
  candidate: Candidate,
  trials: readonly Trial[],
): string {
  const reasons = trials.map(({ pool }) => {
    const failed = pool.matchers.find((matcher) => !matcher.matches(candidate));
    return `Not in pool ${pool.name}: ` +
      (failed?.explain(candidate) ?? "it was not looked at");
  });
  return reasons.join("; ");
}

function verdictsOfRules(
  request: PickRequest,
  rules: readonly Rule[],
  context: PickContext,
  match: Match,
): RuleVerdict[] {
  return rules.map((rule, index) => {
    const conditions = rule.when.map((condition) => ({
      key: condition.key,
      holds: condition.test(request, context).holds,
      reason: condition.explain(request, context),
    }));
    return {
      name: rule.name,
      isMatch: rule === match.rule,
      isShadowed: match.rule !== undefined && index > match.index,
      conditions,
    };
  });
}
