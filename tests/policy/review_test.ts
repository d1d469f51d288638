/** Doubts about rules that are right by themselves, word for word. */

import { assertEquals } from "@std/assert";
import {
  reviewRequest,
  reviewRules,
  unusedPools,
} from "../../src/policy/review.ts";
import type { Rule } from "../../src/policy/rule.ts";
import { exampleRequest } from "./example_request.ts";
import { exampleCondition, examplePool, exampleRule } from "./example_rule.ts";

function rule(
  name: string,
  keys: readonly string[] = [],
  parts: Partial<Rule> = {},
): Rule {
  const when = keys.map((key) => exampleCondition(key));
  return exampleRule({ name, when, ...parts });
}

const REFUSE = { otherwise: "refuse" } as const;

const NEVER_A = 'can never match: rule "a" before it has no conditions';
const UNDONE_A = 'does not isolate its clients from rule "a", which comes ' +
  "before and matches without looking at the client";

const REVIEWS: readonly (readonly [
  what: string,
  rules: readonly Rule[],
  doubts: readonly (readonly [index: number, message: string])[],
])[] = [
  ["there is no rule", [], []],
  ["the rule without conditions is last", [
    rule("a", ["model"]),
    rule("b"),
  ], []],
  ["rules are behind one without conditions", [
    rule("a"),
    rule("b", ["model"]),
    rule("c"),
  ], [[1, NEVER_A], [2, NEVER_A]]],
  ["the rule that never matches refuses", [
    rule("a"),
    rule("b", ["caller"], REFUSE),
  ], [[1, `${NEVER_A}, so that it isolates nothing`]]],
  ["a rule for clients is behind one that does not look at them", [
    rule("a", ["model"]),
    rule("b", ["caller"], REFUSE),
  ], [[1, UNDONE_A]]],
  ["the client is told by a header", [
    rule("a", ["time", "stream"]),
    rule("b", ["model", "header"], REFUSE),
  ], [[1, UNDONE_A]]],
  ["the first of two open rules is to be named", [
    rule("a", ["model"]),
    rule("x", ["model"]),
    rule("b", ["caller"], REFUSE),
  ], [[2, UNDONE_A]]],
  ["the rule before refuses too", [
    rule("a", ["model"], REFUSE),
    rule("b", ["caller"], REFUSE),
  ], []],
  ["the rule before looks at the client", [
    rule("a", ["caller", "model"]),
    rule("b", ["caller"], REFUSE),
  ], []],
  ["the rule that refuses is not about clients", [
    rule("a", ["model"]),
    rule("b", ["time"], REFUSE),
  ], []],
  ["the rule for clients does not refuse", [
    rule("a", ["model"]),
    rule("b", ["caller"]),
  ], []],
];

for (const [what, rules, doubts] of REVIEWS) {
  Deno.test(`reviewRules() has ${doubts.length} doubts when ${what}`, () => {
    assertEquals(
      reviewRules(rules),
      doubts.map(([index, message]) => ({ index, message })),
    );
  });
}

Deno.test("unusedPools() names the pools that no rule uses, in their order", () => {
  const pools = ["b", "a", "c"].map((name) => examplePool(name));
  const rules = [exampleRule({ use: [pools[1]!] })];
  assertEquals(unusedPools({ rules, pools }), ["b", "c"]);
  assertEquals(unusedPools({ rules, pools: [] }), []);
});

Deno.test("reviewRequest() names the pools that no candidate is in", () => {
  const both = examplePool("both", "a", "b");
  const pools = [
    examplePool("none", "x"),
    both,
    { ...both, name: "neither", matchers: [...both.matchers, NOTHING] },
    { name: "everything", matchers: [] },
  ];
  assertEquals(
    reviewRequest({ rules: [], pools }, exampleRequest(["a"])),
    [
      "No candidate of the request is in pool none",
      "No candidate of the request is in pool neither",
    ],
  );
});

const NOTHING = { key: "x", matches: () => false, explain: () => "" };

const TIERS: readonly (readonly [
  tiers: Rule["tiers"],
  priorities: readonly number[],
  isDoubtful: boolean,
])[] = [
  ["all", [5, 5], true],
  ["all", [5], true],
  ["all", [5, 1], false],
  ["all", [], false],
  ["top", [5, 5], false],
];

for (const [tiers, priorities, isDoubtful] of TIERS) {
  Deno.test(`reviewRequest() ${isDoubtful ? "doubts" : "accepts"} tiers: ${tiers} when the priorities are ${priorities}`, () => {
    const request = exampleRequest(priorities.map((_, index) => `${index}`));
    const candidates = request.candidates.map((candidate, index) => ({
      ...candidate,
      priority: priorities[index]!,
    }));
    const rules = [exampleRule(), exampleRule({ tiers })];
    assertEquals(
      reviewRequest({ rules, pools: [] }, { ...request, candidates }),
      isDoubtful
        ? [
          "The candidates of the request have one priority: tiers: all has " +
          "no effect on it",
        ]
        : [],
    );
  });
}
