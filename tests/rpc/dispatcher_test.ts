/** Calls in, replies out: methods, the config in force, what is logged. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Dispatcher, type Reply } from "../../src/rpc/dispatcher.ts";
import type { LogEntry } from "../../src/rpc/log_entry.ts";
import { encodeRegistration } from "../../src/rpc/registration.ts";
import { base64, utf8 } from "./bytes.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);
const NONE =
  `{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"","Handled":false}}`;
const DENY = `{"ok":false,"error":{"code":"scheduler_denied",` +
  `"message":"scheduler pick denied by plugin configuration"}}`;
const SEALED = `{"ok":false,"error":{"code":"scheduler_sealed",` +
  `"message":"the scheduler's config has an error or cannot be read",` +
  `"http_status":503}}`;
const BROKEN = "deny:\n  - secret\n";
const CLOSING = "rules: [{name: a, policy: round_robin, otherwise: refuze}]\n";

function picked(id: string): string {
  return `{"ok":true,"result":{"AuthID":"${id}","DelegateBuiltin":"",` +
    `"Handled":true}}`;
}

function delegated(to: string): string {
  return `{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"${to}",` +
    `"Handled":true}}`;
}

function lifecycle(yaml: string, schema = 3): Uint8Array {
  const config = base64(utf8(yaml));
  return utf8(`{"config_yaml":"${config}","schema_version":${schema}}`);
}

function candidates(...ids: readonly string[]): Uint8Array {
  return utf8(JSON.stringify({ Candidates: ids.map((ID) => ({ ID })) }));
}

/** A dispatcher with what it logged. */
class Plugin {
  readonly logged: LogEntry[] = [];
  /** What came into force, as it was logged. */
  readonly announced: LogEntry[] = [];
  nowMs = 1;
  readonly #dispatcher = new Dispatcher({
    version: "1.2.3",
    now: () => this.nowMs,
    seed: 1,
    timeZone: "UTC",
    log: (entry) => {
      const isInForce = entry.message.startsWith("The config is in force: ");
      (isInForce ? this.announced : this.logged).push(entry);
    },
  });

  call(method: string, request: Uint8Array): Reply {
    return this.#dispatcher.call(method, request);
  }

  turn(): void {
    this.#dispatcher.turn();
  }

  register(yaml: string): Reply {
    return this.call("plugin.register", lifecycle(yaml));
  }

  reconfigure(yaml: string): Reply {
    return this.call("plugin.reconfigure", lifecycle(yaml));
  }

  pick(...ids: readonly string[]): string {
    const { rc, body } = this.call("scheduler.pick", candidates(...ids));
    assertEquals(rc, 0);
    return body;
  }
}

/** What `plugin_error` is answered for, without its message. */
function codeOf(reply: Reply): string {
  const envelope = JSON.parse(reply.body);
  assertEquals(envelope.ok, false);
  return envelope.error.code;
}

const UNKNOWN: readonly (readonly [string, string])[] = [
  ["foo<bar", "foo\\u003cbar"],
  ["", ""],
  ["plugin.shutdown", "plugin.shutdown"],
  ["plugin.quiesce", "plugin.quiesce"],
  ["Plugin.Register", "Plugin.Register"],
  ["scheduler.pick ", "scheduler.pick "],
  ["toString", "toString"],
];

for (const [method, escaped] of UNKNOWN) {
  Deno.test(`call() tolerates the method ${JSON.stringify(method)}`, () => {
    assertEquals(new Plugin().call(method, utf8("{")), {
      rc: 0,
      body: `{"ok":false,"error":{"code":"unknown_method",` +
        `"message":"unknown method: ${escaped}"}}`,
    });
  });
}

Deno.test("call() leaves a pick unhandled before any register", () => {
  assertEquals(new Plugin().pick("a"), NONE);
});

interface PickCase {
  readonly yaml: string;
  readonly offered: readonly string[];
  readonly body: string;
  readonly onFailure: string;
  readonly isForAny: boolean;
}

