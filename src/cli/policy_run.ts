/**
 * `policy run`: what a policy decides for one request, as the worker would have
 * it, in a rule over all candidates.
 */

import { checkModule } from "../modules/check_module.ts";
import { Realm } from "../modules/realm.ts";
import { decide } from "../policy/decide.ts";
import { firstPick } from "../policy/pick_context.ts";
import { moduleKind } from "../policy/policies/module.ts";
import type { Rule } from "../policy/rule.ts";
import { DEFAULT_SETTINGS } from "../policy/settings.ts";
import { CliError } from "./cli_error.ts";
import { formatJson, formatText } from "./diagnosis.ts";
import type { PolicyRunInvocation } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import {
  describeLocalProblems,
  LocalModules,
  openRealm,
  prepareToRun,
  readPolicy,
} from "./local_modules.ts";
import { paintFor } from "./paint.ts";
import { openRequest } from "./pick.ts";
import { escapeInvisible } from "./printable.ts";
import { sourceLabel } from "./read_input.ts";

/** The policy's name here: its file's, without the ending. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.m?[jt]s$/, "");
}

/**
 * Runs a policy.
 *
 * @param invocation Which one, and for what.
 * @param io Where they come from.
 * @returns Exit code 0 for a credential, 1 for no answer.
 * @throws {CliError} when the policy cannot be loaded, or there is no request.
 */
export async function policyRun(
  invocation: PolicyRunInvocation,
  io: Io,
): Promise<Outcome> {
  const { file: source, options, headers, seed, at, json } = invocation;
  const text = await readPolicy(io, source);
  const name = source.kind === "stdin" ? "stdin" : nameOf(source.path);
  const file = source.kind === "stdin"
    ? "stdin.ts"
    : source.path.slice(source.path.lastIndexOf("/") + 1);
  const decode = await openRequest(invocation.request, io);
  await prepareToRun(io);
  const realm = await loadOrThrow(sourceLabel(source), {
    file,
    text,
    options,
    seed,
  });
  const modules = LocalModules.of(io, name, realm);
  const policy = moduleKind({ name, file, options })
    .create({ headers }, { policy: () => "" });
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
  const request = decode();
  const startMs = io.now();
  const context = firstPick(at ?? io.wallClock(), seed, modules);
  const settings = { ...DEFAULT_SETTINGS, rules: [rule] };
  const decision = decide(request, settings, context);
  const tookMs = io.now() - startMs;
  const diagnosis = {
    request,
    decision,
    tookMs,
    isLoaded: true,
    warnings: [],
  };
  const lines = modules.takeLines();
  const shown = formatText(diagnosis, {
    paint: paintFor(io, "stdout"),
    isVerbose: false,
  });
  return {
    exitCode: decision.answer.kind === "auth" ? 0 : 1,
    stdout: json ? formatJson(diagnosis) : shown,
    stderr: lines.map((line) => `printed: ${escapeInvisible(line)}\n`).join(""),
  };
}

async function loadOrThrow(
  path: string,
  { file, text, options, seed }: {
    readonly file: string;
    readonly text: string;
    readonly options: string;
    readonly seed: number;
  },
): Promise<Realm> {
  const checked = await checkModule({ file, text, options, state: "" });
  const loaded = "problem" in checked
    ? checked
    : openRealm(checked, { file, options, seed });
  if (loaded instanceof Realm) return loaded;
  const spec = { name: nameOf(file), file, options };
  const [message = ""] = describeLocalProblems([
    { spec, path, problem: loaded.problem },
  ]);
  throw new CliError(message, 'see "scheduler policy check"');
}
