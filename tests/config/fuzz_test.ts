/**
 * Random configs: reading never throws, always says where, never gives both a
 * plan and an error, and shows no secret.
 */

import { assert, assertEquals } from "@std/assert";
import { describeProblem } from "../../src/config/problem.ts";
import { FULL, read } from "./reading.ts";

const ROUNDS = 3000;
const SECRET = "s3cret";

/** Pieces that mean something somewhere, and some that never do. */
const WORDS = [
  ..."pools callers tiers refuse rules policy deny delegate auth_id".split(" "),
  ..."name when use otherwise status message weights ttl to".split(" "),
  ..."caller model time stream headers id plan_type note".split(" "),
  ..."paid keys top all host sticky weighted round_robin pro".split(" "),
  ..."~ null true no 0 1 -1 1.5 017 1e9 '' \"\" x <<".split(" "),
  ..."pools.a.id policy.name refuse.status pools.a callers.x".split(" "),
  ..."&a *a !!str !!int !mine toString __proto__".split(" "),
  ..."mine module options headers a.ts 2024-01-02 yes .nan".split(" "),
  "37fd8f35".repeat(8),
];
const MARKS = [..."{}[],:#|>&*!%@?-'\"\n\t ", ": ", "\n- ", "\n  ", ", "];

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) % below) | 0;
  };
}

type Random = ReturnType<typeof randomFrom>;

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)]!;
}

/** YAML in braces: always well formed, seldom right. */
function randomValue(random: Random, depth: number): string {
  const kind = depth === 0 ? 0 : random(4);
  if (kind < 2) {
    return pick(
      random,
      WORDS.filter((word) => !/[&*!]/.test(word)),
    );
  }
  const items = Array.from({ length: random(4) }, () => {
    const value = randomValue(random, depth - 1);
    return kind === 2 ? value : `${pick(random, WORDS.slice(0, 26))}: ${value}`;
  });
  return kind === 2 ? `[${items.join(", ")}]` : `{${items.join(", ")}}`;
}

function randomConfig(random: Random): string {
  const lines = Array.from({ length: 1 + random(6) }, () => {
    const key = pick(random, [
      ...WORDS.slice(0, 9),
      "pools.a.id",
      "policy.ttl",
      "policies",
      "policies_dir",
      "policies.mine",
      "policies.mine.module",
      "policies.mine.options",
      "policies.mine.options.name",
    ]);
    return `${key}: ${randomValue(random, 4)}\n`;
  });
  return lines.join("");
}

/** The config of the README with a few pieces exchanged. */
function mutated(random: Random): string {
  let text = FULL;
  for (let i = 1 + random(4); i > 0; i--) {
    const at = random(text.length);
    const piece = pick(random, random(2) === 0 ? WORDS : MARKS);
    text = text.slice(0, at) + piece + text.slice(at + random(8));
  }
  return text;
}

const SOURCES = { randomConfig, mutated } as const;

for (const [name, source] of Object.entries(SOURCES)) {
  Deno.test(`read() keeps its promises when it is ${name}`, () => {
    const random = randomFrom(7);
    for (let round = 0; round < ROUNDS; round++) {
      const yaml = source(random);
      const { settings, plan, problems } = read(yaml);
      const errors = problems.filter((p) => p.severity === "error");
      assertEquals(plan === undefined, errors.length > 0, yaml);
      assertEquals(plan === undefined, settings === undefined, yaml);
      for (const { line, column } of problems) {
        assert(line !== undefined && column !== undefined, yaml);
      }
    }
  });
}

Deno.test("read() accepts some of the mutated configs and refuses others", () => {
  const random = randomFrom(7);
  const results = Array.from(
    { length: 300 },
    () => read(mutated(random)).plan !== undefined,
  );
  assert(results.includes(true) && results.includes(false));
});

Deno.test("read() shows no secret in a log when it is randomConfig", () => {
  const random = randomFrom(9);
  for (let round = 0; round < ROUNDS; round++) {
    const yaml = randomConfig(random).replaceAll("x", `"${SECRET}.x"`);
    const lines = read(yaml).problems.map(describeProblem).join("\n");
    assertEquals(lines.includes(SECRET), false, yaml);
  }
});
