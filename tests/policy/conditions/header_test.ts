import { assertEquals } from "@std/assert";
import { header } from "../../../src/policy/conditions/header.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { NEVER } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith, SCOPE } from "./example_scope.ts";

const RED = { headers: { "X-Team": ["blue-1", "red-2"], Accept: ["*/*"] } };

Deno.test("header holds when any value matches any glob", () => {
  assertEquals(holds(made(header, { "X-Team": ["green", "red*"] }), RED), true);
});

Deno.test("header holds whatever the case of the name", () => {
  assertEquals(holds(made(header, { "x-tEAM": ["red*"] }), RED), true);
});

Deno.test("header holds when the host has a name in several cases", () => {
  const parts = { headers: { "X-Team": ["blue"], "x-team": ["red"] } };
  assertEquals(holds(made(header, { "X-Team": ["red"] }), parts), true);
});

Deno.test("header holds for * when the header is there and empty", () => {
  const parts = { headers: { "X-Team": [""] } };
  assertEquals(holds(made(header, { "X-Team": ["*"] }), parts), true);
});

Deno.test("header does not hold for * when the header is not there", () => {
  assertEquals(holds(made(header, { "X-Other": ["*"] }), RED), false);
});

Deno.test("header does not hold for * when the header has no value", () => {
  const parts = { headers: { "X-Team": [] } };
  assertEquals(holds(made(header, { "X-Team": ["*"] }), parts), false);
});

Deno.test("header does not hold when one of two headers does not match", () => {
  const condition = made(header, { "X-Team": ["red*"], Accept: ["text/*"] });
  assertEquals(holds(condition, RED), false);
});

Deno.test("header does not hold when the case of the value differs", () => {
  assertEquals(holds(made(header, { "X-Team": ["RED*"] }), RED), false);
});

for (const name of ["constructor", "__proto__", "toString"]) {
  Deno.test(`header does not hold for ${name}, which no client sends`, () => {
    const condition = made(header, Object.fromEntries([[name, ["*"]]]));
    assertEquals(holds(condition, RED), false);
  });
}

Deno.test("header can never be reused", () => {
  const condition = made(header, { "X-Team": ["*"] });
  assertEquals(condition.test(requestWith({}), firstPick(0)).reuse, NEVER);
});

Deno.test("header explains without values and globs", () => {
  const condition = made(header, {
    "X-Team": ["red*"],
    Accept: ["text/*"],
    "X-Other": ["*"],
  });
  assertEquals(
    explained(condition, RED),
    "header X-Team matches and Accept does not match and X-Other is not sent",
  );
});

Deno.test("header refuses a name twice", () => {
  assertEquals(
    header.create({ "X-Team": ["a"], "x-team": ["b"] }, SCOPE),
    "must name each header once, upper or lower case",
  );
});

Deno.test("header refuses an empty mapping", () => {
  assertEquals(
    header.create({}, SCOPE),
    "must name at least one header, such as X-Team",
  );
});

for (const name of ["", "X Team", "X-Team:", "Ä", "a".repeat(101)]) {
  Deno.test(`header refuses the name "${name.slice(0, 9)}"`, () => {
    assertEquals(
      header.shape.key.check?.(name),
      "must be the name of a header, such as X-Team",
    );
  });
}

Deno.test("header has values that no problem quotes", () => {
  assertEquals(header.shape.of.of.isSecret, true);
});
