/**
 * A decision as text. Prints IDs, the model and the policies' own words;
 * never headers, metadata or attributes of a request, which may hold secrets.
 */

import type {
  Answer,
  CandidateVerdict,
  Decision,
  RuleVerdict,
} from "../policy/decision.ts";
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
  const rules = decision.explainRules?.();
  const facts = {
    policy: decision.policy,
    ...(decision.rule !== undefined && { rule: decision.rule }),
    model: request.model,
    tookMs: Number(tookMs.toFixed(3)),
    candidates: decision.explain(),
    answer: decision.answer,
    reason: decision.reason,
    ...(rules && { rules }),
    warnings: isLoaded ? warnings : [...warnings, { message: NOT_LOADED }],
  };
  return `${printableJson(facts)}\n`;
}

/** How a decision is put into words. */
export interface TextOptions {
  /** For the stream that the text will go to. */
  readonly paint: Paint;
  /** Whether each rule is explained. */
  readonly isVerbose: boolean;
}

/**
 * Puts a decision into words: the request, each rule if wanted, each candidate,
 * the answer.
 *
 * @param diagnosis What to show.
 * @param options How.
 * @returns The text of standard output.
 */
export function formatText(
  diagnosis: Diagnosis,
  { paint, isVerbose }: TextOptions,
): string {
  const { request, decision, tookMs } = diagnosis;
  const verdicts = decision.explain();
  const head = [
    `${paint("strong", "policy")}  ${printable(decision.policy)}`,
    ...decision.rule === undefined ? [] : [`rule ${printable(decision.rule)}`],
    `model ${request.model === "" ? "(none)" : printable(request.model)}`,
    `candidates ${request.candidates.length}`,
    `took ${tookMs.toFixed(2)} ms`,
  ];
  const [look, answer] = describeAnswer(decision.answer);
  const tail = `${paint("strong", "answer")}  ${paint(look, answer)}   ` +
    escapeInvisible(decision.reason);
  const lines = [
    head.join("   "),
    ...isVerbose ? formatRules(decision.explainRules?.() ?? [], paint) : [],
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

/** A line per rule, and one per condition that was looked at. */
function formatRules(rules: readonly RuleVerdict[], paint: Paint): string[] {
  const width = Math.max(
    0,
    ...rules.map(({ name }) => Math.min(printable(name).length, MAX_COLUMN)),
  );
  return rules.flatMap((rule) => {
    const [look, verdict] = describeRule(rule);
    const cell = paint(look, verdict.padEnd(8));
    const name = printable(rule.name).padEnd(width);
    const reasons = reasonsOf(rule);
    return reasons.map((reason, index) =>
      `  ${index === 0 ? `${name}  ${cell}` : " ".repeat(width + 10)}  ` +
      escapeInvisible(reason)
    );
  });
}

function describeRule(rule: RuleVerdict): [look: Look, text: string] {
  if (rule.isMatch) return ["good", "matches"];
  return rule.isShadowed ? ["faint", "skipped"] : ["faint", "no match"];
}

function reasonsOf(
  { isMatch, isShadowed, conditions }: RuleVerdict,
): readonly string[] {
  if (isShadowed) return ["An earlier rule matches"];
  const told = isMatch ? conditions : conditions.filter(({ holds }) => !holds);
  return told.length === 0
    ? ["It has no conditions"]
    : told.map(({ reason }) => reason);
}

function formatVerdicts(
  verdicts: readonly CandidateVerdict[],
  paint: Paint,
): string[] {
  const rows = verdicts.map((row) => ({
    ...row,
    id: printable(row.id),
    reason: row.score === undefined
      ? row.reason
      : `${row.reason} (score ${Number(row.score.toPrecision(4))})`,
  }));
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
      return ["bad", `refused ${refusalOf(answer)}`];
    case "unhandled":
      return ["doubtful", "not handled"];
  }
}

function refusalOf(answer: Answer & { readonly kind: "refuse" }): string {
  const status = answer.status === undefined ? "" : ` with ${answer.status}`;
  return `${printable(answer.code)}${status}`;
}
