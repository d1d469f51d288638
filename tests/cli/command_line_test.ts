/** argv in, one invocation or one sentence out. */

import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../../src/cli/cli_error.ts";
import { parseCommandLine } from "../../src/cli/command_line.ts";
import type { Invocation } from "../../src/cli/invocation.ts";

/** Of `check`, without a flag for either. */
const MILD = { isStrict: false, hostDir: undefined };

/** What flags say of a request when there are none. */
const NO_CHANGES = {
  model: undefined,
  provider: undefined,
  stream: false,
  caller: undefined,
  headers: [],
  metadata: {},
};

/** A candidate of which only its ID is said. */
function plain(id: string) {
  return { id, provider: "", priority: 0, status: "active", attributes: {} };
}

const PIPED = { kind: "stdin", named: false } as const;
const DASH = { kind: "stdin", named: true } as const;

const GOOD: readonly (readonly [args: readonly string[], Invocation])[] = [
  [["--help"], { command: "help", topic: undefined }],
  [["-h"], { command: "help", topic: undefined }],
  [["help"], { command: "help", topic: undefined }],
  [["help", "pick"], { command: "help", topic: "pick" }],
  [["--help", "pick"], { command: "help", topic: "pick" }],
  [["pick", "--help"], { command: "help", topic: "pick" }],
  [["check", "-h"], { command: "help", topic: "check" }],
  [["version", "-h"], { command: "help", topic: "version" }],
  [["help", "--help"], { command: "help", topic: "help" }],
  [["pick", "--oops", "--help"], { command: "help", topic: "pick" }],
  [["version"], { command: "version" }],
  [["--version"], { command: "version" }],
  [["-V"], { command: "version" }],
  [["check"], {
    command: "check",
    ...MILD,
    request: undefined,
    config: PIPED,
    json: false,
  }],
  [["check", "-"], {
    command: "check",
    ...MILD,
    request: undefined,
    config: DASH,
    json: false,
  }],
  [["check", "--json"], {
    command: "check",
    ...MILD,
    request: undefined,
    config: PIPED,
    json: true,
  }],
  [
    ["check", "007"],
    {
      command: "check",
      ...MILD,
      ...MILD,
      request: undefined,
      config: { kind: "file", path: "007" },
      json: false,
    },
  ],
  [
    ["check", "--", "-x.yaml"],
    {
      command: "check",
      ...MILD,
      ...MILD,
      request: undefined,
      config: { kind: "file", path: "-x.yaml" },
      json: false,
    },
  ],
  [
    ["pick"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: PIPED,
      config: undefined,
      json: false,
    },
  ],
  [
    ["pick", "-"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: DASH,
      config: undefined,
      json: false,
    },
  ],
  [
    ["pick", "--json", "r.json", "--config", "c.yaml"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: { kind: "file", path: "r.json" },
      config: { kind: "file", path: "c.yaml" },
      json: true,
    },
  ],
  [
    ["pick", "r.json", "--config=-"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: { kind: "file", path: "r.json" },
      config: DASH,
      json: false,
    },
  ],
  [
    ["pick", "--config", "-", "r.json"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: { kind: "file", path: "r.json" },
      config: DASH,
      json: false,
    },
  ],
  [
    ["pick", "--config", "c.yaml", "-"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: DASH,
      config: { kind: "file", path: "c.yaml" },
      json: false,
    },
  ],
  [
    ["pick", "--json", "-"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: DASH,
      config: undefined,
      json: true,
    },
  ],
  [
    ["pick", "--config", "a", "--config", "b"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: false,
      at: undefined,
      request: PIPED,
      config: { kind: "file", path: "b" },
      json: false,
    },
  ],
  [
    ["pick", "--candidates", "1, b", "--model", "2", "--stream"],
    {
      command: "pick",
      changes: { ...NO_CHANGES, model: "2", stream: true },
      verbose: false,
      at: undefined,
      request: { kind: "quick", candidates: [plain("1"), plain("b")] },
      config: undefined,
      json: false,
    },
  ],
  [
    ["pick", "--candidates=-a", "--provider", "codex"],
    {
      command: "pick",
      changes: { ...NO_CHANGES, provider: "codex" },
      verbose: false,
      at: undefined,
      request: { kind: "quick", candidates: [plain("-a")] },
      config: undefined,
      json: false,
    },
  ],
  [
    ["check", "--strict", "--host-dir", "/srv", "c.yaml"],
    {
      command: "check",
      isStrict: true,
      hostDir: "/srv",
      request: undefined,
      config: { kind: "file", path: "c.yaml" },
      json: false,
    },
  ],
  [
    ["check", "c.yaml", "--request", "r.json"],
    {
      command: "check",
      ...MILD,
      ...MILD,
      request: { kind: "file", path: "r.json" },
      config: { kind: "file", path: "c.yaml" },
      json: false,
    },
  ],
  [
    ["pick", "--verbose", "--at", "2026-11-24T09:30:00Z"],
    {
      command: "pick",
      changes: NO_CHANGES,
      verbose: true,
      at: Date.UTC(2026, 10, 24, 9, 30),
      request: PIPED,
      config: undefined,
      json: false,
    },
  ],
  [
    [
      "pick",
      "r.json",
      "--model",
      "",
      "--caller=team-red",
      "--header",
      "X-Team:  red ",
      "--header=x-team: blue=1",
      "--path",
      "/v1/responses",
      "--retry",
      "--service-tier",
      "flex",
      "--metadata",
      "derived_session_id=a=b",
      "--metadata=note=",
    ],
    {
      command: "pick",
      changes: {
        model: "",
        provider: undefined,
        stream: false,
        caller: "team-red",
        headers: [["X-Team", "red"], ["x-team", "blue=1"]],
        metadata: {
          "derived_session_id": "a=b",
          note: "",
          "request_path": "/v1/responses",
          "selected_auth_id": "an-earlier-credential",
          "service_tier": "flex",
        },
      },
      verbose: false,
      at: undefined,
      request: { kind: "file", path: "r.json" },
      config: undefined,
      json: false,
    },
  ],
  [["caller"], { command: "caller" }],
  [["schema"], { command: "schema" }],
];

