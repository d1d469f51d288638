import { assertEquals } from "@std/assert";
import { onMetadataText } from "../../../src/policy/conditions/metadata_text.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { sameMetadata } from "../../../src/policy/reuse.ts";
import { explained, holds, requestWith } from "./example_scope.ts";

const CONDITION = onMetadataText("tone", {
  field: "tone_of_voice",
  wanted: ["low", "soft"],
  matches: (text) => text === "low" || text === "soft",
});

Deno.test("onMetadataText() holds when the text is wanted", () => {
  assertEquals(holds(CONDITION, { metadata: { tone_of_voice: "low" } }), true);
});

for (const other of ["loud", "", 1, null, undefined, ["low"]]) {
  Deno.test(`onMetadataText() does not hold for ${JSON.stringify(other)}`, () => {
    const parts = { metadata: { tone_of_voice: other } };
    assertEquals(holds(CONDITION, parts), false);
  });
}

Deno.test("onMetadataText() can be reused with the same field", () => {
  const { reuse } = CONDITION.test(requestWith({}), firstPick(0));
  assertEquals(reuse, sameMetadata("tone_of_voice"));
});

Deno.test("onMetadataText() explains that the text is wanted", () => {
  const parts = { metadata: { tone_of_voice: "low" } };
  assertEquals(explained(CONDITION, parts), 'tone matches "low" or "soft"');
});

Deno.test("onMetadataText() explains without the text what it is not", () => {
  const parts = { metadata: { tone_of_voice: "secret" } };
  assertEquals(
    explained(CONDITION, parts),
    'tone does not match "low" or "soft"',
  );
});

Deno.test("onMetadataText() explains that there is no text", () => {
  assertEquals(
    explained(CONDITION, {}),
    'there is no tone, wanted "low" or "soft"',
  );
});
