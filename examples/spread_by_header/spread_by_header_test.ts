import assert from "node:assert/strict";
import { candidate, pick } from "../made_up.ts";
import policy from "./spread_by_header.ts";

const candidates = ["a", "b", "c", "d"].map((id) => candidate(`${id}.json`));
const options = { header: "X-Team" };
const teams = Array.from({ length: 1000 }, (_, at) => `team ${at}`);

function pickFor(team: string, from = candidates) {
  const request = { headers: { "x-team": team } };
  return pick(policy, from, { request, options });
}

Deno.test("spread_by_header keeps a value with its credential", () => {
  assert.equal(pickFor("red"), pickFor("red"));
  assert.equal(pickFor(" red "), pickFor("red"));
});

Deno.test("spread_by_header spreads values evenly", () => {
  const counts = new Map<string, number>();
  for (const team of teams) {
    const id = pickFor(team)!;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  assert.equal(counts.size, candidates.length);
  for (const count of counts.values()) assert(count > 200 && count < 300);
});

Deno.test("spread_by_header moves the values of one that is gone", () => {
  const [, ...others] = candidates;
  for (const team of teams) {
    const before = pickFor(team);
    const after = pickFor(team, others);
    assert.notEqual(after, "a.json");
    if (before !== "a.json") assert.equal(after, before);
  }
});

const silent: readonly [
  string,
  Record<string, unknown>,
  Record<string, string>,
][] = [
  ["without the header", options, {}],
  ["with an empty header", options, { "x-team": " " }],
  ["with another header", options, { "x-user": "ada" }],
  ["for what objects inherit", { header: "constructor" }, {}],
  ["without options and header", {}, {}],
];

for (const [when, options, headers] of silent) {
  Deno.test(`spread_by_header gives no answer ${when}`, () => {
    const given = { options, request: { headers } };
    assert.equal(pick(policy, candidates, given), undefined);
  });
}

Deno.test("spread_by_header shows nothing that tells the value", () => {
  const context = {
    request: { headers: { "x-team": "red" } },
    options,
  } as unknown as Parameters<typeof policy.pick>[1];
  const decision = policy.pick(candidates, context);
  assert.deepEqual(Object.keys(decision ?? {}), ["id", "reason"]);
  assert(!JSON.stringify(decision).includes("red"));
});

Deno.test("spread_by_header gives the same answer for any order", () => {
  for (const team of teams.slice(0, 20)) {
    assert.equal(pickFor(team, candidates.toReversed()), pickFor(team));
  }
});