const PICKS: readonly PickCase[] = [
  {
    yaml: "enabled: true\npriority: 0\n",
    offered: ["a"],
    body: NONE,
    onFailure: NONE,
    isForAny: true,
  },
  {
    yaml: "auth_id: ' a '\n",
    offered: ["x", "a"],
    body: picked("a"),
    onFailure: NONE,
    isForAny: false,
  },
  {
    yaml: "auth_id: a\n",
    offered: ["x"],
    body: NONE,
    onFailure: NONE,
    isForAny: false,
  },
  {
    yaml: "delegate: fill-first\nauth_id: a\n",
    offered: ["a"],
    body: delegated("fill-first"),
    onFailure: delegated("fill-first"),
    isForAny: true,
  },
  {
    yaml: "delegate: ' round-robin '\n",
    offered: [],
    body: delegated("round-robin"),
    onFailure: delegated("round-robin"),
    isForAny: true,
  },
  {
    yaml: "delegate: Fill-First\nauth_id: a\n",
    offered: ["a"],
    body: NONE,
    onFailure: NONE,
    isForAny: true,
  },
  {
    yaml: "deny: true\ndelegate: fill-first\nauth_id: a\n",
    offered: ["a"],
    body: DENY,
    onFailure: DENY,
    isForAny: true,
  },
];

for (const method of ["plugin.register", "plugin.reconfigure"]) {
  for (const { yaml, offered, body, onFailure, isForAny } of PICKS) {
    const title = `${method} brings ${JSON.stringify(yaml)}`;

    Deno.test(`call() answers a pick by the config when ${title}`, () => {
      const plugin = new Plugin();
      plugin.call(method, lifecycle(yaml));
      assertEquals(plugin.pick(...offered), body);
    });

    Deno.test(`call() accepts with the answer on failure when ${title}`, () => {
      assertEquals(new Plugin().call(method, lifecycle(yaml)), {
        rc: 0,
        body: encodeRegistration({
          version: "1.2.3",
          schemaVersion: 3,
          allTiers: false,
        }),
        accepted: { onFailure, isForAny, allTiers: false },
      });
    });
  }
}

for (const request of ["", "{}", "null", `{"config_yaml":null}`]) {
  Deno.test(`call() registers with schema 1 when the request is ${request || "empty"}`, () => {
    assertEquals(new Plugin().call("plugin.register", utf8(request)), {
      rc: 0,
      body: encodeRegistration({
        version: "1.2.3",
        schemaVersion: 1,
        allTiers: false,
      }),
      accepted: { onFailure: NONE, isForAny: true, allTiers: false },
    });
  });
}

for (const [host, ours] of [[1, 1], [2, 2], [3, 3], [6, 3], [99, 3]]) {
  Deno.test(`call() registers with schema ${ours} when the host speaks ${host}`, () => {
    const request = lifecycle("", host);
    const { body } = new Plugin().call("plugin.register", request);
    assertEquals(JSON.parse(body).result.schema_version, ours);
  });
}

Deno.test("call() resets the config when an empty one comes", () => {
  const plugin = new Plugin();
  plugin.register("deny: true\n");
  const reply = plugin.call("plugin.reconfigure", utf8(`{"config_yaml":""}`));
  assertEquals(reply.accepted, {
    onFailure: NONE,
    isForAny: true,
    allTiers: false,
  });
  assertEquals(plugin.pick("a"), NONE);
});

const FIXTURE_PICKS: readonly (readonly [string, string])[] = [
  ["pick-claude-retry-mixed-kinds.json", "delegate: fill-first\n"],
  ["pick-codex-mixed-plans.json", ""],
  ["pick-codex-stream-session.json", "deny: true\n"],
  ["pick-openai-compatible.json", ""],
];

