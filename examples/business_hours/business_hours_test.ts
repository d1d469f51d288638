import assert from "node:assert/strict";
import { candidate, pick } from "../made_up.ts";
import policy from "./business_hours.ts";

const candidates = [
  candidate("a-team", { plan_type: "team" }),
  candidate("b-pro", { plan_type: "pro" }),
  candidate("c-spare", { plan_type: "plus", note: "spare" }),
];
const options = {
  zone: "Europe/Berlin",
  from: 8.5,
  until: 18,
  inside: { plan_type: "team" },
  outside: { note: ["spare", "night"] },
};

const times = [
  ["Friday 08:29 in summer", "2026-07-03T06:29Z", "c-spare"],
  ["Friday 08:30 in summer", "2026-07-03T06:30Z", "a-team"],
  ["Friday 17:59 in summer", "2026-07-03T15:59Z", "a-team"],
  ["Friday 18:00 in summer", "2026-07-03T16:00Z", "c-spare"],
  ["Friday 08:29 in winter", "2026-01-02T07:29Z", "c-spare"],
  ["Friday 08:30 in winter", "2026-01-02T07:30Z", "a-team"],
  ["Saturday at noon", "2026-07-04T10:00Z", "c-spare"],
  ["Sunday 23:00, Monday in Berlin", "2026-07-05T22:30Z", "c-spare"],
] as const;

for (const [when, time, wanted] of times) {
  Deno.test(`business_hours picks ${wanted} on ${when}`, () => {
    const nowMs = Date.parse(time);
    assert.equal(pick(policy, candidates, { options, nowMs }), wanted);
  });
}

Deno.test("business_hours counts midnight as hour 0", () => {
  const given = { options: { ...options, from: 0, until: 1 } };
  const nowMs = Date.parse("2026-07-02T22:30Z");
  assert.equal(pick(policy, candidates, { ...given, nowMs }), "a-team");
});

Deno.test("business_hours takes another day as a working day", () => {
  const given = { options: { ...options, days: "Sat" } };
  const nowMs = Date.parse("2026-07-04T10:00Z");
  assert.equal(pick(policy, candidates, { ...given, nowMs }), "a-team");
});

Deno.test("business_hours picks any when none is as wanted", () => {
  const inside = { "plan_type": "free" };
  const given = { options: { ...options, inside } };
  const nowMs = Date.parse("2026-07-03T10:00Z");
  const picked = [0, 0.4, 0.999].map((chance) =>
    pick(policy, candidates, { ...given, nowMs, random: () => chance })
  );
  assert.deepEqual(picked, ["a-team", "b-pro", "c-spare"]);
});

Deno.test("business_hours needs no options and no attributes", () => {
  const bare = [candidate("b"), candidate("a")];
  assert.equal(pick(policy, bare), "a");
  const empty = { zone: null, days: null, inside: null, outside: null };
  assert.equal(pick(policy, bare, { options: empty }), "a");
});

Deno.test("business_hours finds nothing that attributes inherit", () => {
  const outside = { constructor: "Object" };
  assert.equal(pick(policy, candidates, { options: { outside } }), "a-team");
});

Deno.test("business_hours gives the same answer for any order", () => {
  const nowMs = Date.parse("2026-07-04T10:00Z");
  const given = { options, nowMs, random: () => 0.5 };
  assert.equal(
    pick(policy, candidates.toReversed(), given),
    pick(policy, candidates, given),
  );
});
