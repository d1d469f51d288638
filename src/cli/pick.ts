/**
 * `pick`: the decision for one request, with its reasons, made by the same
 * decoder and policies as in the worker.
 */

import { decide } from "../policy/decide.ts";
import type { Answer } from "../policy/decision.ts";
import { firstPick } from "../policy/pick_context.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { compareText } from "../policy/sorted_by_id.ts";
import { DEFAULT_SETTINGS, type Settings } from "../policy/settings.ts";
import { RpcError } from "../rpc/rpc_error.ts";
import { decodePickRequest } from "../rpc/scheduler_pick.ts";
import { type Callers, changeRequest } from "./change_request.ts";
import { CliError } from "./cli_error.ts";
import {
  formatProblems,
  isLoaded,
  problemFacts,
  readConfigSource,
} from "./config_file.ts";
import {
  type Diagnosis,
  formatJson,
  formatText,
  type Warning,
} from "./diagnosis.ts";
import type { PickInvocation, QuickRequest, Source } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import { describeLocalProblems, LocalModules } from "./local_modules.ts";
import { paintFor } from "./paint.ts";
import { escapeInvisible } from "./printable.ts";
import { readInput, sourceLabel } from "./read_input.ts";

/** Largest request, in bytes: as much as the worker takes. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

const WANTED_REQUEST = "a scheduler.pick request as the host sends it";

const NO_CANDIDATES: Warning = {
  message: "The request has no candidates; a host always sends one or more",
};

/** What a config file gave. */
interface Loaded {
  /** Absent if the config has errors. */
  readonly settings: Settings | undefined;
  readonly callers: Callers;
  /** Whether a host with this config loads the plugin. */
  readonly isLoaded: boolean;
  /** Problems as lines for standard error. */
  readonly problems: string;
  /** The same problems as facts. */
  readonly warnings: readonly Warning[];
}

/** What is in force without a config file. */
const NO_CONFIG: Loaded = {
  settings: DEFAULT_SETTINGS,
  callers: undefined,
  isLoaded: true,
  problems: "",
  warnings: [],
};

/**
 * Decides one request and explains the decision.
 *
 * @param invocation The request and the config.
 * @param io Where they come from.
 * @returns Exit code 0 for an answer, 1 for refused or not handled, 2 for a
 * config with errors.
 * @throws {CliError} when there is no request to decide about.
 */
export async function pick(
  invocation: PickInvocation,
  io: Io,
): Promise<Outcome> {
  const loaded = await loadSettings(invocation.config, io);
  const { settings, callers, problems, isLoaded } = loaded;
  if (settings === undefined) {
    return { exitCode: 2, stdout: "", stderr: problems };
  }
  const read = await openRequest(invocation.request, io);
  const decode = () => changeRequest(read(), invocation.changes, callers);
  const modules = await LocalModules.open(settings.modules, io);
  const facts = diagnose(invocation, { decode, settings, modules, io });
  const notes = [
    ...facts.request.candidates.length === 0 ? [NO_CANDIDATES] : [],
    ...describeLocalProblems(modules.problems).map((message) => ({ message })),
  ];
  const warnings = [...loaded.warnings, ...notes];
  const diagnosis: Diagnosis = { ...facts, isLoaded, warnings };
  return {
    exitCode: isAnswer(diagnosis.decision.answer) ? 0 : 1,
    stdout: invocation.json ? formatJson(diagnosis) : formatText(diagnosis, {
      paint: paintFor(io, "stdout"),
      isVerbose: invocation.verbose,
    }),
    stderr: problems +
      notes.map(({ message }) => `note: ${escapeInvisible(message)}\n`)
        .join(""),
  };
}

async function loadSettings(
  source: Source | undefined,
  io: Io,
): Promise<Loaded> {
  if (source === undefined) return NO_CONFIG;
  const file = await readConfigSource(io, source);
  return {
    settings: file.reading.settings,
    callers: file.reading.plan?.callers,
    isLoaded: isLoaded(file),
    problems: formatProblems(file, paintFor(io, "stderr")),
    warnings: problemFacts(file),
  };
}

function diagnose(
  { at }: PickInvocation,
  { decode, settings, modules, io }: {
    readonly decode: () => PickRequest;
    readonly settings: Settings;
    readonly modules: LocalModules;
    readonly io: Io;
  },
): Omit<Diagnosis, "isLoaded" | "warnings"> {
  const context = firstPick(at ?? io.wallClock(), 0, modules);
  const startMs = io.now();
  const request = decode();
  const decision = decide(request, settings, context);
  return { request, decision, tookMs: io.now() - startMs };
}

/**
 * Reads a request; decoding it comes later, when the time is taken.
 *
 * @param source Where it is, or what it is.
 * @param io Where files come from.
 * @returns Decodes it.
 * @throws {CliError} when it cannot be read, or decoded.
 */
export async function openRequest(
  source: Source | QuickRequest,
  io: Io,
): Promise<() => PickRequest> {
  if (source.kind === "quick") return () => makeRequest(source);
  const bytes = await readInput(io, {
    source,
    what: "the request",
    limitBytes: MAX_REQUEST_BYTES,
    wanted: WANTED_REQUEST,
    mayBeEmpty: false,
  });
  return () => decodeRequest(bytes, source);
}

function decodeRequest(bytes: Uint8Array, source: Source): PickRequest {
  try {
    return decodePickRequest(bytes);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new CliError(
      `${sourceLabel(source)}: ${error.message}`,
      `pass ${WANTED_REQUEST}`,
    );
  }
}

/** Like a host's: candidates sorted by ID, and what routes lead to them. */
function makeRequest({ candidates }: QuickRequest): PickRequest {
  const providers = candidates.map(({ provider }) => provider);
  return {
    provider: "",
    providers: [...new Set(providers)].filter((name) => name !== ""),
    model: "",
    stream: false,
    headers: {},
    metadata: {},
    candidates: candidates.toSorted((a, b) => compareText(a.id, b.id)),
  };
}

function isAnswer(answer: Answer): boolean {
  return answer.kind === "auth" || answer.kind === "delegate";
}
