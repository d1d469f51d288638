/**
 * A decision as text. Prints IDs, the model and the policies' own words;
 * never headers, metadata or attributes of a request, which may hold secrets.
 */

import type { Answer, CandidateVerdict, Decision } from "../policy/decision.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import type { Look, Paint } from "./paint.ts";
import { escapeInvisible, printable, printableJson } from "./printable.ts";

/** Widest column of IDs that is kept in line, in characters. Chosen. */
const MAX_COLUMN = 60;

/** A decision with what it was about, ready to be shown. */
export interface Diagnosis {
  readonly request: PickRequest;
  readonly decision: Decision;
  /** Time to decode the request and to decide. */
  readonly tookMs: number;
  /** Whether a host with this config loads the plugin. */
  readonly isLoaded: boolean;
  /** What is doubtful about config and request. */
  readonly warnings: readonly Warning[];
}

/** One doubt, such as a problem of the config. */
export interface Warning {
  readonly message: string;
}

/** What a decision is worth that no host asks for. */
const NOT_LOADED = "The host does not load the plugin with this config: this " +
  "is what it would decide";

/**
 * Puts a decision into JSON, for a program.
 *
 * @param diagnosis What to show.
 * @returns The text of standard output.
 */
export function formatJson(diagnosis: Diagnosis): string {
  const { request, decision, tookMs, isLoaded, warnings } = diagnosis;
  const facts = {
    policy: decision.policy,
    model: request.model,
    tookMs: Number(tookMs.toFixed(3)),
    candidates: decision.explain(),
    answer: decision.answer,
    reason: decision.reason,
    warnings: isLoaded ? warnings : [...warnings, { message: NOT_LOADED }],
  };
  return `${printableJson(facts)}\n`;
}

/**
 * Puts a decision into words: the request, each candidate, the answer.
 *
 * @param diagnosis What to show.
 * @param paint For the stream that the text will go to.
 * @returns The text of standard output.
 */
export function formatText(diagnosis: Diagnosis, paint: Paint): string {
  const { request, decision, tookMs } = diagnosis;
  const verdicts = decision.explain();
  const head = [
    `${paint("strong", "policy")}  ${printable(decision.policy)}`,
    `model ${request.model === "" ? "(none)" : printable(request.model)}`,
    `candidates ${request.candidates.length}`,
    `took ${tookMs.toFixed(2)} ms`,
  ];
  const [look, answer] = describeAnswer(decision.answer);
  const tail = `${paint("strong", "answer")}  ${paint(look, answer)}   ` +
    escapeInvisible(decision.reason);
  const lines = [
    head.join("   "),
    ...formatVerdicts(verdicts, paint),
    ...diagnosis.isLoaded
      ? []
      : [`${paint("doubtful", "note")}  ${NOT_LOADED}`],
    tail,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const VERDICT_LOOKS: Readonly<Record<CandidateVerdict["verdict"], Look>> = {
  chosen: "good",
  kept: "doubtful",
  dropped: "faint",
};

function formatVerdicts(
  verdicts: readonly CandidateVerdict[],
  paint: Paint,
): string[] {
  const rows = verdicts.map((row) => ({ ...row, id: printable(row.id) }));
  const width = rows.reduce(
    (most, { id }) => Math.max(most, Math.min(id.length, MAX_COLUMN)),
    0,
  );
  return rows.map(({ id, verdict, reason }) => {
    const cell = paint(VERDICT_LOOKS[verdict], verdict.padEnd(7));
    return `  ${id.padEnd(width)}  ${cell}  ${escapeInvisible(reason)}`;
  });
}

function describeAnswer(answer: Answer): [look: Look, text: string] {
  switch (answer.kind) {
    case "auth":
      return ["good", printable(answer.id)];
    case "delegate":
      return ["good", `delegate ${printable(answer.to)}`];
    case "refuse":
      return ["bad", `refused ${printable(answer.code)}`];
    case "unhandled":
      return ["doubtful", "not handled"];
  }
}
