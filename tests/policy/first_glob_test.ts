import { assertEquals } from "@std/assert";
import { firstGlob } from "../../src/policy/first_glob.ts";
import { isGlob } from "./pipeline/model_texts.ts";
import { randomFrom } from "./random_from.ts";

Deno.test("firstGlob() finds the first that matches, by trying all", () => {
  const parts = ["a", "b", "*", "*", "?", "\\*", "A"];
  const random = randomFrom(7);
  const some = () =>
    Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)])
      .join("");
  for (let i = 0; i < 5000; i++) {
    const patterns = Array.from({ length: 1 + random(6) }, some);
    const text = some();
    const place = patterns.findIndex((glob) => isGlob(glob, text));
    assertEquals(
      firstGlob(patterns)(text),
      place < 0 ? undefined : place,
      JSON.stringify({ patterns, text }),
    );
  }
});

Deno.test("firstGlob() finds nothing in an empty list", () => {
  assertEquals(firstGlob([])("a"), undefined);
});
