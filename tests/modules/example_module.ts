/** What tests of users' policies share: sources, questions, opened realms. */

import {
  type CompiledModule,
  compileModule,
} from "../../src/modules/compile.ts";
import {
  Realm,
  type RealmOptions,
  type RealmQuestion,
} from "../../src/modules/realm.ts";
import type { Candidate } from "../../src/policy/pick_request.ts";

/** A policy whose method has this body; line 4 is its first. */
export function policyOf(body: string): string {
  return `import type { Policy } from "./scheduler.d.ts";
export default {
  pick(candidates, context) {
    ${body}
  },
} satisfies Policy;
`;
}

/** Candidates with these IDs. */
export function candidates(...ids: readonly string[]): readonly Candidate[] {
  return ids.map((id) => ({
    id,
    provider: "codex",
    priority: 0,
    status: "active",
    attributes: { plan_type: id },
  }));
}

/** What is known of a request, as JSON. */
export const FACTS = JSON.stringify({
  provider: "codex",
  providers: ["codex"],
  model: "m",
  stream: false,
  path: "",
  caller: "",
  session: "",
  isRetry: false,
  serviceTier: "",
  headers: {},
});

/** A question about candidates with these IDs. */
export function question(...ids: readonly string[]): RealmQuestion {
  return { candidates: candidates(...ids), facts: FACTS, nowMs: 5 };
}

/** The compiled form of a source that is good. */
export async function compiled(text: string): Promise<CompiledModule> {
  const made = await compileModule(text, "mine.ts");
  if ("problem" in made) throw new Error(made.problem.message);
  return made;
}

/** Long enough for a busy machine. */
export const GUARD_MS = 2000;

/** A realm with a source that is good. */
export async function realmOf(
  text: string,
  options: Partial<RealmOptions> = {},
): Promise<Realm> {
  const realm = Realm.open(await compiled(text), {
    file: "mine.ts",
    options: "{}",
    state: "",
    seed: 1,
    guardMs: GUARD_MS,
    listens: true,
    ...options,
  });
  if (realm instanceof Realm) return realm;
  throw new Error(realm.problem.message);
}
