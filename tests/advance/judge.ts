/**
 * Compares the answers of a batch with the model's, while configs come and go.
 */

import type { BatchAnswer, BatchCall } from "../host/batch.ts";
import { lifecycleRequest } from "../host/host.ts";
import { answersOf, failureOf, type Settings, yamlOf } from "./model.ts";
import type { PickCall } from "./requests.ts";
import type { Rotation, TimedPick } from "./rotation.ts";

/** A pick, or a config that comes between picks. */
export type Step =
  | { readonly pick: PickCall }
  | { readonly config: Settings };

/** Over all priorities: the more candidates, the more turns there are. */
export const ROUND_ROBIN: Settings = { policy: "round_robin", tiers: "all" };

/** Characters of a request that a finding shows. */
const SHOWN_LENGTH = 3000;

/** Answers of a rotation that a finding shows. */
const SHOWN_ANSWERS = 6;

/** What a batch came to. */
export interface Verdict {
  /** Picks that got the answer on failure instead of their own. */
  readonly late: readonly PickCall[];
  /** What does not hold, in words. */
  readonly findings: readonly string[];
}

/** A config, and the ticks between which it came into force. */
interface Phase {
  readonly settings: Settings;
  readonly began: number;
  readonly ended: number;
}

/** The step as the test host takes it. */
export function callOf(step: Step): BatchCall {
  return "pick" in step
    ? { method: "scheduler.pick", request: step.pick.text }
    : {
      method: "plugin.reconfigure",
      request: lifecycleRequest(yamlOf(step.config)),
    };
}

/**
 * Judges a batch of several threads, or one in which configs change. Under
 * round robin it tells candidates from other ids, not their order.
 *
 * @param before The config in force when the batch began.
 * @param steps What was asked.
 * @param answers What came, in the order of the steps.
 */
export function judge(
  before: Settings,
  steps: readonly Step[],
  answers: readonly BatchAnswer[],
): Verdict {
  const phases = phasesOf(before, steps, answers);
  const late: PickCall[] = [];
  const findings: string[] = [];
  for (const [index, step] of steps.entries()) {
    const answer = answers[index]!;
    if ("config" in step) {
      if (!isRegistration(answer)) {
        findings.push(`step ${index}: config answered ${answer.body}`);
      }
      continue;
    }
    const inForce = phases.filter((phase, at) =>
      phase.began < answer.ended &&
      (phases[at + 1]?.ended ?? Infinity) > answer.began
    );
    const verdicts = inForce.map(({ settings }) =>
      compare(settings, step.pick, answer)
    );
    if (verdicts.includes("good")) continue;
    if (verdicts.includes("late")) late.push(step.pick);
    else findings.push(describe(index, inForce, step.pick, answer));
  }
  return { late, findings };
}

/**
 * Judges picks under round robin that were made one by one.
 *
 * @param rotation What is known of the lists; brought up to date.
 * @param picks In the order in which they were made.
 * @param answers What came.
 */
export function judgeTurns(
  rotation: Rotation,
  picks: readonly PickCall[],
  answers: readonly BatchAnswer[],
): Verdict {
  const settings = ROUND_ROBIN;
  const phase = { settings, began: 0, ended: 0 };
  const late: PickCall[] = [];
  const findings: string[] = [];
  for (const [index, pick] of picks.entries()) {
    const answer = answers[index]!;
    const turns = answersOf(settings, pick.text);
    const verdict = compare(settings, pick, answer);
    if (verdict === "late") late.push(pick);
    if (verdict === "late" || (verdict === "good" && pick.refusable)) {
      rotation.lose(pick.list, turns.length);
    } else if (verdict === "wrong") {
      findings.push(describe(index, [phase], pick, answer));
    } else if (!rotation.take(pick.list, turns, answer.body)) {
      findings.push(`out of turn, ${describe(index, [phase], pick, answer)}`);
    }
  }
  return { late, findings };
}

/**
 * Judges picks under round robin that several threads made, of lists whose
 * candidates are all different.
 *
 * @param rotation What is known of the lists; brought up to date.
 * @param picks In any order.
 * @param answers What came, in the order of the picks.
 */
export function judgeSharedTurns(
  rotation: Rotation,
  picks: readonly PickCall[],
  answers: readonly BatchAnswer[],
): Verdict {
  const settings = ROUND_ROBIN;
  const steps = picks.map((pick) => ({ pick }));
  const { late, findings } = judge(settings, steps, answers);
  if (late.length > 0 || findings.length > 0) {
    rotation.forget();
    return { late, findings };
  }
  const places = new Map<string, Map<string, number>>();
  const byList = Map.groupBy(picks.keys(), (index) => picks[index]!.list!);
  const outOfTurn: string[] = [];
  for (const [list, indices] of byList) {
    const turns = answersOf(settings, picks[indices[0]!]!.text);
    places.set(list, new Map(turns.map((turn, place) => [turn, place])));
    const timed = indices.map((index): TimedPick => ({
      ...answers[index]!,
      place: places.get(list)!.get(answers[index]!.body)!,
    }));
    if (rotation.takeAll(list, turns.length, timed)) continue;
    const counts = turns.map((_, place) =>
      timed.filter((pick) => pick.place === place).length
    );
    outOfTurn.push(
      `out of turn: ${timed.length} picks came to ${counts.join(", ")} of ${
        list.slice(0, SHOWN_LENGTH)
      }`,
    );
  }
  return { late, findings: outOfTurn };
}

function phasesOf(
  before: Settings,
  steps: readonly Step[],
  answers: readonly BatchAnswer[],
): Phase[] {
  const changes = steps.flatMap((step, index) =>
    "config" in step ? [{ ...answers[index]!, settings: step.config }] : []
  );
  return [{ settings: before, began: -1, ended: -1 }, ...changes]
    .sort((a, b) => a.began - b.began);
}

function compare(
  settings: Settings,
  pick: PickCall,
  { rc, body }: BatchAnswer,
): "good" | "late" | "wrong" {
  if (pick.refusable && rc === 1 && body.includes('"plugin_error"')) {
    return "good";
  }
  if (rc !== 0) return "wrong";
  if (answersOf(settings, pick.text).includes(body)) return "good";
  return body === failureOf(settings) ? "late" : "wrong";
}

function isRegistration({ rc, body }: BatchAnswer): boolean {
  return rc === 0 && body.startsWith('{"ok":true,"result":{"schema_version":');
}

function describe(
  index: number,
  phases: readonly { readonly settings: Settings }[],
  pick: PickCall,
  { rc, body }: BatchAnswer,
): string {
  const wanted = phases.map(({ settings }) =>
    answersOf(settings, pick.text).slice(0, SHOWN_ANSWERS).join(" or ")
  );
  const configs = phases.map(({ settings }) => JSON.stringify(settings));
  return [
    `step ${index}: ${pick.kinds.join("; ")}`,
    `config   ${configs.join(" or ")}`,
    `wanted   ${wanted.join(" or ")}`,
    `got      rc ${rc} ${body.slice(0, SHOWN_LENGTH)}`,
    `request  ${pick.text.slice(0, SHOWN_LENGTH)}`,
  ].join("\n");
}
