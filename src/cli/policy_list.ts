/**
 * `policy list`: which policies running workers have loaded, and how they do.
 * Workers show it in memory that a command line of the same user can read.
 */

import type { PolicyFacts } from "../modules/registry.ts";
import type { PolicyListInvocation } from "./invocation.ts";
import type { Io, Outcome, WorkerBoard } from "./io.ts";
import { type Look, type Paint, paintFor } from "./paint.ts";
import { escapeInvisible, printable, printableJson } from "./printable.ts";

/** A worker with what it shows. */
interface Worker {
  readonly pid: number;
  readonly version?: string;
  /** The process whose worker it is, and where that runs. */
  readonly host?: { readonly pid: number; readonly folder: string };
  readonly policies: readonly PolicyFacts[];
  /** Why there is nothing to see. */
  readonly problem?: string;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  denied: "it belongs to another user: run this as that user or as root",
  version: "it is of another version of the plugin: use that file",
  unreadable: "what it shows cannot be read: try again",
};

/**
 * Lists policies.
 *
 * @param invocation How to show them.
 * @param io Knows the workers.
 * @returns Exit code 0 if there is a worker, else 1.
 */
export function policyList({ json }: PolicyListInvocation, io: Io): Outcome {
  const workers = io.boards().map(readBoard);
  const stderr = workers.length > 0
    ? ""
    : "note: no worker of the plugin runs here; a host starts one when it " +
      "loads the plugin\n";
  return {
    exitCode: workers.length > 0 ? 0 : 1,
    stdout: json
      ? `${printableJson({ workers })}\n`
      : workers.map((worker) => format(worker, paintFor(io, "stdout"))).join(
        "",
      ),
    stderr,
  };
}

function readBoard({ pid, text, problem }: WorkerBoard): Worker {
  if (text === undefined) {
    const why = PROBLEMS[problem ?? ""] ?? "what it shows cannot be read";
    return { pid, policies: [], problem: why };
  }
  // Nothing yet: it shows something within a second.
  if (text === "") return { pid, policies: [] };
  try {
    const facts = JSON.parse(text) as {
      readonly version: string;
      readonly host?: Worker["host"];
      readonly policies: readonly PolicyFacts[];
    };
    const { version, host, policies } = facts;
    return { pid, version, ...host && { host }, policies: [...policies] };
  } catch {
    return { pid, policies: [], problem: "what it shows cannot be read" };
  }
}

function format(worker: Worker, paint: Paint): string {
  const { pid, version, host, policies, problem } = worker;
  const head = [
    `${paint("strong", "worker")}  ${pid}`,
    ...version === undefined ? [] : [`scheduler ${printable(version)}`],
    ...host === undefined
      ? []
      : [`host ${Number(host.pid)} in ${printable(`${host.folder}`)}`],
    problem ?? (policies.length === 0 ? "no policies of users" : ""),
  ].filter((part) => part !== "");
  const widths = {
    name: widest(policies.map(({ name }) => name)),
    file: widest(policies.map(({ file }) => file)),
  };
  const lines = [
    head.join("   "),
    ...policies.flatMap((facts) => formatPolicy(facts, widths, paint)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const LOOKS: Readonly<Record<PolicyFacts["state"], Look>> = {
  "loaded": "good",
  "set aside": "bad",
  "not loaded": "bad",
};

function formatPolicy(
  facts: PolicyFacts,
  widths: { readonly name: number; readonly file: number },
  paint: Paint,
): string[] {
  const { name, file, state, sinceMs, calls, failures, meanUs } = facts;
  const line = [
    `  ${printable(name).padEnd(widths.name)}`,
    printable(file).padEnd(widths.file),
    paint(LOOKS[state] ?? "bad", state.padEnd("not loaded".length)),
    ...sinceMs === undefined ? [] : [
      `since ${formatTime(sinceMs)}`,
      `calls ${calls}`,
      `failures ${failures}`,
      `mean ${meanUs} us`,
    ],
  ].join("  ");
  return [
    line,
    ...facts.aside === undefined ? [] : [formatAside(facts.aside)],
    ...facts.problem === undefined
      ? []
      : [`    ${escapeInvisible(facts.problem)}`],
  ];
}

function formatAside(
  { why, sinceMs, nextMs }: NonNullable<PolicyFacts["aside"]>,
): string {
  return `    set aside since ${formatTime(sinceMs)}: ${
    escapeInvisible(why)
  }; ` +
    `tried again at ${formatTime(nextMs)}`;
}

/** ISO 8601, in UTC, to the second. */
function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => printable(text).length));
}
