import assert from "node:assert/strict";
import { candidate, pick } from "../made_up.ts";
import policy from "./one_credential_per_model.ts";

const candidates = ["a", "b", "c", "d"].map((id) => candidate(`${id}.json`));
const models = Array.from({ length: 1000 }, (_, at) => `gpt-${at}`);

function pickFor(model: string, from = candidates) {
  return pick(policy, from, { request: { model } });
}

Deno.test("one_credential_per_model keeps a model with its credential", () => {
  assert.equal(pickFor("gpt-5.5"), pickFor("gpt-5.5"));
});

Deno.test("one_credential_per_model spreads models evenly", () => {
  const counts = new Map<string, number>();
  for (const model of models) {
    const id = pickFor(model)!;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  assert.equal(counts.size, candidates.length);
  for (const count of counts.values()) assert(count > 200 && count < 300);
});

Deno.test("one_credential_per_model moves the models of one that is gone", () => {
  const [, ...others] = candidates;
  for (const model of models) {
    const before = pickFor(model);
    const after = pickFor(model, others);
    assert.notEqual(after, "a.json");
    if (before !== "a.json") assert.equal(after, before);
  }
});

for (const suffix of ["(high)", "(8192)", "()"]) {
  Deno.test(`one_credential_per_model does not look at ${suffix}`, () => {
    for (const model of models.slice(0, 20)) {
      assert.equal(pickFor(model + suffix), pickFor(model));
    }
  });
}

for (const model of ["", "(high)"]) {
  Deno.test(`one_credential_per_model gives no answer for "${model}"`, () => {
    assert.equal(pickFor(model), undefined);
  });
}

Deno.test("one_credential_per_model gives the same answer for any order", () => {
  for (const model of models.slice(0, 20)) {
    assert.equal(pickFor(model, candidates.toReversed()), pickFor(model));
  }
});

Deno.test("one_credential_per_model takes the only candidate", () => {
  assert.equal(pickFor("gpt-5.5", candidates.slice(2, 3)), "c.json");
});
