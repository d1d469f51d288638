/** Credentials that one rule isolates and others may still use, as warnings. */

import { assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";

const RED = "37fd8f35".repeat(8);
const BLUE = "a0b1c2d3".repeat(8);

const HEAD = `pools:
  red: {id: "red-*"}
  blue: {id: "blue-*"}
  codex: {provider: codex}
  others: {not: {id: "red-*"}}
  everything: {id: "*"}
callers: {red: ${RED}, blue: ${BLUE}}
rules:
`;

const ISOLATED = "- {name: red, when: {caller: red}, use: red, " +
  "otherwise: refuse}\n";
const CLOSED = "- {name: rest, policy: refuse}\n";
const RED_OF_RED = "credentials of pool red, which rule red isolates";

/** Path and message of each warning about a leak. */
function leaksOf(rules: string): string[] {
  const reading = readConfig(new TextEncoder().encode(HEAD + rules));
  assertEquals(reading.problems.filter((p) => p.severity === "error"), []);
  return reading.problems
    .filter(({ message }) => message.includes("may use"))
    .map(({ path, message }) => `${path} ${message}`);
}

const CASES: readonly (readonly [
  what: string,
  rules: string,
  leaks: readonly string[],
])[] = [
  ["the rest is refused", ISOLATED + CLOSED, []],
  [
    "the rest has other credentials alone",
    ISOLATED +
    "- {name: rest, use: others, otherwise: refuse}\n",
    [],
  ],
  [
    "the rest has credentials by another ID",
    ISOLATED +
    "- {name: rest, use: blue, otherwise: refuse}\n",
    [],
  ],
  ["nothing isolates", "- {name: red, when: {caller: red}, use: red}\n", []],
  ["no request is left", "- {name: red, use: red, otherwise: refuse}\n", []],
  [
    "the pool is everything",
    "- {name: red, when: {caller: red}, " +
    "use: everything, otherwise: refuse}\n",
    [],
  ],
  ["requests match no rule", ISOLATED, [
    "rules has no last rule without conditions: requests that match no rule " +
    `may use ${RED_OF_RED}`,
  ]],
  ["a rule has no use", ISOLATED + "- {name: rest, otherwise: refuse}\n", [
    "rules[1] has no use and chooses from all credentials: rule rest may use " +
    RED_OF_RED,
  ]],
  [
    "a rule delegates",
    ISOLATED +
    "- {name: rest, policy: {name: delegate, to: fill-first}}\n",
    [
      "rules[1].policy lets the host choose from all credentials: rule rest " +
      `may use ${RED_OF_RED}`,
    ],
  ],
  [
    "a pool may hold them too",
    ISOLATED +
    "- {name: every body, use: [blue, codex], otherwise: refuse}\n",
    [
      'rules[1].use has pool codex: rule "every body" may use ' + RED_OF_RED,
    ],
  ],
  [
    "a pool of all credentials",
    ISOLATED +
    "- {name: rest, use: everything, otherwise: refuse}\n",
    [
      `rules[1].use has pool everything: rule rest may use ${RED_OF_RED}`,
    ],
  ],
  [
    "a rule behind falls to the host",
    ISOLATED +
    "- {name: rest, use: blue, otherwise: host}\n",
    [
      "rules[1].otherwise is host, which chooses from all credentials: rule " +
      `rest may use ${RED_OF_RED}`,
    ],
  ],
  [
    "a rule behind does not say otherwise",
    ISOLATED +
    "- {name: rest, use: others}\n",
    [
      "rules[1].otherwise is host, which chooses from all credentials: rule " +
      `rest may use ${RED_OF_RED}`,
    ],
  ],
  [
    "a rule before falls to the host",
    "- {name: blue, when: {caller: blue}, " +
    `use: blue}\n${ISOLATED}${CLOSED}`,
    [
      "rules[0].otherwise is host, which chooses from all credentials: rule " +
      `blue may use ${RED_OF_RED}`,
    ],
  ],
  [
    "both isolate, and share",
    ISOLATED +
    "- {name: codex, use: codex, otherwise: refuse}\n",
    [
      `rules[1].use has pool codex: rule codex may use ${RED_OF_RED}`,
    ],
  ],
  [
    "the pool is shared by its name",
    ISOLATED +
    "- {name: rest, use: [everything, red]}\n",
    [],
  ],
  [
    "the other rule is for the same caller",
    ISOLATED +
    '- {name: red at night, when: {caller: red, time: "20:00-22:00"}, ' +
    `use: codex}\n${CLOSED}`,
    [],
  ],
  [
    "the other rule is for one caller more",
    ISOLATED +
    '- {name: night, when: {caller: [red, blue], time: "20:00-22:00"}, ' +
    `use: codex, otherwise: refuse}\n${CLOSED}`,
    [
      `rules[1].use has pool codex: rule night may use ${RED_OF_RED}`,
    ],
  ],
  ["the other rule never matches", ISOLATED + CLOSED + "- {name: late}\n", []],
  ["the rule that isolates never matches", CLOSED + ISOLATED, []],
  [
    "five rules isolate, and the rest is open",
    [1, 2, 3, 4, 5].map((i) =>
      `- {name: red${i}, when: {model: m${i}}, use: red, otherwise: refuse}\n`
    ).join("") + "- {name: rest}\n",
    [
      "rules[5] has no use and chooses from all credentials: rule rest may use " +
      "credentials of pool red, which rule red1 isolates",
      "rules[5] has no use and chooses from all credentials: rule rest may use " +
      "credentials of pool red, which rule red2 isolates",
      "rules[5] has no use and chooses from all credentials: rule rest may use " +
      "credentials of pool red, which rule red3 isolates, and those of 2 more " +
      "such rules",
    ],
  ],
];

for (const [what, rules, leaks] of CASES) {
  Deno.test(`a config has ${leaks.length} leaks when ${what}`, () => {
    assertEquals(leaksOf(rules), leaks);
  });
}

Deno.test("a config of 1000 rules that share is told within bounds", () => {
  const rules = Array.from(
    { length: 1000 },
    (_, i) =>
      `- {name: r${i}, when: {model: m${i}}, use: ${
        i % 2 === 0 ? "red" : "codex"
      }, otherwise: refuse}\n`,
  );
  assertEquals(leaksOf(rules.join("")).length, 50);
});
