import { assertEquals } from "@std/assert";
import { Rest } from "../../src/worker/rest.ts";

/** What happens, and a timer that is let off by hand. */
function stage() {
  const happened: string[] = [];
  const timers = new Set<() => void>();
  const rest = new Rest({
    letGo: () => happened.push("let go"),
    collect: () => happened.push("collect"),
    later: (run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  });
  const pass = () => {
    for (const run of timers) run();
    timers.clear();
  };
  return { happened, rest, pass };
}

Deno.test("soon() collects, then lets go, not at once", () => {
  const { happened, rest, pass } = stage();
  rest.soon();
  assertEquals(happened, []);
  pass();
  assertEquals(happened, ["collect", "let go"]);
});

Deno.test("soon() starts the wait anew", () => {
  const { happened, rest, pass } = stage();
  rest.soon();
  rest.soon();
  pass();
  assertEquals(happened, ["collect", "let go"]);
  rest.soon();
  pass();
  assertEquals(happened.length, 4);
});
