/**
 * Reads the config that a command was pointed at, and puts its problems in
 * words: one line each, in the form that editors follow (file:line:column), or
 * facts for a program.
 */

import type { ConfigReading } from "../config/config.ts";
import { type ConfigProblem, subjectOf } from "../config/problem.ts";
import { type FileReading, readConfigFile } from "../config/host_config.ts";
import { MAX_CONFIG_BYTES } from "../config/source.ts";
import type { Source } from "./invocation.ts";
import type { Io } from "./io.ts";
import type { Paint } from "./paint.ts";
import { escapeInvisible, printable } from "./printable.ts";
import { readInput, sourceLabel } from "./read_input.ts";

/** A config that was read, well or badly. */
export interface ConfigFile extends FileReading {
  /** How its problems name it. */
  readonly name: string;
}

/**
 * Reads a config.
 *
 * @param io Where files come from.
 * @param source Which one.
 * @param hostDir The host's working directory, where a relative folder of
 * policies starts. @default the folder of a config.yaml of the host, else ours
 * @returns What it says, or its problems.
 * @throws {CliError} when there is nothing to read.
 */
export async function readConfigSource(
  io: Io,
  source: Source,
  hostDir?: string,
): Promise<ConfigFile> {
  const bytes = await readInput(io, {
    source,
    what: "the config",
    limitBytes: MAX_CONFIG_BYTES,
    wanted: "the plugin's YAML or a config.yaml of the host",
    mayBeEmpty: true,
  });
  const file = readConfigFile(bytes, { timeZone: io.timeZone() });
  const start = hostDir ??
    (file.form === "host" && source.kind === "file"
      ? folderOf(source.path)
      : "");
  const reading = startAt(start, file.reading);
  return { ...file, reading, name: sourceLabel(source) };
}

/** With its slash; `""` for a file that is where we are. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Lets a relative folder of policies start somewhere else than where we are. */
function startAt(start: string, reading: ConfigReading): ConfigReading {
  const { settings } = reading;
  if (settings === undefined || start === "") return reading;
  const { folder } = settings.modules;
  if (folder.startsWith("/")) return reading;
  const modules = {
    ...settings.modules,
    folder: `${start.replace(/\/*$/, "/")}${folder}`,
  };
  return { ...reading, settings: { ...settings, modules } };
}

/**
 * Tells whether a host with this config loads the plugin.
 *
 * @param file The config.
 * @returns True for the plugin's own YAML, which says nothing about that.
 */
export function isLoaded(file: ConfigFile): boolean {
  return file.form === "plugin" ||
    file.enabled === true && file.pluginsEnabled === true;
}

/** A problem as a program gets it. */
export interface ProblemFacts extends ConfigProblem {
  /** The config that has it. */
  readonly file: string;
}

/**
 * Puts problems into facts.
 *
 * @param file The config that they belong to.
 * @returns One object per problem, ready for JSON.
 */
export function problemFacts(file: ConfigFile): readonly ProblemFacts[] {
  return file.reading.problems.map((problem) => ({
    file: file.name,
    ...problem,
  }));
}

/**
 * Puts problems in words.
 *
 * @param file The config that they belong to.
 * @param paint For the stream that the lines will go to.
 * @returns One line per problem, each with its newline.
 */
export function formatProblems(file: ConfigFile, paint: Paint): string {
  return file.reading.problems
    .map((problem) => `${formatProblem(file.name, problem, paint)}\n`)
    .join("");
}

function formatProblem(
  name: string,
  problem: ConfigProblem,
  paint: Paint,
): string {
  const { severity, line, column } = problem;
  const place = [name, line, column].filter((part) => part !== undefined);
  const look = severity === "error" ? "bad" : "doubtful";
  const parts = [
    escapeInvisible(`${place.join(":")}:`),
    paint(look, `${severity}:`),
    describe(problem),
  ];
  return parts.join(" ");
}

function describe(problem: ConfigProblem): string {
  const { wholePath = problem.path, rule, message, found } = problem;
  const { hint, instead } = problem;
  const subject = escapeInvisible(subjectOf(wholePath, rule));
  const quoted = found === undefined ? "" : `: ${printable(found)}`;
  const advice = hint === undefined ? "" : `; ${escapeInvisible(hint)}`;
  const better = instead === undefined ? "" : `: ${printable(instead)}`;
  return `${subject} ${escapeInvisible(message)}${quoted}${advice}${better}`;
}
