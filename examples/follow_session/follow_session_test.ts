import assert from "node:assert/strict";
import { candidate, pick } from "../made_up.ts";
import policy from "./follow_session.ts";

const [a, b, c] = [candidate("a"), candidate("b"), candidate("c")];
const all = [c, a, b];

/** Picks for these sessions, one after the other, with one memory. */
function picks(
  sessions: readonly string[],
  { state = {}, options = {}, candidates = all } = {},
) {
  return sessions.map((session) =>
    pick(policy, candidates, { request: { session }, state, options })
  );
}

Deno.test("follow_session spreads new sessions and keeps known ones", () => {
  const picked = picks(["1", "2", "3", "4", "1", "2", "3", "4"]);
  assert.deepEqual(picked, ["a", "b", "c", "a", "a", "b", "c", "a"]);
});

Deno.test("follow_session gives a new session to whom has the fewest", () => {
  const state = { sessions: { x: "a", y: "a", z: "b" } };
  assert.deepEqual(picks(["1"], { state }), ["c"]);
});

Deno.test("follow_session gives no answer without a session", () => {
  const state = {};
  assert.deepEqual(picks([""], { state }), [undefined]);
  assert.deepEqual(state, {});
});

Deno.test("follow_session moves a session whose credential is gone", () => {
  const state = {};
  assert.deepEqual(picks(["1", "2"], { state }), ["a", "b"]);
  assert.deepEqual(picks(["1"], { state, candidates: [b, c] }), ["c"]);
  assert.deepEqual(picks(["1", "2"], { state }), ["c", "b"]);
});

Deno.test("follow_session forgets the session not seen for longest", () => {
  const state = {};
  picks(["x", "y", "x", "z"], { state, options: { sessions: 2 } });
  assert.deepEqual(state, { sessions: { x: "a", z: "c" } });
});

for (const sessions of [0, -1, null, "many", Number.NaN]) {
  Deno.test(`follow_session is bounded with ${sessions} sessions`, () => {
    const state = { sessions: {} };
    const many = Array.from({ length: 1100 }, (_, at) => `session ${at}`);
    picks(many, { state, options: { sessions } });
    assert(Object.keys(state.sessions).length <= 1000);
  });
}

Deno.test("follow_session goes on with what JSON kept of its memory", () => {
  const state = {};
  picks(["one", "two", "three"], { state });
  const kept = JSON.parse(JSON.stringify(state));
  assert.deepEqual(picks(["three", "one"], { state: kept }), ["c", "a"]);
});

Deno.test("follow_session gives the same answer for any order", () => {
  const sessions = ["1", "2", "3", "1", "4"];
  assert.deepEqual(
    picks(sessions, { candidates: [a, b, c] }),
    picks(sessions, { candidates: [c, b, a] }),
  );
});
