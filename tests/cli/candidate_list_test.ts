/** The notation of `--candidates`: what is said of each, and every mistake. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseCandidates } from "../../src/cli/candidate_list.ts";
import { CliError } from "../../src/cli/cli_error.ts";

const PLAIN = { provider: "", priority: 0, status: "active", attributes: {} };

const GOOD: readonly (readonly [string, readonly object[]])[] = [
  ["a", [{ id: "a", ...PLAIN }]],
  [" a , b ", [{ id: "a", ...PLAIN }, { id: "b", ...PLAIN }]],
  ["a{},b", [{ id: "a", ...PLAIN }, { id: "b", ...PLAIN }]],
  ["a{plan_type=pro,priority=10},b", [
    { id: "a", ...PLAIN, priority: 10, attributes: { "plan_type": "pro" } },
    { id: "b", ...PLAIN },
  ]],
  ["a { provider = codex , status = error , priority = -5 } ", [
    {
      id: "a",
      provider: "codex",
      priority: -5,
      status: "error",
      attributes: {},
    },
  ]],
  ["a{note=,header:X-Team=x=y}", [
    { id: "a", ...PLAIN, attributes: { note: "", "header:X-Team": "x=y" } },
  ]],
  ["a\\,b{note=c\\,d\\}\\{\\\\}", [
    { id: "a,b", ...PLAIN, attributes: { note: "c,d}{\\" } },
  ]],
  ["a\\{b\\}", [{ id: "a{b}", ...PLAIN }]],
  ["codex:apikey:1{note=a{b}c}", [
    { id: "codex:apikey:1", ...PLAIN, attributes: { note: "a{b}c" } },
  ]],
];

for (const [text, want] of GOOD) {
  Deno.test(`parseCandidates() reads ${text}`, () => {
    assertEquals(parseCandidates(text), want);
  });
}

const BRACES = "Cannot read --candidates: it must have";

const BAD: readonly (readonly [string, string])[] = [
  ["", "every ID must have a name, got an empty one"],
  ["a,", "every ID must have a name, got an empty one"],
  ["{plan_type=secret}", "every ID must have a name, got an empty one"],
  ["a,a", 'every ID must be unique, got "a" twice'],
  ["a{plan_type=secret", `${BRACES} a closing brace`],
  ["a{plan_type=secret\\}", `${BRACES} a closing brace`],
  ["a{plan_type=secret}b", `${BRACES} a closing brace`],
  ["a},b", `${BRACES} an opening brace`],
  ["a{secret}", `${BRACES} name=value in the braces`],
  ["a{=secret}", `${BRACES} name=value in the braces`],
  ["a{x=1,}", `${BRACES} name=value in the braces`],
  ["a{x=secret,x=2}", `${BRACES} each name once in the braces`],
  ["a{priority=secret}", `${BRACES} a whole number for priority`],
  ["a{priority=1.5}", `${BRACES} a whole number for priority`],
];

for (const [text, want] of BAD) {
  Deno.test(`parseCandidates() refuses ${text}`, () => {
    const error = assertThrows(() => parseCandidates(text), CliError);
    assertEquals(error.message.includes(want), true, error.message);
    assertEquals(error.message.includes("secret"), false);
  });
}
