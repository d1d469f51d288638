/**
 * Problems and the error in words that are fit for a log. What a problem found
 * is for a terminal only, so no line here may show it.
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConfigError,
  type ConfigProblem,
  describeProblem,
} from "../../src/config/problem.ts";

const ERROR: ConfigProblem = {
  severity: "error",
  path: "deny",
  line: 3,
  column: 7,
  message: "must be a boolean, got a list",
  found: "[secret]",
};
const WARNING: ConfigProblem = {
  severity: "warning",
  path: "dney",
  message: "is no key of this plugin and is ignored",
};

Deno.test("describeProblem() gives one line without the text found", () => {
  assertEquals(
    describeProblem(ERROR),
    "deny must be a boolean, got a list (line 3)",
  );
});

Deno.test("describeProblem() leaves the line out when there is none", () => {
  assertEquals(
    describeProblem(WARNING),
    "dney is no key of this plugin and is ignored",
  );
});

Deno.test("describeProblem() speaks of the document when the path is empty", () => {
  const message = "must be UTF-8, got other bytes";
  assertEquals(
    describeProblem({ severity: "error", path: "", message }),
    "the document must be UTF-8, got other bytes",
  );
});

Deno.test("describeProblem() names the rule when it has a name", () => {
  const problem = { ...ERROR, path: "rules[3].use", rule: "team-a" };
  assertEquals(
    describeProblem(problem),
    'rules[3].use (rule "team-a") must be a boolean, got a list (line 3)',
  );
});

Deno.test("describeProblem() shows no key that only a terminal may show", () => {
  const problem = { ...ERROR, path: "v.*", wholePath: "v.secret" };
  assertEquals(
    describeProblem(problem),
    "v.* must be a boolean, got a list (line 3)",
  );
});

Deno.test("ConfigError names the first error, not a warning before it", () => {
  const error = new ConfigError([WARNING, ERROR]);
  assertEquals(
    error.message,
    "Cannot read the config: deny must be a boolean, got a list (line 3)",
  );
  assertEquals(error.path, "deny");
});

Deno.test("ConfigError is a SyntaxError with all problems", () => {
  const error = new ConfigError([WARNING, ERROR]);
  assertInstanceOf(error, SyntaxError);
  assertEquals(error.name, "ConfigError");
  assertEquals(error.problems, [WARNING, ERROR]);
});

Deno.test("ConfigError has an empty path when it has no problem", () => {
  assertEquals(new ConfigError([]).path, "");
});
