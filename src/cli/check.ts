/**
 * `check`: what a config puts in force, or every problem with its place.
 */

import { decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import type { Settings } from "../policy/settings.ts";
import type { CheckInvocation } from "./invocation.ts";
import {
  type ConfigFile,
  formatProblems,
  readConfigSource,
} from "./config_file.ts";
import type { Io, Outcome } from "./io.ts";
import { type Paint, paintFor } from "./paint.ts";
import { escapeInvisible, printable } from "./printable.ts";

/**
 * Checks a config.
 *
 * @param invocation Which config.
 * @param io Where it comes from.
 * @returns Exit code 0 for a config that the plugin accepts, else 2.
 */
export async function check(
  invocation: CheckInvocation,
  io: Io,
): Promise<Outcome> {
  const paint = paintFor(io, "stdout");
  const file = await readConfigSource(io, invocation.config);
  const problems = formatProblems(file, paint);
  const { settings } = file.reading;
  const summary = settings === undefined
    ? formatRefusal(file, paint)
    : formatSettings(file, settings, paint);
  return {
    exitCode: settings === undefined ? 2 : 0,
    stdout: problems + summary,
    stderr: "",
  };
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
  const lines = [
    `${heading(file, paint)}   ${form}   ${verdict}   ${counts(file)}`,
    `  deny      ${settings.deny}`,
    `  delegate  ${orNone(settings.delegate)}`,
    `  auth_id   ${orNone(settings.authId)}`,
    `${paint("strong", "in force")}  ${inForce(file, settings)}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The policy that decides, and what it does. */
function inForce(file: ConfigFile, settings: Settings): string {
  const isLoaded = file.form === "plugin" ||
    file.enabled === true && file.pluginsEnabled === true;
  if (!isLoaded) return "nothing   The host does not load the plugin";
  const decision = decideTypical(settings);
  return `${decision.policy}   ${effect(decision)}`;
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

function effect({ answer, reason }: Decision): string {
  if (answer.kind !== "auth") return escapeInvisible(reason);
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

function orNone(value: string): string {
  return value === "" ? "(none)" : printable(value);
}