for (const [file, yaml] of FIXTURE_PICKS) {
  const request = Deno.readFileSync(new URL(file, FIXTURES));
  const offered: readonly { readonly ID: string }[] = JSON.parse(
    new TextDecoder().decode(request),
  ).Candidates;

  Deno.test(`call() answers ${file} when the config is ${JSON.stringify(yaml)}`, () => {
    const plugin = new Plugin();
    plugin.register(yaml);
    const body = yaml === ""
      ? NONE
      : yaml.startsWith("deny")
      ? DENY
      : delegated("fill-first");
    const reply = plugin.call("scheduler.pick", request);
    assertEquals([reply.rc, reply.body], [0, body]);
  });

  Deno.test(`call() picks each credential of ${file} when auth_id names it`, () => {
    assert(offered.length > 0);
    for (const { ID } of offered) {
      const plugin = new Plugin();
      plugin.register(`auth_id: ${JSON.stringify(ID)}\n`);
      const reply = plugin.call("scheduler.pick", request);
      assertEquals([reply.rc, reply.body], [0, picked(ID)]);
    }
  });
}

Deno.test("call() accepts the recorded plugin.register.json", () => {
  const plugin = new Plugin();
  const file = new URL("plugin.register.json", FIXTURES);
  const reply = plugin.call("plugin.register", Deno.readFileSync(file));
  assertEquals(reply.rc, 0);
  const id = "codex-ada@example.com-plus.json";
  assertEquals(plugin.pick(id), picked(id));
});

for (
  const request of ["", "{", "[]", `{"Candidates":[{"ID":1}]}`, "\ufeff{}"]
) {
  Deno.test(`call() fails the pick before it denies when the request is ${JSON.stringify(request)}`, () => {
    const plugin = new Plugin();
    plugin.register("deny: true\n");
    const reply = plugin.call("scheduler.pick", utf8(request));
    assertEquals(reply.rc, 1);
    assertEquals(codeOf(reply), "plugin_error");
    assertEquals(plugin.pick("a"), DENY);
  });
}

const BAD_LIFECYCLES: readonly (readonly [string, Uint8Array])[] = [
  ["a config of a wrong type", lifecycle(BROKEN)],
  [
    "a config of a wrong type and a rule that refuses",
    lifecycle("tiers: secret\nrules: [{name: a, otherwise: refuze}]\n"),
  ],
  ["YAML that is none and refuses", lifecycle("a: b: c\notherwise: refuse\n")],
  ["a key twice", lifecycle("auth_id: a\nauth_id: b\n")],
  ["YAML that is none", lifecycle("a: b: c\n")],
  ["truncated JSON", utf8(`{"config_yaml":`)],
  ["bad base64", utf8(`{"config_yaml":"secret!"}`)],
  ["a bad schema", utf8(`{"config_yaml":"","schema_version":"3"}`)],
];

/** Those of them that may close something, for all that can be known. */
const UNCLEAR_LIFECYCLES = [
  "a config of a wrong type and a rule that refuses",
  "YAML that is none and refuses",
  "truncated JSON",
  "bad base64",
];

for (const method of ["plugin.register", "plugin.reconfigure"]) {
  for (const [name, request] of BAD_LIFECYCLES) {
    const isSealed = UNCLEAR_LIFECYCLES.includes(name);

    Deno.test(`call() ${isSealed ? "seals" : "fails"} when the first ${method} brings ${name}`, () => {
      const plugin = new Plugin();
      for (let times = 0; times < 3; times++) {
        const reply = plugin.call(method, request);
        assertEquals(reply.rc, isSealed ? 0 : 1);
        assertEquals(reply.refused, isSealed ? "sealed" : "open");
        assertEquals(reply.accepted, undefined);
        if (!isSealed) assertEquals(codeOf(reply), "plugin_error");
        else assertMatch(reply.body, /"scheduler_across_priorities":true/);
        assertEquals(plugin.pick("a"), isSealed ? SEALED : NONE);
      }
      // The host logs the errors that it is answered.
      assertEquals(
        plugin.logged.map(({ level }) => level),
        isSealed ? ["error", "error", "error"] : [],
      );
      assertEquals(/secret/.test(JSON.stringify(plugin.logged)), false);
    });

    Deno.test(`call() keeps the last good config when a later ${method} brings ${name}`, () => {
      const plugin = new Plugin();
      const { body } = plugin.register("deny: true\n");
      assertEquals(plugin.call(method, request), { rc: 0, body });
      assertEquals(plugin.pick("a"), DENY);
    });

    Deno.test(`call() logs one error when a later ${method} brings ${name}`, () => {
      const plugin = new Plugin();
      plugin.register("deny: true\n");
      plugin.call(method, request);
      plugin.call(method, request);
      assertEquals(plugin.logged.map(({ level }) => level), ["error"]);
      assertEquals(/secret/.test(JSON.stringify(plugin.logged)), false);
    });
  }
}

