import { assertEquals } from "@std/assert";
import { either, quote, quoteAny } from "../../src/policy/quote.ts";

Deno.test("quote() puts a text in double quotes", () => {
  assertEquals(quote("gpt-5.5"), '"gpt-5.5"');
});

Deno.test("quote() shortens a long text", () => {
  assertEquals(quote("a".repeat(81)), `"${"a".repeat(80)}…"`);
});

Deno.test("quoteAny() joins two with or", () => {
  assertEquals(quoteAny(["pro", "team"]), '"pro" or "team"');
});

Deno.test("quoteAny() says how many more there are", () => {
  assertEquals(
    quoteAny(["a", "b", "c", "d", "e", "f", "g"]),
    '"a", "b", "c", "d", "e" or 2 more',
  );
});

Deno.test("either() leaves one alone", () => {
  assertEquals(either(["a"]), "a");
});

Deno.test("either() makes nothing of nothing", () => {
  assertEquals(either([]), "");
});

Deno.test("either() joins three with a comma and or", () => {
  assertEquals(either(["a", "b", "c"]), "a, b or c");
});
