/**
 * Checks a policy's file as a whole: compiles it, loads it in a realm of its
 * own and has it make a trial pick. Runs where nobody waits for a pick.
 */

import { type CompiledModule, compileModule } from "./compile.ts";
import { CHECK_GUARD_MS, SHARE_MS } from "./limits.ts";
import type { ModuleProblem } from "./module_problem.ts";
import { Realm, type RealmAnswer, type RealmQuestion } from "./realm.ts";

/** What is checked. */
export interface ModuleCheck {
  readonly file: string;
  readonly text: string;
  /** As in the config, as JSON. */
  readonly options: string;
  /** Memory that it will take over, as JSON; `""`: none. */
  readonly state: string;
  /** The last question that it was asked; absent: a made-up one. */
  readonly trial?: RealmQuestion;
}

/** What came of it. */
export type CheckResult =
  | {
    readonly compiled: CompiledModule;
    /** What went wrong with a made-up question: it may be the question. */
    readonly doubt?: ModuleProblem;
    /** What it said to the trial. */
    readonly answer: RealmAnswer;
  }
  | { readonly problem: ModuleProblem };

/** The quickest of so many counts: the first ones are slow. */
const TRIALS = 3;

/** As good as any, as long as it differs from 0. */
const SEED = 1;

/** A question that any policy can be asked. */
export const MADE_UP: RealmQuestion = {
  candidates: ["a.json", "b.json"].map((id) => ({
    id,
    provider: "codex",
    priority: 0,
    status: "active",
    attributes: {},
  })),
  facts: JSON.stringify({
    provider: "codex",
    providers: ["codex"],
    model: "gpt-5.5",
    stream: false,
    path: "/v1/responses",
    caller: "",
    session: "",
    isRetry: false,
    serviceTier: "auto",
    headers: {},
  }),
  nowMs: Date.UTC(2026, 0, 1),
};

/**
 * Checks a file.
 *
 * @param check What is checked.
 * @returns What can be loaded, or what is wrong; never throws.
 */
export async function checkModule(check: ModuleCheck): Promise<CheckResult> {
  const { file, options, state, trial } = check;
  const compiled = await compileModule(check.text, file);
  if ("problem" in compiled) return compiled;
  const realm = Realm.open(compiled, {
    file,
    options,
    state,
    seed: SEED,
    guardMs: CHECK_GUARD_MS,
  });
  if (!(realm instanceof Realm)) return { problem: realm.problem };
  const { answer, tookMs } = tryOut(realm, trial ?? MADE_UP);
  const problem = problemWith(answer, tookMs);
  if (problem === undefined) return { compiled, answer };
  // What it throws at a made-up question may be the question's fault; that it
  // takes long is its own.
  return trial === undefined && answer.kind === "fault" && tookMs <= SHARE_MS
    ? { compiled, answer, doubt: problem }
    : { problem };
}

function tryOut(realm: Realm, question: RealmQuestion) {
  let tookMs = Infinity;
  let answer: RealmAnswer = { kind: "none" };
  for (let i = 0; i < TRIALS && isWorthAnother(answer, tookMs); i++) {
    const startMs = performance.now();
    answer = realm.ask(question, CHECK_GUARD_MS);
    tookMs = Math.min(tookMs, performance.now() - startMs);
  }
  return { answer, tookMs };
}

/** Not what failed, and not what is far from its share. */
function isWorthAnother(answer: RealmAnswer, tookMs: number): boolean {
  return answer.kind !== "fault" &&
    (tookMs === Infinity || tookMs < 10 * SHARE_MS);
}

function problemWith(
  answer: RealmAnswer,
  tookMs: number,
): ModuleProblem | undefined {
  if (answer.kind === "fault") {
    const { message, ...rest } = answer.problem;
    return { ...rest, message: `The trial pick failed: ${message}` };
  }
  if (tookMs <= SHARE_MS) return undefined;
  const took = Math.ceil(tookMs);
  return {
    message: `The trial pick took ${took} ms, and a pick has ${SHARE_MS} ms`,
  };
}
