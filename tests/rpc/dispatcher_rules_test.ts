/**
 * Calls under rules: the time that passes, refusals as the host reads them,
 * rules that isolate, tiers and the host's schema.
 */

import { assertEquals } from "@std/assert";
import { Ledger } from "../../src/policy/ledger.ts";
import { Dispatcher, type Reply } from "../../src/rpc/dispatcher.ts";
import type { LogEntry } from "../../src/rpc/log_entry.ts";
import { encodeAnswer } from "../../src/rpc/wire.ts";
import { base64, utf8 } from "./bytes.ts";

const HASH = "37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50";
const UNHANDLED = encodeAnswer({ kind: "unhandled" });
const UNAVAILABLE = `{"ok":false,"error":{"code":"scheduler_unavailable",` +
  `"message":"the scheduler cannot decide at the moment",` +
  `"http_status":503}}`;

/** A Monday, 07:59:30 in UTC. */
const BEFORE_EIGHT = Date.UTC(2026, 10, 23, 7, 59, 30);

function auth(id: string): string {
  return encodeAnswer({ kind: "auth", id });
}

interface World {
  readonly schema?: number;
  readonly timeZone?: string;
  readonly ledger?: Ledger;
}

/** A dispatcher under a config, whose clock stands still. */
class Plugin {
  nowMs = BEFORE_EIGHT;
  readonly logged: LogEntry[] = [];
  readonly registered: Reply;
  readonly #schema: number;
  readonly #dispatcher: Dispatcher;

  constructor(yaml: string, world: World = {}) {
    const { schema = 6, timeZone = "UTC", ledger } = world;
    this.#schema = schema;
    this.#dispatcher = new Dispatcher({
      version: "1",
      now: () => this.nowMs,
      seed: 1,
      timeZone,
      log: (entry) => {
        if (entry.level !== "info") this.logged.push(entry);
      },
      ...(ledger && { ledger }),
    });
    this.registered = this.configure(yaml);
  }

  configure(yaml: string): Reply {
    const config = base64(utf8(yaml));
    const request = `{"config_yaml":"${config}",` +
      `"schema_version":${this.#schema}}`;
    return this.#dispatcher.call("plugin.reconfigure", utf8(request));
  }

  /** A pick with the candidates `a`, `b` and `c`, of priorities 5, 5 and 1. */
  pick(
    { model = "m", metadata = {}, headers = {}, isSpaced = false } = {},
  ): Reply {
    const request = {
      Plugin: {},
      Provider: "",
      Providers: [],
      Model: model,
      Stream: false,
      Options: { Headers: headers, Metadata: metadata },
      Candidates: [
        { ID: "a", Priority: 5 },
        { ID: "b", Priority: 5 },
        { ID: "c", Priority: 1 },
      ],
    };
    return this.#dispatcher.call(
      "scheduler.pick",
      utf8(
        JSON.stringify(request).replace(`"Model"`, `${isSpaced ? " " : ""}$&`),
      ),
    );
  }
}

// ---- time ----

const BY_DAY = `rules:
- {name: day, when: {time: "08:00-19:00"}, policy: fill_first}
- {name: night, policy: {name: fixed, id: b}}
`;

Deno.test("call() decides by the time of the pick", () => {
  const plugin = new Plugin(BY_DAY);
  const bodies = [0, 29_999, 30_000, 60_000].map((laterMs) => {
    plugin.nowMs = BEFORE_EIGHT + laterMs;
    return plugin.pick().body;
  });
  assertEquals(bodies, [auth("b"), auth("b"), auth("a"), auth("a")]);
});

Deno.test("call() lets an answer live until a window may open", () => {
  const plugin = new Plugin(BY_DAY);
  const lives = [0, 29_999, 30_000, 30_001].map((laterMs) => {
    plugin.nowMs = BEFORE_EIGHT + laterMs;
    return plugin.pick().publication?.livesMs;
  });
  assertEquals(lives, [30_000, 1, 15 * 60_000, 15 * 60_000 - 1]);
});

Deno.test("call() lets an answer live for ever when no rule looks at the time", () => {
  const plugin = new Plugin("policy: fill_first\n");
  assertEquals(plugin.pick().publication?.livesMs, 0);
});

Deno.test("call() goes by its time zone when a window names none", () => {
  const plugin = new Plugin(BY_DAY, { timeZone: "Europe/Berlin" });
  assertEquals(plugin.pick().body, auth("a"));
});

