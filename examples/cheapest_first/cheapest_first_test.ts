import assert from "node:assert/strict";
import { candidate, pick } from "../made_up.ts";
import policy from "./cheapest_first.ts";

const free = candidate("d-free", { plan_type: "free" });
const plus = candidate("c-plus", { plan_type: "plus" });
const pro = candidate("b-pro", { plan_type: "pro" });
const unknown = candidate("a-key");
const prices = { free: 0, plus: 20, pro: 200 };
const leaveOut = { prices, unknown: "leave out" };

const cases = [
  ["the cheapest", { prices }, [free, plus, pro, unknown], "d-free"],
  ["the next one", { prices }, [plus, pro, unknown], "c-plus"],
  ["an unknown plan last", { prices }, [pro, unknown], "b-pro"],
  ["an unknown plan", { prices }, [unknown], "a-key"],
  ["what is known", leaveOut, [pro, unknown], "b-pro"],
  ["none of unknown plans", leaveOut, [unknown], undefined],
  ["the lowest ID without prices", {}, [free, plus, pro], "b-pro"],
  ["the lowest ID without a list", { prices: null }, [free, pro], "b-pro"],
  ["no price that is a text", { prices: { free: "0" } }, [free, pro], "b-pro"],
  ["below zero", { prices: { ...prices, pro: -1 } }, [free, pro], "b-pro"],
] as const;

for (const [what, options, candidates, wanted] of cases) {
  Deno.test(`cheapest_first picks ${what}`, () => {
    assert.equal(pick(policy, candidates, { options }), wanted);
    assert.equal(pick(policy, candidates.toReversed(), { options }), wanted);
  });
}

Deno.test("cheapest_first takes the lowest ID of the same price", () => {
  const candidates = [
    candidate("z", { plan_type: "free" }),
    candidate("y", { plan_type: "free" }),
  ];
  assert.equal(pick(policy, candidates, { options: { prices } }), "y");
});

Deno.test("cheapest_first knows no plan that objects inherit", () => {
  const odd = candidate("a-odd", { plan_type: "constructor" });
  assert.equal(pick(policy, [odd, pro], { options: { prices } }), "b-pro");
});
