/** The policy `round_robin`: one after the other, by the order of their IDs. */

import { assertEquals } from "@std/assert";
import type { Decision } from "../../src/policy/decision.ts";
import { FIRST_PICK } from "../../src/policy/policy.ts";
import { roundRobin } from "../../src/policy/round_robin.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const SETTINGS: Settings = { ...DEFAULT_SETTINGS, policy: "round_robin" };

function decideAt(
  position: number,
  ids: readonly string[],
): Decision | undefined {
  return roundRobin.decide(exampleRequest(ids), SETTINGS, {
    positionOf: () => position,
  });
}

Deno.test("round_robin.decide() passes when policy does not name it", () => {
  const request = exampleRequest(["a"]);
  const decision = roundRobin.decide(request, DEFAULT_SETTINGS, FIRST_PICK);
  assertEquals(decision, undefined);
});

Deno.test("round_robin.decide() goes through the candidates by ID", () => {
  const ids = [0, 1, 2, 3, 4, 5, 6].map((position) =>
    decideAt(position, ["b", "c", "a"])?.answer
  );
  assertEquals(
    ids,
    ["a", "b", "c", "a", "b", "c", "a"].map((id) => ({ kind: "auth", id })),
  );
});

Deno.test("round_robin.decide() takes the only candidate when there is one", () => {
  for (const position of [0, 1, 2 ** 40]) {
    assertEquals(decideAt(position, ["a"])?.answer, { kind: "auth", id: "a" });
  }
});

Deno.test("round_robin.decide() leaves the pick unhandled when there is no candidate", () => {
  const decision = decideAt(0, []);
  assertEquals(decision?.answer, { kind: "unhandled" });
  assertEquals(decision?.rotation, undefined);
  assertEquals(decision?.explain(), []);
});

Deno.test("round_robin.decide() has a rotation that answers as it does", () => {
  const ids = ["c", "a", "b", "a"];
  const rotation = decideAt(0, ids)?.rotation;
  assertEquals(rotation?.period, ids.length);
  for (const position of [0, 1, 2, 3, 4, 5, 2 ** 45]) {
    assertEquals(rotation?.at(position), decideAt(position, ids)?.answer);
  }
});

Deno.test("round_robin.decide() stands for all requests with these candidates", () => {
  for (const ids of [["a", "b"], []]) {
    assertEquals(decideAt(0, ids)?.reuse, {
      kind: "same",
      route: false,
      metadata: [],
    });
  }
});

Deno.test("round_robin.decide() explains whose turn is when", () => {
  assertEquals(decideAt(1, ["c", "a", "b"])?.explain(), [
    { id: "c", verdict: "kept", reason: "Its turn comes next" },
    { id: "a", verdict: "kept", reason: "Its turn comes in 2 picks" },
    { id: "b", verdict: "chosen", reason: "It is its turn" },
  ]);
});