Deno.test("call() leaves picks unhandled when the first register failed", () => {
  const plugin = new Plugin();
  plugin.register(BROKEN);
  assertEquals(plugin.pick("a"), NONE);
});

for (const method of ["plugin.register", "plugin.reconfigure"]) {
  Deno.test(`call() accepts ${method} when the first register failed`, () => {
    const plugin = new Plugin();
    plugin.register(BROKEN);
    assertEquals(plugin.call(method, lifecycle("deny: true\n")).rc, 0);
    assertEquals(plugin.pick("a"), DENY);
  });
}

Deno.test("call() names key path and line when it logs a bad config", () => {
  const plugin = new Plugin();
  plugin.register("");
  plugin.reconfigure(`enabled: true\n${BROKEN}`);
  const [entry] = plugin.logged;
  assertEquals(entry?.fields["path"], "deny");
  assert([2, 3].includes(Number(entry?.fields["line"])));
  assertMatch(entry?.message ?? "", /deny must be a boolean, got a list/);
  assertMatch(entry?.message ?? "", /the last good config stays in force$/);
});

Deno.test("call() answers the reason when the first config is bad", () => {
  const reply = new Plugin().register(BROKEN);
  assertMatch(
    JSON.parse(reply.body).error.message,
    /^Cannot read the config: deny must be a boolean, got a list/,
  );
});

Deno.test("call() logs a bad config again when a good one came between", () => {
  const plugin = new Plugin();
  plugin.register("");
  plugin.reconfigure(BROKEN);
  plugin.reconfigure("");
  plugin.reconfigure(BROKEN);
  assertEquals(plugin.logged.length, 2);
});

Deno.test("call() logs nothing but that it is in force when the config is good", () => {
  const plugin = new Plugin();
  plugin.register("auth_id: a\nenabled: true\npriority: 1\n");
  assertEquals(plugin.logged, []);
  assertEquals(plugin.announced.length, 1);
});

const IN_FORCE: readonly (readonly [yaml: string, message: string])[] = [
  ["", "0 rules, 0 pools, 0 policies of your own, 0 warnings"],
  [
    "deny: true\n",
    "0 rules, 0 pools, 0 policies of your own, 0 warnings; deny is on: every pick is refused",
  ],
  [
    "delgate: x\ndelegate: fill-first\n",
    "0 rules, 0 pools, 0 policies of your own, 1 warning; delegate is set",
  ],
  [
    "auth_id: secret\n",
    "0 rules, 0 pools, 0 policies of your own, 0 warnings; auth_id is set",
  ],
  [
    "policy: round_robin\n",
    "1 rule, none isolates, 0 pools, 0 policies of your own, 0 warnings",
  ],
  [
    "policies: {mine: {module: a.ts}}\npools: {a: {id: x}, b: {id: y}}\n" +
    "rules: [{name: one, use: [a], policy: mine, otherwise: refuse}, " +
    "{name: two, use: [b], policy: round_robin}]\n",
    "2 rules, 1 isolates, 2 pools, 1 policy of your own, 1 warning",
  ],
  [
    "policy: refuse\nx: 1\ny: 1\n",
    "1 rule, 1 isolates, 0 pools, 0 policies of your own, 2 warnings",
  ],
];

