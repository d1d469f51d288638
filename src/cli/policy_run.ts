/**
 * `policy run`: what a policy decides for one request, as the worker would have
 * it, in a rule over all candidates.
 */

import { Realm } from "../modules/realm.ts";
import { decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { firstPick } from "../policy/pick_context.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { moduleKind } from "../policy/policies/module.ts";
import type { Rule } from "../policy/rule.ts";
import { DEFAULT_SETTINGS } from "../policy/settings.ts";
import { changeRequest } from "./change_request.ts";
import { CliError } from "./cli_error.ts";
import { formatJson, formatText } from "./diagnosis.ts";
import type { PolicyRunInvocation } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import {
  describeLocalProblems,
  fileNameOf,
  loadRealm,
  LocalModules,
  prepareToRun,
  readPolicy,
} from "./local_modules.ts";
import { paintFor } from "./paint.ts";
import { openRequest } from "./pick.ts";
import { escapeInvisible, printable, printableJson } from "./printable.ts";
import { sourceLabel } from "./read_input.ts";

/**
 * Runs a policy.
 *
 * @param invocation Which one, and for what.
 * @param io Where they come from.
 * @returns Exit code 0 for a credential at each pick, 1 for no answer.
 * @throws {CliError} when the policy cannot be loaded, or there is no request.
 */
export async function policyRun(
  invocation: PolicyRunInvocation,
  io: Io,
): Promise<Outcome> {
  const { file: source, options, headers, seed, at, json, repeat } = invocation;
  const text = await readPolicy(io, source);
  const file = fileNameOf(source);
  const spec = { name: file.replace(/\.m?[jt]s$/, ""), file, options };
  const decode = await openRequest(invocation.request, io);
  await prepareToRun(io);
  const realm = await loadRealm({ file, text, options, seed });
  if (!(realm instanceof Realm)) {
    const path = sourceLabel(source);
    const [message = ""] = describeLocalProblems([
      { spec, path, problem: realm },
    ]);
    throw new CliError(message, 'see "scheduler policy check"');
  }
  const modules = LocalModules.of(io, spec.name, realm);
  const policy = moduleKind(spec).create({ headers }, { policy: () => "" });
  if (typeof policy === "string") throw new CliError(policy, "choose another");
  const rule: Rule = {
    name: "policy run",
    when: [],
    use: [],
    policy,
    otherwise: "host",
    refusal: { status: 503, message: "" },
    tiers: invocation.allTiers ? "all" : "top",
  };
  const request = changeRequest(decode(), invocation.changes, undefined);
  const settings = { ...DEFAULT_SETTINGS, rules: [rule] };
  const picks = Array.from({ length: repeat }, (): Pick => {
    const startMs = io.now();
    const context = firstPick(at ?? io.wallClock(), seed, modules);
    const decision = decide(request, settings, context);
    // The reasons are those of this pick only for now.
    return { decision: explained(decision), tookMs: io.now() - startMs };
  });
  const lines = modules.takeLines();
  return {
    exitCode: picks.every(({ decision }) => decision.answer.kind === "auth")
      ? 0
      : 1,
    stdout: repeat === 1
      ? showOne({ request, ...picks[0]! }, json, io)
      : showAll(picks, json, io),
    stderr: notes(invocation) +
      lines.map((line) => `printed: ${escapeInvisible(line)}\n`).join(""),
  };
}

/** One of several picks. */
interface Pick {
  readonly decision: Decision;
  readonly tookMs: number;
}

function explained(decision: Decision): Decision {
  const verdicts = decision.explain();
  return { ...decision, explain: () => verdicts };
}

function showOne(
  pick: Pick & { readonly request: PickRequest },
  json: boolean,
  io: Io,
): string {
  const diagnosis = { ...pick, isLoaded: true, warnings: [] };
  return json ? formatJson(diagnosis) : formatText(diagnosis, {
    paint: paintFor(io, "stdout"),
    isVerbose: false,
  });
}

/** A line per pick, then how often each credential was chosen. */
function showAll(picks: readonly Pick[], json: boolean, io: Io): string {
  const answers = picks.map(({ decision: { answer, reason } }) => ({
    id: answer.kind === "auth" ? answer.id : undefined,
    reason,
  }));
  const counts = new Map<string | undefined, number>();
  for (const { id } of answers) counts.set(id, (counts.get(id) ?? 0) + 1);
  if (json) {
    const chosen = [...counts].map(([id, picks]) => ({ id, picks }));
    return `${printableJson({ picks: answers, chosen })}\n`;
  }
  const paint = paintFor(io, "stdout");
  const width = `${picks.length}`.length;
  const nameOf = (id: string | undefined) =>
    id === undefined ? paint("bad", "no answer") : paint("good", printable(id));
  const lines = [
    ...answers.map(({ id, reason }, index) =>
      `${`${index + 1}`.padStart(width)}  ${nameOf(id)}   ${
        escapeInvisible(reason)
      }`
    ),
    ...[...counts].map(([id, count]) =>
      `${paint("strong", "chosen")}  ${`${count}`.padStart(width)} of ` +
      `${picks.length}  ${nameOf(id)}`
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Headers that are given, and that the policy does not see all the same. */
function notes({ changes, headers }: PolicyRunInvocation): string {
  const unseen = changes.headers.map(([name]) => name)
    .filter((name) => !headers.includes(name.toLowerCase()));
  return [...new Set(unseen)].map((name) =>
    `note: the policy does not see the header ${name}: it sees those of ` +
    "--headers\n"
  ).join("");
}
