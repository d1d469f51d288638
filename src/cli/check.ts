/**
 * `check`: what a config puts in force, or every problem with its place.
 */

import type { ConfigProblem } from "../config/problem.ts";
import type { Plan } from "../config/rules_reader.ts";
import { decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { firstPick } from "../policy/pick_context.ts";
import type { Rule } from "../policy/rule.ts";
import {
  CONFIG_KEYS,
  type ExampleSettings,
  type Settings,
} from "../policy/settings.ts";
import { type Findings, findMore } from "./check_findings.ts";
import type { CheckInvocation } from "./invocation.ts";
import {
  type ConfigFile,
  formatProblems,
  isLoaded,
  problemFacts,
  readConfigSource,
} from "./config_file.ts";
import type { Io, Outcome } from "./io.ts";
import { type Paint, paintFor } from "./paint.ts";
import { openRequest } from "./pick.ts";
import { escapeInvisible, printable, printableJson } from "./printable.ts";

/** A policy of the config, or why none of it is in force. */
interface InForce {
  /** Absent if nothing of the config is in force. */
  readonly policy?: string;
  /** In words. */
  readonly effect: string;
}

/** Keys of the config in one column. */
const KEY_WIDTH = Math.max(
  ...Object.values(CONFIG_KEYS).map((key) => key.length),
);

/**
 * Checks a config.
 *
 * @param invocation Which config, and how to show it.
 * @param io Where it comes from.
 * @returns Exit code 0 for a config that the plugin accepts, else 2.
 */
export async function check(
  invocation: CheckInvocation,
  io: Io,
): Promise<Outcome> {
  const { config, request: source, hostDir, isStrict } = invocation;
  const read = await readConfigSource(io, config, hostDir);
  const request = source && (await openRequest(source, io))();
  const { settings, plan, placeOf } = read.reading;
  const { problems, notes } = settings && plan && placeOf
    ? await findMore({ settings, plan, placeOf }, request, io)
    : NOTHING_MORE;
  const file = judge(read, problems, isStrict);
  return {
    exitCode: file.reading.settings === undefined ? 2 : 0,
    stdout: invocation.json
      ? formatJson(file, notes)
      : formatText(file, notes, paintFor(io, "stdout")),
    stderr: "",
  };
}

const NOTHING_MORE: Findings = { problems: [], notes: [] };

/** Leaves only problems of a config that is not good enough. */
function judge(
  file: ConfigFile,
  more: readonly ConfigProblem[],
  isStrict: boolean,
): ConfigFile {
  const all = [...file.reading.problems, ...more];
  const problems = all
    .map((problem): ConfigProblem =>
      isStrict && problem.severity === "warning"
        ? { ...problem, severity: "error" }
        : problem
    )
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const isBad = problems.some(({ severity }) => severity === "error");
  return { ...file, reading: { ...!isBad && file.reading, problems } };
}

function formatJson(file: ConfigFile, notes: readonly string[]): string {
  const { settings, plan } = file.reading;
  const facts = {
    file: file.name,
    form: file.form,
    pluginPath: file.pluginPath,
    accepted: settings !== undefined,
    problems: problemFacts(file),
    settings: settings && Object.fromEntries(listSettings(settings)),
    rules: plan?.rules.map(describeRule),
    notes,
    inForce: settings && inForce(file, settings),
  };
  return `${printableJson(facts)}\n`;
}

function formatText(
  file: ConfigFile,
  notes: readonly string[],
  paint: Paint,
): string {
  const { settings } = file.reading;
  const summary = settings === undefined
    ? formatRefusal(file, paint)
    : formatSettings(file, settings, paint);
  const noted = notes.map((note) =>
    `${paint("doubtful", "note")}  ${escapeInvisible(note)}\n`
  );
  return formatProblems(file, paint) + summary + noted.join("");
}

function formatRefusal(file: ConfigFile, paint: Paint): string {
  const verdict = paint("bad", "not accepted");
  return `${heading(file, paint)}   ${verdict}   ${counts(file)}\n`;
}

function formatSettings(
  file: ConfigFile,
  settings: Settings,
  paint: Paint,
): string {
  const form = file.form === "plugin"
    ? "the plugin's own"
    : `the host's, at ${file.pluginPath}`;
  const verdict = paint("good", "accepted");
  const { policy, effect } = inForce(file, settings);
  const lines = [
    `${heading(file, paint)}   ${form}   ${verdict}   ${counts(file)}`,
    ...listSettings(settings).map(([key, value]) =>
      `  ${key.padEnd(KEY_WIDTH)}  ${formatValue(value)}`
    ),
    ...formatRules(file.reading.plan),
    `${paint("strong", "in force")}  ` +
    (policy === undefined
      ? `${paint("doubtful", "nothing")}   ${effect}`
      : `${policy}   ${escapeInvisible(effect)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

type Value = ExampleSettings[keyof ExampleSettings];

/** The settings but for rules, by their keys in the config. */
function listSettings(
  { deny, delegate, authId }: Settings,
): (readonly [key: string, value: Value])[] {
  return [
    [CONFIG_KEYS.deny, deny],
    [CONFIG_KEYS.delegate, delegate],
    [CONFIG_KEYS.authId, authId],
  ];
}

/** A rule as a program gets it. */
function describeRule({ name, when, use, policy, ...rest }: Rule) {
  const { otherwise, refusal, tiers } = rest;
  return {
    name,
    when: when.map(({ key }) => key),
    use: use.map(({ name }) => name),
    policy: policy.name,
    tiers,
    otherwise,
    ...(otherwise === "refuse" && { refusal }),
  };
}

/** One line per rule; nothing without rules. */
function formatRules(plan: Plan | undefined): string[] {
  const rules = (plan?.rules ?? []).map(describeRule);
  const width = Math.max(
    0,
    ...rules.map(({ name }) => printable(name).length),
  );
  return rules.map((rule, index) =>
    [
      `  ${index === 0 ? "rules" : ""}`.padEnd(KEY_WIDTH + 2),
      printable(rule.name).padEnd(width),
      `when ${rule.when.join(", ") || "always"}`,
      `use ${rule.use.join(", ") || "all"}`,
      `policy ${rule.policy}`,
      ...rule.tiers === "all" ? ["tiers all"] : [],
      rule.refusal === undefined
        ? "otherwise host"
        : `otherwise refuse ${rule.refusal.status}`,
    ].join("  ")
  );
}

/** The policy that decides, and what it does. */
function inForce(file: ConfigFile, settings: Settings): InForce {
  if (!isLoaded(file)) return { effect: "The host does not load the plugin" };
  if (file.isForeign) return { effect: "The file holds no key of this plugin" };
  const decision = decideTypical(settings);
  if (decision.explainRules !== undefined) {
    const effect = "The first rule that matches a request decides, else the " +
      "configured selector of the host";
    return { policy: "rules", effect };
  }
  return { policy: decision.policy, effect: effectOf(decision) };
}

/**
 * What the settings do to a request that offers what they ask for: asked of
 * the policies themselves, so that their order is known in one place.
 */
function decideTypical(settings: Settings): Decision {
  const candidate = {
    id: settings.authId,
    provider: "",
    priority: 0,
    status: "active",
    attributes: {},
  };
  return decide(
    {
      provider: "",
      providers: [],
      model: "",
      stream: false,
      headers: {},
      metadata: {},
      candidates: [candidate],
    },
    settings,
    firstPick(0),
  );
}

function effectOf({ answer, reason }: Decision): string {
  if (answer.kind !== "auth") return reason;
  return "Picks this credential when it is a candidate, " +
    "else the configured selector of the host chooses";
}

function heading(file: ConfigFile, paint: Paint): string {
  return `${paint("strong", "config")}  ${printable(file.name)}`;
}

function counts(file: ConfigFile): string {
  const { problems } = file.reading;
  const count = (wanted: ConfigProblem["severity"]) =>
    problems.filter(({ severity }) => severity === wanted).length;
  return `errors ${count("error")}   warnings ${count("warning")}`;
}

function formatValue(value: Value): string {
  return value === "" ? "(none)" : printable(`${value}`);
}
