/**
 * `check`: what a config puts in force, or every problem with its place.
 */

import { decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { CONFIG_KEYS, type Settings } from "../policy/settings.ts";
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
  const file = await readConfigSource(io, invocation.config);
  return {
    exitCode: file.reading.settings === undefined ? 2 : 0,
    stdout: invocation.json
      ? formatJson(file)
      : formatText(file, paintFor(io, "stdout")),
    stderr: "",
  };
}

function formatJson(file: ConfigFile): string {
  const { settings } = file.reading;
  const facts = {
    file: file.name,
    form: file.form,
    pluginPath: file.pluginPath,
    accepted: settings !== undefined,
    problems: problemFacts(file),
    settings: settings && Object.fromEntries(listSettings(settings)),
    inForce: settings && inForce(file, settings),
  };
  return `${printableJson(facts)}\n`;
}

function formatText(file: ConfigFile, paint: Paint): string {
  const { settings } = file.reading;
  const summary = settings === undefined
    ? formatRefusal(file, paint)
    : formatSettings(file, settings, paint);
  return formatProblems(file, paint) + summary;
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
    `${paint("strong", "in force")}  ` +
    (policy === undefined
      ? `${paint("doubtful", "nothing")}   ${effect}`
      : `${policy}   ${escapeInvisible(effect)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The settings by their keys in the config. */
function listSettings(
  settings: Settings,
): (readonly [key: string, value: Settings[keyof Settings]])[] {
  const keys: Readonly<Record<string, string>> = CONFIG_KEYS;
  return Object.entries({ ...settings }).map((
    [name, value],
  ) => [keys[name] ?? name, value]);
}

/** The policy that decides, and what it does. */
function inForce(file: ConfigFile, settings: Settings): InForce {
  if (!isLoaded(file)) return { effect: "The host does not load the plugin" };
  if (file.isForeign) return { effect: "The file holds no key of this plugin" };
  const decision = decideTypical(settings);
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
  return decide({
    provider: "",
    providers: [],
    model: "",
    stream: false,
    headers: {},
    metadata: {},
    candidates: [candidate],
  }, settings);
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
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.length - errors.length;
  return `errors ${errors.length}   warnings ${warnings}`;
}

function formatValue(value: Settings[keyof Settings]): string {
  return value === "" ? "(none)" : printable(`${value}`);
}
