/**
 * `policy check`: whether a policy's file can be loaded, what it says to a trial
 * pick, and how long it takes.
 */

import {
  checkModule,
  type CheckResult,
  MADE_UP,
} from "../modules/check_module.ts";
import { factsOf } from "../modules/facts.ts";
import {
  type ModuleProblem,
  placeOf,
  withWords,
} from "../modules/module_problem.ts";
import {
  Realm,
  type RealmAnswer,
  type RealmQuestion,
} from "../modules/realm.ts";
import type { PolicyCheckInvocation, Source } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import {
  fileNameOf,
  openRealm,
  prepareToRun,
  readPolicy,
} from "./local_modules.ts";
import { type Paint, paintFor } from "./paint.ts";
import { openRequest } from "./pick.ts";
import { escapeInvisible, printable, printableJson } from "./printable.ts";
import { sourceLabel } from "./read_input.ts";

/** Picks before the time is taken: the first ones are slow. */
const WARM_UP = 50;

/** Picks whose times are taken, and for how long at most. */
const PICKS = 500;
const TIMING_MS = 200;

/** A guard for picks that the trial has shown to end. */
const GUARD_MS = 1000;

/** What was found out. */
interface Report {
  readonly isGood: boolean;
  readonly problem?: ModuleProblem;
  readonly doubt?: ModuleProblem;
  readonly question: RealmQuestion;
  readonly answer?: RealmAnswer;
  /** Of a pick, in microseconds. */
  readonly pickUs?: number;
  readonly lines: readonly string[];
}

/**
 * Checks a policy.
 *
 * @param invocation Which one, and what to try it out with.
 * @param io Where it comes from.
 * @returns Exit code 0 if the worker would load it, 1 if only because the trial
 * was a made-up one, else 2.
 * @throws {CliError} when it, or the request, cannot be read.
 */
export async function policyCheck(
  invocation: PolicyCheckInvocation,
  io: Io,
): Promise<Outcome> {
  const { file: source, request, options, json } = invocation;
  const text = await readPolicy(io, source);
  const trial = request && await readTrial(request, invocation, io);
  const file = fileNameOf(source);
  await prepareToRun(io);
  const checked = await checkModule({
    file,
    text,
    options,
    state: "",
    ...(trial !== undefined && { trial }),
  });
  const report = reportOf(checked, {
    file,
    options,
    question: trial ?? MADE_UP,
    now: () => io.now(),
  });
  const name = sourceLabel(source);
  return {
    exitCode: !report.isGood ? 2 : report.doubt === undefined ? 0 : 1,
    stdout: json
      ? formatJson(name, report)
      : formatText(name, report, paintFor(io, "stdout")),
    stderr: "",
  };
}

async function readTrial(
  source: Source,
  { headers }: PolicyCheckInvocation,
  io: Io,
): Promise<RealmQuestion> {
  const request = (await openRequest(source, io))();
  return {
    candidates: request.candidates,
    facts: JSON.stringify(factsOf(request, headers)),
    nowMs: io.wallClock(),
  };
}

function reportOf(
  checked: CheckResult,
  { file, options, question, now }: {
    readonly file: string;
    readonly options: string;
    readonly question: RealmQuestion;
    readonly now: () => number;
  },
): Report {
  if ("problem" in checked) {
    const { problem } = checked;
    return { isGood: false, problem, question, lines: [] };
  }
  const { answer, doubt } = checked;
  const realm = openRealm(checked, { file, options, seed: 0 });
  if (!(realm instanceof Realm)) {
    const { problem } = realm;
    return { isGood: false, problem, question, lines: [] };
  }
  realm.ask(question, GUARD_MS);
  const lines = realm.takeLines();
  return {
    isGood: true,
    question,
    answer,
    lines,
    ...(doubt === undefined
      ? { pickUs: timePicks(realm, question, now) }
      : { doubt }),
  };
}

/** The median, in microseconds. */
function timePicks(
  realm: Realm,
  question: RealmQuestion,
  now: () => number,
): number {
  for (let i = 0; i < WARM_UP; i++) realm.ask(question, GUARD_MS);
  const until = now() + TIMING_MS;
  const times: number[] = [];
  while (times.length < PICKS && now() < until) {
    const startMs = now();
    realm.ask(question);
    times.push(now() - startMs);
  }
  const median = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
  return Number((median * 1000).toFixed(1));
}

function formatJson(name: string, report: Report): string {
  const { isGood, problem, doubt, answer, pickUs, lines } = report;
  const facts = {
    file: name,
    loads: isGood,
    good: isGood && doubt === undefined,
    problem,
    doubt,
    answer: answer && answerFacts(report.question, answer),
    pickUs,
    printed: lines,
  };
  return `${printableJson(facts)}\n`;
}

function answerFacts({ candidates }: RealmQuestion, answer: RealmAnswer) {
  return answer.kind === "choice"
    ? { id: candidates[answer.place]?.id, reason: answer.reason }
    : { none: true };
}

function formatText(name: string, report: Report, paint: Paint): string {
  const { isGood, problem, doubt, pickUs } = report;
  const lines = [
    ...problem ? [formatProblem(name, problem, paint("bad", "error:"))] : [],
    ...doubt ? [formatProblem(name, doubt, paint("doubtful", "warning:"))] : [],
    ...report.lines.map((line) => `  printed  ${escapeInvisible(line)}`),
    [
      `${paint("strong", "policy")}  ${printable(name)}`,
      verdictOf(report, paint),
      ...pickUs === undefined ? [] : [`a pick takes ${pickUs} us`],
    ].join("   "),
    ...isGood ? [formatAnswer(report, paint)] : [],
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** A trial with a made-up request may fail where one of a host would not. */
function verdictOf({ isGood, doubt }: Report, paint: Paint): string {
  if (!isGood) return paint("bad", "not loaded");
  return doubt === undefined
    ? paint("good", "good")
    : paint("doubtful", "loads, but its trial failed");
}

function formatProblem(
  name: string,
  problem: ModuleProblem,
  label: string,
): string {
  const { message, hint } = problem;
  const advice = hint === undefined ? "" : `; ${hint}`;
  return `${escapeInvisible(placeOf(name, problem))}: ${label} ` +
    escapeInvisible(withWords(message, problem) + advice);
}

function formatAnswer(
  { question: { candidates }, answer, doubt }: Report,
  paint: Paint,
): string {
  const label = paint("strong", "trial ");
  if (doubt !== undefined) {
    return `${label}  ${paint("bad", "failed")}   ` +
      "With a request of the host, the worker would refuse it: give one with " +
      "--request";
  }
  if (answer?.kind !== "choice") {
    return `${label}  ${paint("doubtful", "no answer")}`;
  }
  const id = candidates[answer.place]?.id ?? "";
  return `${label}  ${paint("good", printable(id))}   ` +
    escapeInvisible(answer.reason);
}
