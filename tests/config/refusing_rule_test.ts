import { assertEquals } from "@std/assert";
import { describeProblem, readConfig } from "../../src/config/config.ts";

function problemsOf(yaml: string): string[] {
  return readConfig(new TextEncoder().encode(yaml)).problems.map((problem) =>
    `${problem.severity} ${describeProblem(problem)}; ${problem.hint}`
  );
}

function ruleWith(otherwise: string): string {
  return `rules:
- name: a
  policy: {name: delegate, to: fill-first}
  otherwise: ${otherwise}
`;
}

Deno.test("a rule that delegates cannot refuse: it would isolate nobody", () => {
  assertEquals(problemsOf(ruleWith("refuse")), [
    "error rules[0].otherwise must not be refuse with the policy delegate (line 4); " +
    "it leaves every request to the host",
  ]);
  assertEquals(problemsOf(ruleWith("host")), []);
});
