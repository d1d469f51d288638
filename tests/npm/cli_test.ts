/**
 * What we rely on of @std/cli. Imports the real name, so that the same tests
 * hold the real library and the adapter in src/npm.
 */

import { parseArgs } from "@std/cli";
import { assertEquals } from "@std/assert";

const OPTIONS = {
  boolean: ["json", "help"],
  string: ["config", "model", "_"],
  alias: { help: "h", config: ["c", "conf"] },
} as const;

/** What absent flags look like. */
const NONE = { json: false, help: false, h: false };

const CASES: readonly (readonly [string, string[], Record<string, unknown>])[] =
  [
    ["nothing", [], { _: [] }],
    ["other arguments", ["pick", "a.json"], { _: ["pick", "a.json"] }],
    ["a boolean", ["--json", "x"], { json: true, _: ["x"] }],
    ["a boolean with =true", ["--json=true"], { json: true, _: [] }],
    ["a boolean with =false", ["--json=false"], { json: false, _: [] }],
    ["a boolean before true", ["--json", "true"], { json: true, _: [] }],
    ["a boolean before false", ["--json", "false"], { json: false, _: [] }],
    ["a boolean before text", ["--json", "no"], { json: true, _: ["no"] }],
    ["a string", ["--model", "m"], { model: "m", _: [] }],
    ["a string with =", ["--model=m"], { model: "m", _: [] }],
    ["a string with = in it", ["--model=a=b"], { model: "a=b", _: [] }],
    ["a string of digits", ["--model", "007"], { model: "007", _: [] }],
    ["an empty string", ["--model="], { model: "", _: [] }],
    ["a string without value", ["--model"], { model: "", _: [] }],
    ["a string before a flag", ["--model", "--json"], {
      model: "",
      json: true,
      _: [],
    }],
    ["a string before -", ["--model", "-"], { model: "", _: ["-"] }],
    ["a string before nothing", ["--model", ""], { model: "", _: [""] }],
    ["the last of two", ["--model", "a", "--model", "b"], {
      model: "b",
      _: [],
    }],
    ["a short boolean", ["-h"], { help: true, h: true, _: [] }],
    ["a short string", ["-c", "f"], { config: "f", c: "f", conf: "f", _: [] }],
    ["a short string before -", ["-c", "-"], {
      config: "-",
      c: "-",
      conf: "-",
      _: [],
    }],
    ["a short string with =", ["-c=f"], {
      config: "f",
      c: "f",
      conf: "f",
      _: [],
    }],
    ["short flags in a group", ["-hc", "f"], {
      help: true,
      h: true,
      config: "f",
      c: "f",
      conf: "f",
      _: [],
    }],
    ["another name", ["--conf", "f"], {
      config: "f",
      c: "f",
      conf: "f",
      _: [],
    }],
    ["standard input", ["pick", "-"], { _: ["pick", "-"] }],
    ["what follows --", ["a", "--", "--json", "-x"], {
      _: ["a", "--json", "-x"],
    }],
    ["a number as text", ["12"], { _: ["12"] }],
    ["an unknown flag", ["--what"], { what: true, _: [] }],
    ["an unknown flag and value", ["--what", "5"], { what: 5, _: [] }],
    ["an unknown text", ["--what=x"], { what: "x", _: [] }],
    ["a negated flag as unknown", ["--no-json"], { "no-json": true, _: [] }],
    ["a negated flag with value", ["--no-json=1"], { json: true, _: [] }],
  ];

for (const [name, args, expected] of CASES) {
  Deno.test(`parseArgs() reads ${name}`, () => {
    const parsed: Record<string, unknown> = parseArgs(args, OPTIONS);
    assertEquals(parsed, { ...NONE, ...expected });
  });
}

Deno.test("parseArgs() makes numbers of other arguments when not told", () => {
  assertEquals(parseArgs(["12", "a", "0x10", " "])._, [12, "a", 16, " "]);
});

Deno.test("parseArgs() stops at the first argument when stopEarly is set", () => {
  const { json, _ } = parseArgs(["--json", "pick", "--json=false", "-x"], {
    boolean: ["json"],
    stopEarly: true,
  });
  assertEquals({ json, _ }, { json: true, _: ["pick", "--json=false", "-x"] });
});

Deno.test('parseArgs() lists what follows "--" apart when asked', () => {
  const parsed = parseArgs(["a", "--", "b"], { "--": true });
  assertEquals(parsed["--"], ["b"]);
  assertEquals(parsed._, ["a"]);
});

Deno.test("parseArgs() uses a default when the flag is absent", () => {
  const parsed = parseArgs([], {
    string: ["model"],
    alias: { model: "m" },
    default: { model: "x" },
  });
  assertEquals<Record<string, unknown>>(parsed, { model: "x", m: "x", _: [] });
});

Deno.test("parseArgs() drops a default when the flag is present", () => {
  const options = { boolean: ["json"], default: { json: true } } as const;
  assertEquals(parseArgs(["--json=false"], options).json, false);
});

Deno.test("parseArgs() asks about unknown arguments only", () => {
  const asked: unknown[] = [];
  parseArgs(["--json", "--what", "x", "-z", "--no-json", "y"], {
    boolean: ["json"],
    unknown: (arg, key, value) => {
      asked.push([arg, key, value]);
    },
  });
  assertEquals(asked, [
    ["--what", "what", "x"],
    ["-z", "z", true],
    ["--no-json", "no-json", "y"],
  ]);
});

Deno.test("parseArgs() drops unknown arguments when told so", () => {
  const parsed = parseArgs(["--what", "x", "y", "-z"], {
    unknown: () => false,
  });
  assertEquals<Record<string, unknown>>(parsed, { _: [] });
});
