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
    'error rules[0].otherwise (rule "a") must not be refuse with the policy ' +
    "delegate (line 4); it leaves every request to the host",
  ]);
  assertEquals(problemsOf(ruleWith("host")), []);
});

/** A rule whose policy leaves what has no key to the host, and more keys. */
function leavingRule(more: string): string {
  return `pools: {one: {id: "a*"}}
rules:
- name: a
  policy: {name: sticky, otherwise: host}
${more}`;
}

const LEAVING_HINT = "the host chooses from all that it has; another key, as " +
  "in key: [session, caller], keeps requests within the rule";

for (
  const [more, closing] of [
    ["  use: one\n", "with use"],
    ["  otherwise: refuse\n", "in a rule with otherwise: refuse"],
    ["  use: one\n  otherwise: refuse\n", "with use"],
  ] as const
) {
  Deno.test(`a rule ${closing} cannot leave requests to the host by its policy`, () => {
    assertEquals(problemsOf(leavingRule(more)), [
      `error rules[0].policy.otherwise (rule "a") must not be host ${closing} ` +
      `(line 4); ${LEAVING_HINT}`,
    ]);
  });
}

Deno.test("a rule that closes nothing can leave requests to the host by its policy", () => {
  for (const more of ["", "  otherwise: host\n", "  tiers: top\n"]) {
    assertEquals(
      problemsOf(leavingRule(more).replace(/^pools.*\n/, "")),
      [],
    );
  }
  assertEquals(problemsOf("policy: {name: sticky, otherwise: host}\n"), []);
});
