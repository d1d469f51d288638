/**
 * What is measured: which plugin, under which config, and which answers are
 * right.
 */

import { ROOT } from "../../ffi/build/paths.ts";
import { delegated, DENIED, picked } from "../host/plugin.ts";
import {
  type Candidate,
  encodePrefix,
  encodeTail,
  makeCandidates,
  type Metadata,
} from "./requests.ts";
import { encodeRing } from "./ring_file.ts";

/** Numbers of candidates. */
export const SIZES = [1, 3, 10, 100, 1000] as const;

/** The plugins that are compared. */
export type Subject = "plugin" | "asked" | "go" | "floor";

/** A config and its right answers. */
export interface Rule {
  readonly yaml: (candidates: readonly Candidate[]) => string;
  readonly answers: (candidates: readonly Candidate[]) => readonly string[];
}

/** One thing that is measured. */
export interface Case extends Rule {
  readonly subject: Subject;
  readonly name: string;
  /** The same in one word, for results.json. */
  readonly key: string;
  /** Key of the Go plugin's case that it is compared with. */
  readonly against?: string;
}

function lastOf(candidates: readonly Candidate[]): string {
  return candidates.at(-1)?.id ?? "";
}

const FIXED: Rule = {
  yaml: (candidates) => `auth_id: '${lastOf(candidates)}'\n`,
  answers: (candidates) => [picked(lastOf(candidates))],
};
/** A rotation: any candidate may be next. */
export const ROUND_ROBIN: Rule = {
  yaml: () => "policy: round_robin\n",
  answers: (candidates) => candidates.map(({ id }) => picked(id)),
};
/** A selector of the host chooses. */
export const DELEGATE: Rule = {
  yaml: () => "delegate: round-robin\n",
  answers: () => [delegated("round-robin")],
};
/** A shipped policy that must be asked for every pick. */
const LEAST_RECENT: Rule = {
  ...ROUND_ROBIN,
  yaml: () => "policy: least_recent\n",
};
/** The same for a policy that a user wrote. */
const USER: Rule = {
  ...ROUND_ROBIN,
  yaml: () =>
    `policies_dir: '${ROOT}tests/bench/policies'\n` +
    "policies: { longest: { module: longest.ts } }\npolicy: longest\n",
};
const DENY: Rule = {
  yaml: () => "deny: true\n",
  answers: () => [DENIED],
};

/**
 * In the order in which they are measured, every plugin between the others.
 * The Go plugin has no round robin; it is as fast there as with `auth_id`,
 * since decoding is nearly all that it does.
 */
export const CASES: readonly Case[] = [
  {
    subject: "plugin",
    key: "fixed",
    name: "`auth_id`",
    against: "go_fixed",
    ...FIXED,
  },
  { subject: "go", key: "go_fixed", name: "Go, `auth_id`", ...FIXED },
  {
    subject: "floor",
    key: "floor",
    name: "floor",
    against: "go_fixed",
    yaml: () => "",
    // As floor.c has it.
    answers: () => [picked("codex-floor@example.com-plus.json")],
  },
  {
    subject: "plugin",
    key: "round_robin",
    name: "`policy: round_robin`",
    against: "go_fixed",
    ...ROUND_ROBIN,
  },
  {
    subject: "asked",
    key: "asked",
    name: "must be asked",
    against: "go_fixed",
    ...FIXED,
  },
  {
    subject: "plugin",
    key: "least_recent",
    name: "`policy: least_recent`",
    against: "go_fixed",
    ...LEAST_RECENT,
  },
  {
    subject: "plugin",
    key: "user",
    name: "a user's policy",
    against: "go_fixed",
    ...USER,
  },
  { subject: "go", key: "go_delegate", name: "Go, `delegate`", ...DELEGATE },
  {
    subject: "plugin",
    key: "delegate",
    name: "`delegate`",
    against: "go_delegate",
    ...DELEGATE,
  },
  { subject: "go", key: "go_deny", name: "Go, `deny`", ...DENY },
  {
    subject: "plugin",
    key: "deny",
    name: "`deny`",
    against: "go_deny",
    ...DENY,
  },
];

/** The cases that the plugin answers in advance. */
export const IN_ADVANCE = ["fixed", "round_robin", "delegate", "deny"] as const;

/** Requests of a case, no two the same. */
const REQUESTS = 256;

/** Sessions among them. */
const SESSIONS = 64;

/** The file of a case, in requests that a plugin with this metadata gets. */
export function caseRing(
  { answers }: Case,
  size: number,
  metadata: Metadata,
): string {
  const candidates = makeCandidates("codex", size);
  const entries = Array.from({ length: REQUESTS }, (_, serial) => ({
    prefix: encodePrefix({
      metadata,
      provider: "codex",
      model: "gpt-5.5",
      caller: serial % 5,
      session: serial % SESSIONS,
      named: serial % 2 === 0,
      serial,
    }),
    tail: 0,
  }));
  const tail = { text: encodeTail(candidates), answers: answers(candidates) };
  return encodeRing([tail], entries);
}

/** The config of a case. */
export function caseYaml({ yaml }: Case, size: number): string {
  return yaml(makeCandidates("codex", size));
}