for (const [yaml, message] of IN_FORCE) {
  Deno.test(`call() logs what is in force when it is ${JSON.stringify(yaml)}`, () => {
    const plugin = new Plugin();
    plugin.register(yaml);
    assertEquals(
      plugin.announced.map(({ level, message }) => [level, message]),
      [["info", `The config is in force: ${message}`]],
    );
  });
}

Deno.test("call() logs what is in force once for each config, however often it comes", () => {
  const plugin = new Plugin();
  plugin.register("auth_id: a\n");
  plugin.reconfigure("auth_id: a\n");
  plugin.call("plugin.reconfigure", lifecycle("auth_id: a\n", 6));
  assertEquals(plugin.announced.length, 1);
  // Another one with the same counts, and the first one again.
  plugin.reconfigure("auth_id: b\n");
  assertEquals(plugin.announced.length, 2);
  plugin.reconfigure("auth_id: a\n");
  assertEquals(plugin.announced.length, 3);
});

Deno.test("call() logs again that a config is in force when one with an error came between", () => {
  const plugin = new Plugin();
  plugin.register("auth_id: a\n");
  plugin.reconfigure(BROKEN);
  plugin.reconfigure(BROKEN);
  assertEquals(plugin.announced.length, 1);
  plugin.reconfigure("auth_id: a\n");
  assertEquals(plugin.announced.length, 2);
});

Deno.test("call() logs a warning once when the config stays the same", () => {
  const plugin = new Plugin();
  plugin.register("delgate: fill-first\n");
  plugin.reconfigure("delgate: fill-first\n");
  assertEquals(plugin.logged.map(({ level }) => level), ["warn"]);
  assertEquals(plugin.logged[0]?.fields, { path: "delgate", line: 1 });
});

Deno.test("call() logs a warning again when the set of them changed", () => {
  const plugin = new Plugin();
  plugin.register("delgate: fill-first\n");
  plugin.reconfigure("\ndelgate: fill-first\n");
  assertEquals(plugin.logged.map(({ fields }) => fields["line"]), [1, 2]);
});

/** Throws where Uint8Array does not: stands for a fault of ours. */
function faulty(): Uint8Array {
  return new Proxy(new Uint8Array(1), {
    get(): never {
      throw new TypeError("secret");
    },
  });
}

for (const [yaml, body] of [["", NONE], ["deny: true\n", DENY]] as const) {
  Deno.test(`call() gives the answer on failure when a pick meets a fault under ${JSON.stringify(yaml)}`, () => {
    const plugin = new Plugin();
    plugin.register(yaml);
    assertEquals(plugin.call("scheduler.pick", faulty()), {
      rc: 0,
      body,
      failed: true,
    });
  });
}

Deno.test("call() logs a fault once and without its message when it repeats", () => {
  const plugin = new Plugin();
  plugin.call("scheduler.pick", faulty());
  plugin.call("scheduler.pick", faulty());
  assertEquals(plugin.logged.map(({ message }) => message), [
    "Cannot answer scheduler.pick: unexpected TypeError",
  ]);
  assertEquals(/secret/.test(JSON.stringify(plugin.logged)), false);
});

Deno.test("call() seals when the first register meets a fault", () => {
  const plugin = new Plugin();
  const reply = plugin.call("plugin.register", faulty());
  assertEquals([reply.rc, reply.refused], [0, "sealed"]);
  assertEquals(plugin.pick("a"), SEALED);
});

Deno.test("call() says what is wrong when it seals, and that every pick is refused", () => {
  const plugin = new Plugin();
  plugin.register(CLOSING);
  const [entry] = plugin.logged;
  assertEquals(entry?.level, "error");
  assertMatch(
    entry?.message ?? "",
    /^Sealed: Cannot read the config: rules\[0\].* must be .*: every pick is refused until the config is mended$/,
  );
  assertEquals(entry?.fields, { path: "rules[0].otherwise", line: 1 });
});