// ---- what is reused ----

const KEYS: readonly (readonly [
  when: string,
  kind: "key" | "list",
  head: boolean,
  fields: readonly { readonly name: string; readonly value?: string }[],
])[] = [
  ["{}", "key", false, []],
  ["{model: m}", "key", true, []],
  ["{caller: red}", "key", false, [{ name: "caller_scope", value: HASH }]],
  ["{caller: red, model: m}", "key", true, [
    { name: "caller_scope", value: HASH },
  ]],
  // The model does not fit: the caller is not looked at.
  ["{caller: red, model: x}", "key", true, []],
  ["{any: [{caller: red}, {model: x}]}", "key", true, [
    { name: "caller_scope", value: HASH },
  ]],
  ["{service_tier: auto}", "key", false, [{ name: "service_tier" }]],
  ["{header: {X-Team: a}}", "list", false, []],
  ["{session: false}", "list", false, []],
];

for (const [when, kind, head, fields] of KEYS) {
  Deno.test(`call() publishes a ${kind} when a rule looks at ${when}`, () => {
    const plugin = new Plugin(
      `callers: {red: ${HASH}}\n` +
        `rules: [{name: r, when: ${when}, policy: fill_first}]\n`,
    );
    const metadata = { "caller_scope": HASH };
    const { publication } = plugin.pick({ metadata });
    assertEquals(
      [publication?.kind, publication?.head, publication?.fields],
      [kind, head, [...fields]],
    );
  });
}

Deno.test("call() counts the turns of each rule by themselves", () => {
  const plugin = new Plugin(`rules:
- {name: one, when: {model: x}}
- {name: two}
`);
  const bodies = ["m", "x", "m", "x", "x"].map((model) =>
    plugin.pick({ model }).body
  );
  assertEquals(bodies, ["a", "a", "b", "b", "a"].map(auth));
});

// ---- refusals ----

const ISOLATING = `rules:
- name: isolating
  policy: least_recent
  otherwise: refuse
  refuse: {status: 429, message: 'only "day" & <night>'}
`;

const REFUSED = `{"ok":false,"error":{"code":"scheduler_refused",` +
  `"message":"only \\"day\\" \\u0026 \\u003cnight\\u003e",` +
  `"http_status":429}}`;

const NOBODY = ISOLATING.replace("  policy:", "  use: nobody\n  policy:") +
  "pools: {nobody: {id: z}}\n";

Deno.test("call() refuses with status and message when nothing is left", () => {
  const reply = new Plugin(NOBODY).pick();
  assertEquals([reply.rc, reply.body], [0, REFUSED]);
});

Deno.test("call() refuses with 503 when the config does not say", () => {
  const yaml = `pools: {nobody: {id: z}}
rules: [{name: r, use: nobody, otherwise: refuse}]
`;
  assertEquals(
    new Plugin(yaml).pick().body,
    `{"ok":false,"error":{"code":"scheduler_refused","message":` +
      `"no credential is available for this request","http_status":503}}`,
  );
});

Deno.test("call() leaves it to the host when nothing is left otherwise", () => {
  const yaml = NOBODY.replace("otherwise: refuse", "otherwise: host");
  assertEquals(new Plugin(yaml).pick().body, UNHANDLED);
});

/** Whoever looks at it fails: stands for a policy with a fault. */
class BrokenLedger extends Ledger {
  override lastPickOf(): never {
    throw new TypeError("secret");
  }
}

Deno.test("call() refuses when the policy of an isolating rule throws", () => {
  const plugin = new Plugin(ISOLATING, { ledger: new BrokenLedger() });
  const { rc, body, publication } = plugin.pick();
  assertEquals([rc, body], [0, REFUSED]);
  assertEquals(publication?.kind, "list");
});

Deno.test("call() logs once and without its message what a policy throws", () => {
  const plugin = new Plugin(ISOLATING, { ledger: new BrokenLedger() });
  for (let picks = 0; picks < 3; picks++) plugin.pick();
  assertEquals(plugin.logged.map(({ level, message }) => [level, message]), [
    ["error", "A policy failed and chose nothing: unexpected TypeError"],
  ]);
  assertEquals(/secret/.test(JSON.stringify(plugin.logged)), false);
});

