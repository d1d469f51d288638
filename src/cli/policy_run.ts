/**
 * `policy run`: what a policy decides for one request, as the worker would have
 * it, in a rule over all candidates.
 */

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
  fileNameOf,
  loadRealm,
  LocalModules,
  prepareToRun,
  readPolicy,
} from "./local_modules.ts";
import { paintFor } from "./paint.ts";
import { openRequest } from "./pick.ts";
import { escapeInvisible } from "./printable.ts";
import { sourceLabel } from "./read_input.ts";

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