Deno.test("call() seals no more when a good config comes, and never after it", () => {
  const plugin = new Plugin();
  plugin.register(CLOSING);
  plugin.reconfigure("auth_id: a\n");
  assertEquals(plugin.pick("a"), picked("a"));
  const { refused } = plugin.reconfigure(CLOSING);
  assertEquals(refused, undefined);
  assertEquals(plugin.pick("a"), picked("a"));
});

Deno.test("call() goes by each config while none was in force", () => {
  const plugin = new Plugin();
  assertEquals(plugin.register(BROKEN).refused, "open");
  assertEquals(plugin.reconfigure(CLOSING).refused, "sealed");
  assertEquals(plugin.reconfigure(BROKEN).refused, "open");
  assertEquals(plugin.pick("a"), NONE);
});

Deno.test("call() logs why a rule refuses, and counts the next ones", () => {
  const plugin = new Plugin();
  plugin.register(
    "pools: {a: {id: none}}\nrules: [{name: team-a, use: [a], " +
      "policy: round_robin, otherwise: refuse}]\n",
  );
  const { publication } = plugin.call(
    "scheduler.pick",
    utf8(`{"Model":"m","Candidates":[{"ID":"x"},{"ID":"y"},{"ID":"z"}]}`),
  );
  plugin.pick("x");
  assertEquals(plugin.announced.slice(1), []);
  assertEquals(plugin.logged.map(({ level, message }) => [level, message]), [[
    "info",
    "Refused a pick: rule team-a: pool a has no member among 3 candidates",
  ]]);
  // What the C side serves of it is counted as well.
  const { list, epoch, tag } = publication!;
  const report = JSON.stringify([
    { list, epoch, tag, from: 0, to: 40, more: false, moreFrom: 0 },
  ]);
  plugin.call("rotation.taken", utf8(report));
  plugin.nowMs += 60_000;
  plugin.turn();
  assertEquals(
    plugin.logged.map(({ message }) => message).slice(1),
    ["Refused 41 more picks: rule team-a: pool a has no member among 1 candidate"],
  );
});

Deno.test("call() registers with the host's schema when it seals", () => {
  const plugin = new Plugin();
  for (const [host, ours] of [[1, 1], [3, 3], [9, 3]] as const) {
    const { body } = plugin.call("plugin.register", lifecycle(CLOSING, host));
    assertEquals(JSON.parse(body).result.schema_version, ours);
  }
});

Deno.test("call() logs the error of a config that is given to a new worker, and that it closes nothing", () => {
  const plugin = new Plugin();
  const reply = plugin.call("config.replay", lifecycle(BROKEN));
  assertEquals([reply.rc, reply.refused], [1, "open"]);
  assertMatch(
    plugin.logged[0]?.message ?? "",
    /^Cannot read the config: deny must be .* it closes nothing, so every pick is left to the host$/,
  );
});

Deno.test("call() takes a good config that is given to a new worker as any other", () => {
  const plugin = new Plugin();
  const { accepted } = plugin.call(
    "config.replay",
    lifecycle("tiers: all\npolicy: round_robin\n"),
  );
  assertEquals(accepted?.allTiers, true);
  assertEquals(plugin.register("deny: true\n").accepted?.allTiers, false);
});

Deno.test("call() keeps the last good config when a reconfigure meets a fault", () => {
  const plugin = new Plugin();
  plugin.register("deny: true\n");
  assertEquals(plugin.call("plugin.reconfigure", faulty()).rc, 0);
  assertEquals(plugin.pick("a"), DENY);
});

Deno.test("call() does not throw when the log does", () => {
  const dispatcher = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log() {
      throw new TypeError("the log is full");
    },
  });
  const reply = dispatcher.call("plugin.register", lifecycle("nonsense: 1\n"));
  assertEquals(reply.rc, 0);
});