Deno.test("call() accepts with a refusal on failure only when a rule isolates", () => {
  const open = "policy: least_recent\n";
  assertEquals(
    [ISOLATING, open].map((yaml) => new Plugin(yaml).registered.accepted),
    [
      { onFailure: UNAVAILABLE, isForAny: false, allTiers: false },
      { onFailure: UNHANDLED, isForAny: false, allTiers: false },
    ],
  );
});

/** Throws where Uint8Array does not: stands for a fault of ours. */
function faulty(): Uint8Array {
  return new Proxy(new Uint8Array(1), {
    get(): never {
      throw new TypeError("secret");
    },
  });
}

Deno.test("call() refuses when a pick meets a fault and a rule isolates", () => {
  const plugin = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log() {},
  });
  const config = base64(utf8(ISOLATING));
  plugin.call("plugin.register", utf8(`{"config_yaml":"${config}"}`));
  assertEquals(plugin.call("scheduler.pick", faulty()), {
    rc: 0,
    body: UNAVAILABLE,
    failed: true,
  });
});

Deno.test("call() goes on isolating when a config with an error follows", () => {
  const plugin = new Plugin(NOBODY);
  const reply = plugin.configure("rules: [{name: r, use: nobody}]\n");
  assertEquals([reply.rc, reply.accepted], [0, undefined]);
  assertEquals(plugin.pick().body, REFUSED);
});

// ---- tiers ----

const TIERS: readonly (readonly [yaml: string, wantsAll: boolean])[] = [
  ["", false],
  ["tiers: all\n", false],
  ["tiers: all\npolicy: fill_first\n", true],
  ["policy: fill_first\n", false],
  ["rules: [{name: r}, {name: s, tiers: all}]\n", true],
  ["tiers: all\nrules: [{name: r, tiers: top}]\n", false],
];

for (const [yaml, wantsAll] of TIERS) {
  const title = JSON.stringify(yaml);

  Deno.test(`call() ${wantsAll ? "asks" : "does not ask"} for all priorities when it is ${title}`, () => {
    const { capabilities } = JSON.parse(new Plugin(yaml).registered.body)
      .result;
    assertEquals(capabilities, {
      scheduler: true,
      ...(wantsAll && { scheduler_across_priorities: true }),
    });
  });

  for (const schema of [0, 3, 5, 6, 7]) {
    const warns = wantsAll && schema < 6;
    Deno.test(`call() ${warns ? "warns" : "does not warn"} of tiers when the host speaks ${schema} and it is ${title}`, () => {
      const { logged } = new Plugin(yaml, { schema });
      const about = logged.filter(({ message }) =>
        message.includes("no effect with this host")
      );
      assertEquals(
        about,
        warns
          ? [{
            level: "warn",
            message: "Check the config: tiers: all has no effect with this " +
              "host, which sends the candidates of the best priority only",
            fields: {},
          }]
          : [],
      );
    });
  }
}

Deno.test("call() chooses among all priorities when a rule says so", () => {
  const fixed = (tiers: string) =>
    new Plugin(`tiers: ${tiers}\npolicy: {name: fixed, id: c}\n`).pick().body;
  assertEquals([fixed("all"), fixed("top")], [auth("c"), UNHANDLED]);
});

Deno.test("call() publishes the list only when the request is not in the host's form", () => {
  const plugin = new Plugin(
    "rules: [{name: r, when: {model: m}, policy: fill_first}]\n",
  );
  assertEquals(plugin.pick().publication?.kind, "key");
  assertEquals(plugin.pick({ isSpaced: true }).publication?.kind, "list");
});

/** Metadata, and the fields that a rule which follows sessions looks at. */
const SESSIONS: readonly (readonly [
  metadata: Readonly<Record<string, string>>,
  fields: readonly { readonly name: string; readonly value?: string }[],
])[] = [
  [{ "canonical_session_id": "s", "derived_session_id": "t" }, [
    { name: "canonical_session_id", value: "s" },
  ]],
  [{ "derived_session_id": "t" }, [
    { name: "canonical_session_id" },
    { name: "derived_session_id", value: "t" },
    { name: "execution_session_id" },
    { name: "lcp_affinity_session_id" },
  ]],
];

for (const [metadata, fields] of SESSIONS) {
  Deno.test(`call() publishes a key for the session in ${Object.keys(metadata)}`, () => {
    const { publication } = new Plugin("policy: sticky\n").pick({ metadata });
    assertEquals([publication?.kind, publication?.fields], ["key", [
      ...fields,
    ]]);
  });
}
