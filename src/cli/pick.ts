/**
 * `pick`: the decision for one request, with its reasons, made by the same
 * decoder and policies as in the worker.
 */

import { decide } from "../policy/decide.ts";
import type { Answer } from "../policy/decision.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { DEFAULT_SETTINGS, type Settings } from "../policy/settings.ts";
import { RpcError } from "../rpc/rpc_error.ts";
import { decodePickRequest } from "../rpc/scheduler_pick.ts";
import { CliError } from "./cli_error.ts";
import { formatProblems, readConfigSource } from "./config_file.ts";
import { type Diagnosis, formatJson, formatText } from "./diagnosis.ts";
import type { PickInvocation, QuickRequest, Source } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import { paintFor } from "./paint.ts";
import { readInput, sourceLabel } from "./read_input.ts";

/** Largest request, in bytes: as much as the worker takes. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

const WANTED_REQUEST = "a scheduler.pick request as the host sends it";

/** What a config file gave. */
interface Loaded {
  /** Absent if the config has errors. */
  readonly settings: Settings | undefined;
  /** Lines for standard error. */
  readonly problems: string;
}

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
  const { settings, problems } = await loadSettings(invocation.config, io);
  if (settings === undefined) {
    return { exitCode: 2, stdout: "", stderr: problems };
  }
  const diagnosis = await diagnose(invocation.request, settings, io);
  const note = diagnosis.request.candidates.length === 0
    ? "note: The request has no candidates; a host always sends one or more\n"
    : "";
  return {
    exitCode: isAnswer(diagnosis.decision.answer) ? 0 : 1,
    stdout: invocation.json
      ? formatJson(diagnosis)
      : formatText(diagnosis, paintFor(io, "stdout")),
    stderr: problems + note,
  };
}

async function loadSettings(
  source: Source | undefined,
  io: Io,
): Promise<Loaded> {
  if (source === undefined) return { settings: DEFAULT_SETTINGS, problems: "" };
  const file = await readConfigSource(io, source);
  const problems = formatProblems(file, paintFor(io, "stderr"));
  return { settings: file.reading.settings, problems };
}

async function diagnose(
  source: Source | QuickRequest,
  settings: Settings,
  io: Io,
): Promise<Diagnosis> {
  const decode = await openRequest(source, io);
  const startMs = io.now();
  const request = decode();
  const decision = decide(request, settings);
  return { request, decision, tookMs: io.now() - startMs };
}

/** Reads the request; decoding it comes later, when the time is taken. */
async function openRequest(
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

/** Like a host's: one provider or none, candidates sorted by ID. */
function makeRequest(quick: QuickRequest): PickRequest {
  const { ids, model, provider, stream } = quick;
  return {
    provider,
    providers: provider === "" ? [] : [provider],
    model,
    stream,
    headers: {},
    metadata: {},
    candidates: ids.toSorted().map((id) => ({
      id,
      provider,
      priority: 0,
      status: "active",
      attributes: {},
    })),
  };
}

function isAnswer(answer: Answer): boolean {
  return answer.kind === "auth" || answer.kind === "delegate";
}
