/** Colour on a terminal, and nowhere else. */

import { assertEquals } from "@std/assert";
import { paintFor } from "../../src/cli/paint.ts";
import { FakeIo, type FakeWorld } from "./fake_io.ts";

const PLAIN = "x";
const GREEN = "\u001b[32mx\u001b[0m";

const CASES: readonly (readonly [when: string, FakeWorld, want: string])[] = [
  ["stdout is a terminal", { terminals: ["stdout"] }, GREEN],
  ["stdout is no terminal", { terminals: ["stderr"] }, PLAIN],
  [
    "NO_COLOR is set",
    { terminals: ["stdout"], env: { NO_COLOR: "1" } },
    PLAIN,
  ],
  [
    "NO_COLOR is set but empty",
    { terminals: ["stdout"], env: { NO_COLOR: "" } },
    GREEN,
  ],
  [
    "the terminal is dumb",
    { terminals: ["stdout"], env: { TERM: "dumb" } },
    PLAIN,
  ],
  [
    "the terminal is another",
    { terminals: ["stdout"], env: { TERM: "xterm-256color" } },
    GREEN,
  ],
];

for (const [when, world, want] of CASES) {
  const does = want === PLAIN ? "adds nothing" : "adds colour";
  Deno.test(`paintFor() ${does} when ${when}`, () => {
    assertEquals(paintFor(new FakeIo(world), "stdout")("good", "x"), want);
  });
}
