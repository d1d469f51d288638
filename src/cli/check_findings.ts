/**
 * What `check` finds beyond the problems of the reading: policies that cannot
 * be loaded, pools without a use, and what a request shows.
 */

import type { ConfigReading } from "../config/config.ts";
import type { ConfigProblem } from "../config/problem.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { quoteAny } from "../policy/quote.ts";
import { reviewRequest, unusedPools } from "../policy/review.ts";
import type { Rule } from "../policy/rule.ts";
import type { Io } from "./io.ts";
import {
  describeLocalProblem,
  LocalModules,
  type LocalProblem,
} from "./local_modules.ts";

/** A config that can be in force. */
type GoodReading = Required<
  Pick<ConfigReading, "settings" | "plan" | "placeOf">
>;

/** Everything that was found. */
export interface Findings {
  /** With a place in the config. */
  readonly problems: readonly ConfigProblem[];
  /** Advice without one, in words. */
  readonly notes: readonly string[];
}

/** Facts of the host: shared by `src/rpc/registration.ts`. */
const NEEDS_TIERS = "tiers: all has no effect on hosts before v7.3.8, which " +
  "send the candidates of the best priority only";

/**
 * Looks for more.
 *
 * @param reading The config, without errors.
 * @param request A request to hold it against, if there is one.
 * @param io Where the files of policies are.
 * @returns What there is to say.
 */
export async function findMore(
  { settings, plan, placeOf }: GoodReading,
  request: PickRequest | undefined,
  io: Io,
): Promise<Findings> {
  const modules = await LocalModules.open(settings.modules, io);
  const problems: ConfigProblem[] = [
    ...modules.problems.map((problem) => ({
      ...placeOf(["policies", problem.spec.name]),
      ...describeMissing(problem, plan.rules),
    })),
    ...unusedPools(plan).map((name) => ({
      ...placeOf(["pools", name]),
      severity: "warning" as const,
      message: "is used by no rule",
    })),
  ];
  const notes = [
    ...plan.rules.some(({ tiers }) => tiers === "all") ? [NEEDS_TIERS] : [],
    ...request === undefined ? [] : reviewRequest(plan, request),
  ];
  return { problems, notes };
}

/**
 * A rule that isolates serves nobody without its policy: a restart with that
 * would shut its clients out. The requests of other rules get the answer on
 * failure: while any rule isolates, that is a refusal, too.
 */
function describeMissing(
  problem: LocalProblem,
  rules: readonly Rule[],
): Pick<ConfigProblem, "severity" | "message"> {
  const users = rules.filter(({ policy }) => policy.name === problem.spec.name);
  const isolating = users.filter(isIsolating);
  const why = describeLocalProblem(problem);
  const effect = isolating.length > 0
    ? `, and ${namesOf(isolating)} would refuse everything without it`
    : users.length === 0
    ? ""
    : rules.some(isIsolating)
    ? `: requests of ${namesOf(users)} would be refused with 503 without ` +
      "it, since another rule isolates"
    : `: the host's selector would choose for ${namesOf(users)} without it`;
  return {
    severity: isolating.length > 0 ? "error" : "warning",
    message: `cannot be loaded${effect} (${why})`,
  };
}

function isIsolating({ otherwise }: Rule): boolean {
  return otherwise === "refuse";
}

function namesOf(rules: readonly Rule[]): string {
  const names = rules.map(({ name }) => name);
  return `rule${rules.length === 1 ? "" : "s"} ${quoteAny(names)}`;
}
