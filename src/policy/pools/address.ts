/**
 * The address of the account that a credential belongs to. The host tells it
 * for some stores only; but it names the files that it makes by it:
 * `claude-ADDRESS.json`, `codex-ADDRESS-PLAN.json`, `codex-HASH-ADDRESS.json`
 * (sdk/auth and internal/auth/codex/filename.go of the host, v7.2.140).
 */

import type { Candidate } from "../pick_request.ts";
import { attributeOf } from "./attributes.ts";

/** A file of an account, without its folder: provider, hash, the rest. */
const FILE_REGEXP = /^[a-z]+-(?:[0-9a-f]{8}-(?=.*@))?([^/]*@[^/]*)\.json$/i;

/** Ends of the files of Codex accounts: their plan, as of the last sign-in. */
const PLAN_REGEXP =
  /-(?:free|go|plus|pro|prolite|team|business|enterprise|edu|education|k12|guest|unknown|free-workspace|[a-z]+(?:-[a-z]+)*-usage-based)$/i;

/**
 * Finds the address of an account.
 *
 * @param candidate A credential.
 * @returns The address that the host tells, else the one in the name of its
 * file; undefined if there is none.
 *
 * @example
 * ```ts
 * import { addressOf } from "./address.ts";
 *
 * const id = "codex-ada@example.com-pro.json";
 * addressOf({ id, provider: "", priority: 0, status: "", attributes: {} });
 * // "ada@example.com"
 * ```
 */
export function addressOf(candidate: Candidate): string | undefined {
  const told = attributeOf(candidate, "email");
  if (told !== undefined) return told;
  const name = candidate.id.slice(candidate.id.lastIndexOf("/") + 1);
  const [, address] = FILE_REGEXP.exec(name) ?? [];
  if (address === undefined) return undefined;
  const end = /^codex-/i.test(name) ? PLAN_REGEXP : /$/;
  return address.replace(end, "");
}
