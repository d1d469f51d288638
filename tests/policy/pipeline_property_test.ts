/**
 * The whole way from a config's text to a decision against a model
 * (`pipeline/model.ts`): random configs, random requests. And whether a
 * decision says everything that it looked at: when all else is changed, it must
 * come again.
 *
 * PIPELINE_SEED repeats a run; PIPELINE_SCALE multiplies the count of configs.
 * @default {PIPELINE_SEED=1 PIPELINE_SCALE=1}
 */

import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";
import { answerOnFailure, decide } from "../../src/policy/decide.ts";
import type { CandidateVerdict, Decision } from "../../src/policy/decision.ts";
import type { Settings } from "../../src/policy/settings.ts";
import { Random } from "../advance/random.ts";
import { Configs, type ConfigValue, yamlOf } from "./pipeline/config.ts";
import { expect, type Expected } from "./pipeline/model.ts";
import { type Asked, Requests } from "./pipeline/requests.ts";

const SEED = Number(Deno.env.get("PIPELINE_SEED") ?? 1);
const SCALE = Number(Deno.env.get("PIPELINE_SCALE") ?? 1);

const CONFIGS = Math.ceil(2000 * SCALE);

/** Lists of candidates for each config, and requests for each list. */
const LISTS = 3;
const REQUESTS = 4;

/** Changed requests for each decision that stands for more than one. */
const CHANGES = 3;

/** How far ahead the answers of a rotation are compared. */
const AHEAD = 5;

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** A config in force, and what is needed to tell of a finding. */
interface World {
  readonly config: ConfigValue;
  readonly yaml: string;
  readonly settings: Settings;
}

/** How often each thing happened, so that none is missing unseen. */
const counts = new Map<string, number>();

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function describe({ yaml }: World, ...asked: readonly Asked[]): string {
  const shown = asked.map(({ request, context }) =>
    `${JSON.stringify(request, null, 1)}\nat ${
      new Date(context.nowMs).toISOString()
    }, position ${context.positionOf(0)}`
  );
  return `PIPELINE_SEED=${SEED}\n${[yaml, ...shown].join("\n---\n")}`;
}

function read(config: ConfigValue): World {
  const yaml = yamlOf(config);
  const { settings, problems } = readConfig(new TextEncoder().encode(yaml), {
    timeZone: "UTC",
  });
  assert(
    settings !== undefined,
    `PIPELINE_SEED=${SEED}\n${yaml}\n${JSON.stringify(problems)}`,
  );
  return { config, yaml, settings };
}

/** Compares with the model, and with what came for the same key before. */
function compare(
  world: World,
  asked: Asked,
  memory: Map<string, string>,
): Decision {
  const decision = decide(asked.request, world.settings, asked.context);
  const expected = expect(world.config, asked);
  const answer = JSON.stringify(decision.answer);
  const why = () => describe(world, asked);
  assertEquals(decision.fault, undefined, why());
  assertEquals(decision.rule, expected.rule, why());
  assert(
    expected.answers.includes(answer),
    `${answer}, wanted one of ${expected.answers}\n${why()}`,
  );
  compareVerdicts(decision, expected, asked, why);
  if (expected.isolates) {
    const { kind } = decision.answer;
    assert(kind === "auth" || kind === "refuse", why());
    assertEquals(answerOnFailure(world.settings).kind, "refuse", why());
  }
  if (expected.sameFor !== undefined) {
    const before = memory.get(expected.sameFor) ?? answer;
    assertEquals(answer, before, why());
    memory.set(expected.sameFor, before);
  }
  count(`policy ${decision.policy}`);
  count(
    `answer ${decision.answer.kind}${expected.isolates ? " isolated" : ""}`,
  );
  count(`reuse ${decision.reuse.kind}`);
  return decision;
}

function compareVerdicts(
  { answer, explain }: Decision,
  { verdicts }: Expected,
  { request: { candidates } }: Asked,
  why: () => string,
): void {
  const chosen = answer.kind === "auth"
    ? candidates.findIndex(({ id }) => id === answer.id)
    : -1;
  assertEquals(
    explained(explain, why).map(({ verdict }) => verdict),
    verdicts.map((verdict, index) => index === chosen ? "chosen" : verdict),
    why(),
  );
}

function explained(
  explain: Decision["explain"],
  why: () => string,
): readonly CandidateVerdict[] {
  try {
    return explain();
  } catch (cause) {
    throw new TypeError(`Cannot explain\n${why()}`, { cause });
  }
}

/** Whether a decision comes again when what it did not look at is changed. */
function checkReuse(
  world: World,
  asked: Asked,
  decision: Decision,
  requests: Requests,
): void {
  const { reuse, rotation } = decision;
  if (reuse.kind === "never") return;
  if (reuse.kind === "same" && reuse.forMs !== undefined) {
    const { forMs } = reuse;
    assert(Number.isInteger(forMs) && forMs >= 1, describe(world, asked));
    count("reuse for a time");
  }
  for (let change = 0; change < CHANGES; change++) {
    const like = requests.like(asked, reuse, rotation !== undefined);
    const again = decide(like.request, world.settings, like.context);
    const why = () => describe(world, asked, like);
    assertEquals(again.answer, decision.answer, why());
    assertEquals(again.rule, decision.rule, why());
    assertEquals(again.rotation?.tag, rotation?.tag, why());
    assertEquals(again.rotation?.period, rotation?.period, why());
    count("changed requests");
  }
}

/**
 * Whether the rotation foretells what is decided at later positions, and is
 * the only one of its tag for these candidates.
 */
function checkRotation(
  world: World,
  asked: Asked,
  { rotation, reuse }: Decision,
  rotations: Map<number, string>,
): void {
  if (rotation === undefined) return;
  const { tag, period, at } = rotation;
  const why = () => describe(world, asked);
  const answers = Array.from({ length: AHEAD }, (_, ahead) => {
    const position = asked.context.positionOf(tag) + ahead;
    const context = { ...asked.context, positionOf: () => position };
    const then = decide(asked.request, world.settings, context);
    if (reuse.kind === "same") assertEquals(at(position), then.answer, why());
    if (period !== undefined) {
      assertEquals(at(position % period), at(position), why());
    }
    return at(ahead);
  });
  const made = JSON.stringify([period, answers]);
  assertEquals(made, rotations.get(tag) ?? made, why());
  rotations.set(tag, made);
  count("rotations");
}

Deno.test("configs decide as the model does, and decisions stand as far as they say", () => {
  say(`seed ${SEED}`);
  const configs = new Configs(new Random(SEED, "configs"));
  const requests = new Requests(new Random(SEED, "requests"));
  for (let round = 0; round < CONFIGS; round++) {
    const world = read(configs.next());
    const memory = new Map<string, string>();
    for (let list = 0; list < LISTS; list++) {
      const candidates = requests.candidates();
      const rotations = new Map<number, string>();
      // Chance is the worker's: one seed for what is compared.
      const { seed } = requests.next(candidates).context;
      for (let each = 0; each < REQUESTS; each++) {
        const next = requests.next(candidates);
        const asked = { ...next, context: { ...next.context, seed } };
        const decision = compare(world, asked, memory);
        checkReuse(world, asked, decision, requests);
        checkRotation(world, asked, decision, rotations);
        count("decisions");
      }
    }
  }
  for (const [what, times] of [...counts].sort()) say(`  ${times} ${what}`);
  assert((counts.get("decisions") ?? 0) >= 20_000 * Math.min(SCALE, 1));
});