for (const [args, want] of GOOD) {
  Deno.test(`parseCommandLine() reads "${args.join(" ")}"`, () => {
    assertEquals(parseCommandLine(args), want);
  });
}

const BAD: readonly (readonly [args: readonly string[], want: string])[] = [
  [
    [],
    "A command is missing; name one of pick, check, policy, caller, schema, version, help, " +
    'such as "scheduler help"',
  ],
  ...["2026-11-24junk", "2026-02-30", "2026-11-24 09:30 PST", "9:30", "now"]
    .map(
      (at): [readonly string[], string] => [
        ["pick", "--at", at],
        `Cannot read --at: it must be a time, got ${
          JSON.stringify(at)
        }; write ` +
        'it such as "2026-11-24T09:30" or "2026-11-24T09:30:00+01:00"',
      ],
    ),
  [["chekc"], 'Unknown command "chekc"; did you mean "scheduler check"'],
  [["deploy"], 'Unknown command "deploy"; see "scheduler help"'],
  [["PICK"], 'Unknown command "PICK"; did you mean "scheduler pick"'],
  [["help", "pikc"], 'Unknown command "pikc"; did you mean "scheduler pick"'],
  [["--versoin"], 'Unknown flag "--versoin"; did you mean "--version"'],
  [
    ["--json", "pick"],
    'Unknown flag "--json"; a command comes first, see "scheduler help"',
  ],
  [["-x"], 'Unknown flag "-x"; a command comes first, see "scheduler help"'],
  [
    ["pick", "--confg", "x"],
    'Unknown flag "--confg" of pick; did you mean "--config"',
  ],
  [
    ["pick", "--confg=x"],
    'Unknown flag "--confg" of pick; did you mean "--config"',
  ],
  [
    ["pick", "--no-json"],
    'Unknown flag "--no-json" of pick; did you mean "--json"',
  ],
  [
    ["pick", "--constructor"],
    'Unknown flag "--constructor" of pick; see "scheduler help pick"',
  ],
  [
    ["pick", "--__proto__", "x"],
    'Unknown flag "--__proto__" of pick; see "scheduler help pick"',
  ],
  [
    ["pick", "--config.x", "y"],
    'Unknown flag "--config.x" of pick; did you mean "--config"',
  ],
  [
    ["check", "--config", "c.yaml"],
    'Unknown flag "--config" of check; write "scheduler check FILE"',
  ],
  [
    ["check", "--config=c.yaml"],
    'Unknown flag "--config" of check; write "scheduler check FILE"',
  ],
  [
    ["check", "--model", "m"],
    'Unknown flag "--model" of check; see "scheduler help check"',
  ],
  [
    ["pick", "--json=no"],
    "Cannot read the flags of pick: --json takes no value; " +
    'write "--json" or leave it out',
  ],
  [
    ["pick", "--config"],
    "Cannot read the flags of pick: --config needs a value; " +
    'write "--config=VALUE"',
  ],
  [
    ["pick", "--config", "--json"],
    "Cannot read the flags of pick: --config needs a value; " +
    'write "--config=VALUE"',
  ],
  [
    ["pick", "a", "b"],
    'Cannot run pick with "b": one argument is the most; ' +
    'see "scheduler help pick"',
  ],
  [
    ["version", "x"],
    'Cannot run version with "x": it takes no argument; ' +
    'see "scheduler help version"',
  ],
  [
    ["check", "a", "b"],
    'Cannot run check with "b": one argument is the most; ' +
    'see "scheduler help check"',
  ],
  ...["X-Team", "secret", ": secret", "X Team: secret"].map((
    header,
  ): [readonly string[], string] => [
    ["pick", "--header", header],
    "Cannot read --header: it must be a name, a colon and a value; " +
    "write it such as --header 'X-Team: red'",
  ]),
  [
    ["pick", "--header"],
    'Cannot read the flags of pick: --header needs a value; write "--header=VALUE"',
  ],
  [
    ["pick", "--header", "--json"],
    'Cannot read the flags of pick: --header needs a value; write "--header=VALUE"',
  ],
  [
    ["pick", "--header", "X-Key:", "secret", "a", "b"],
    "Cannot run pick with a further argument: one argument is the most; " +
    'see "scheduler help pick"',
  ],
  [
    ["pick", "--hedaer=X-Key: secret"],
    'Unknown flag "--hedaer" of pick; did you mean "--header"',
  ],
  [
    ["pick", "--metadata", "secret"],
    "Cannot read --metadata: it must be a name, = and a value; " +
    "write it such as --metadata derived_session_id=s1",
  ],
  [
    ["pick", "--metadata", "a=secret", "--metadata", "a=other"],
    "Cannot read --metadata: each name must stand once, got a twice; " +
    "leave one of them out",
  ],
  [
    ["pick", "--path", "/v1", "--metadata", "request_path=/v2"],
    "Cannot use both --path and --metadata request_path: they say the same; " +
    "leave one of them out",
  ],
  [
    ["pick", "--caller", "red", "--metadata", "caller_scope=secret"],
    "Cannot use both --caller and --metadata caller_scope: they say the " +
    "same; leave one of them out",
  ],
  [
    ["policy", "run", "p.ts", "--candidates", "a", "--repeat", "0"],
    'Cannot read --repeat: it must be a whole number from 1 to 10000, got "0"; ' +
    "leave it out for 1",
  ],
  [
    ["pick", "r.json", "--candidates", "a"],
    'Cannot use both --candidates and the request "r.json"; ' +
    "leave one of them out",
  ],
  [
    ["pick", "--candidates", "a,,b"],
    "Cannot read --candidates: every ID must have a name, got an empty one; " +
    'separate the IDs by single commas, such as "a,b,c"',
  ],
  [
    ["pick", "--candidates", "a,b,a"],
    'Cannot read --candidates: every ID must be unique, got "a" twice; ' +
    "leave one of them out",
  ],
  [
    ["pick", "--config", "--", "-"],
    "Cannot read the flags of pick: --config needs a value; " +
    'write "--config=VALUE"',
  ],
  [
    ["pick", "--config", "-"],
    "Cannot read both the request and the config from standard input; " +
    "name a file for one of them",
  ],
  [
    ["pick", "-", "--config=-"],
    "Cannot read both the request and the config from standard input; " +
    "name a file for one of them",
  ],
];

for (const [args, want] of BAD) {
  Deno.test(`parseCommandLine() refuses "${args.join(" ")}"`, () => {
    const error = assertThrows(() => parseCommandLine(args), CliError);
    assertEquals(`${error.message}; ${error.advice}`, want);
  });
}
