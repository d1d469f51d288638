/** Policies at their best and worst, each in a realm of its own. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { Realm } from "../../src/modules/realm.ts";
import {
  candidates,
  compiled,
  FACTS,
  GUARD_MS,
  policyOf,
  question,
  realmOf,
} from "./example_module.ts";

/** Body, then what it comes to when asked about a and b. */
const ANSWERS: readonly (readonly [body: string, answer: unknown])[] = [
  ["return { id: candidates[1].id, reason: 'last' }", {
    kind: "choice",
    place: 1,
    reason: "last",
  }],
  ["return { id: 'a' }", {
    kind: "choice",
    place: 0,
    reason: "The policy chose it",
  }],
  ["return { id: 'a', reason: 'x\\ny\\u0000;z' }", {
    kind: "choice",
    place: 0,
    reason: "x y ;z",
  }],
  ["return { id: 'a', reason: 'x'.repeat(5000) }", {
    kind: "choice",
    place: 0,
    reason: "x".repeat(200),
  }],
  ["return { scores: [1, 2] }", {
    kind: "choice",
    place: 1,
    reason: "It has the highest score",
    scores: [1, 2],
  }],
  ["return { scores: [2.5, 2.5], reason: 'r' }", {
    kind: "choice",
    place: 0,
    reason: "r",
    scores: [2.5, 2.5],
  }],
  ["return { scores: [null, -1e300] }", {
    kind: "choice",
    place: 1,
    reason: "It has the highest score",
    scores: [undefined, -1e300],
  }],
  ["return { scores: [-0, undefined] }", {
    kind: "choice",
    place: 0,
    reason: "It has the highest score",
    scores: [0, undefined],
  }],
  ["return { scores: [null, null] }", { kind: "none" }],
  ["return undefined", { kind: "none" }],
  ["return null", { kind: "none" }],
  ["", { kind: "none" }],
  // A decision that is made up when it is asked.
  [
    "return new Proxy({}, { get: (_, key) => key === 'id' ? 'b' : undefined })",
    { kind: "choice", place: 1, reason: "The policy chose it" },
  ],
  // One that changes: it is read once.
  ["let n = 0; return { get id() { return n++ === 0 ? 'a' : 'b' } }", {
    kind: "choice",
    place: 0,
    reason: "The policy chose it",
  }],
  ["const d = { id: 'a' }; context.state.d = d; return d", {
    kind: "choice",
    place: 0,
    reason: "The policy chose it",
  }],
];

for (const [body, answer] of ANSWERS) {
  Deno.test(`a policy may: ${body}`, async () => {
    const realm = await realmOf(policyOf(body));
    assertEquals(realm.ask(question("a", "b")), answer as never);
    assertEquals(realm.ask(question("a", "b"), GUARD_MS), answer as never);
  });
}

/** Body, then the start of what is said of it. */
const FAULTS: readonly (readonly [body: string, said: string])[] = [
  ["return { id: 'c' }", "id must be that of a candidate"],
  ["return { id: 1 }", "id must be a text"],
  ["return { id: null }", "id must be a text"],
  ["return {}", "a decision must have id or scores"],
  ["return []", "a decision must have id or scores"],
  ["return 'a'", "a decision must be an object"],
  ["return 0", "a decision must be an object"],
  ["return false", "a decision must be an object"],
  ["return () => 1", "a decision must be an object"],
  ["return { id: 'a', reason: 1 }", "reason must be a text"],
  ["return { scores: [1] }", "scores must have one number per candidate"],
  ["return { scores: { length: 2 } }", ""],
  ["return { scores: 'ab' }", "scores must be a list"],
  ["return { scores: [1, NaN] }", "scores must be numbers"],
  ["return { scores: [1, Infinity] }", "scores must be numbers"],
  ["return { scores: [1, '2'] }", "scores must be numbers"],
  ["return { scores: [1n, 2n] }", "scores must be numbers"],
  ["throw new Error('secret')", "It threw Error at 4"],
  ["throw 'secret'", "It threw something that is no error"],
  ["throw undefined", "It threw something that is no error"],
  [
    "throw { name: 'secret', message: 'secret', stack: 'mine.ts:7:9' }",
    "It threw an error",
  ],
  ["throw new Error('mine.ts:1:1')", "It threw Error at 4"],
  ["throw new Error('\\n    at x (mine.ts:1:1)')", "It threw Error at"],
  ["throw Object.assign(new Error(), { name: 'secret' })", "It threw an error"],
  [
    "throw { get stack() { throw 1 }, get name() { throw 2 } }",
    "It threw something that is no error",
  ],
  [
    "throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })",
    "It threw something",
  ],
  [
    "return { get id() { throw new RangeError('secret') } }",
    "It threw RangeError at 4",
  ],
  [
    "return new Proxy({}, { get() { throw new TypeError('secret') } })",
    "It threw TypeError at 4",
  ],
  ["const f = () => f(); f()", "It threw RangeError"],
  ["return nothing.there", "It threw ReferenceError at 4"],
  ["nothing = 1", "It threw ReferenceError at 4"],
  ["({ nothing: nothing } = { nothing: 1 })", "It threw ReferenceError at 4"],
  ["for (nothing of [1]);", "It threw ReferenceError at 4"],
  ["candidates[0].id = 'b'", "It threw TypeError at 4"],
  ["candidates.push(1)", "It threw TypeError at 4"],
  ["context.options.a = 1", "It threw TypeError at 4"],
  ["return eval('1')", "It threw ReferenceError at 4"],
  ["return new Function('return 1')()", "It threw EvalError at 4"],
  ["return (() => {}).constructor('return 1')()", "It threw EvalError at 4"],
  [
    "return (function* () {}).constructor('return 1')()",
    "It threw EvalError at 4",
  ],
  ["Math.random()", "It threw TypeError at 4"],
  ["Date.now()", "It threw TypeError at 4"],
  ["new Date()", "It threw TypeError at 4"],
  ["new (new Date(0)).constructor()", "It threw TypeError at 4"],
  ["Object.getPrototypeOf(Date).now()", "It threw TypeError at 4"],
  ["Date()", "It threw TypeError at 4"],
  ["throw { name: 'Error', stack: 'mine.ts:1000:1' }", "It threw Error"],
];

for (const [body, said] of FAULTS) {
  Deno.test(`a policy may not: ${body}`, async () => {
    const realm = await realmOf(policyOf(body));
    for (const guardMs of [undefined, GUARD_MS]) {
      const answer = realm.ask(question("a", "b"), guardMs);
      assert(answer.kind === "fault" || said === "", JSON.stringify(answer));
      if (answer.kind !== "fault") continue;
      const { message, line, words } = answer.problem;
      const place = line === undefined ? "" : ` at ${line}`;
      assert(`${message}${place}`.startsWith(said), `${message}${place}`);
      assertEquals(message.includes("secret"), false);
      if (words !== undefined) assertEquals(typeof words, "string");
    }
  });
}

/** What takes for ever is stopped; what cannot be stopped ends by itself. */
const ENDLESS: readonly string[] = [
  "for (;;);",
  "for (;;) { try { for (;;); } catch { } finally { continue; } }",
  "/^(a+)+$/.test('a'.repeat(40) + 'b')",
  "return { get id() { for (;;); } }",
  "return new Proxy({}, { get() { for (;;); } })",
  "throw { get stack() { for (;;); } }",
];

for (const body of ENDLESS) {
  Deno.test(`a guard stops: ${body}`, async () => {
    const realm = await realmOf(policyOf(body));
    const answer = realm.ask(question("a", "b"), 20);
    assertEquals(answer.kind === "fault" && answer.problem, {
      message: "It was stopped after 20 ms",
    });
    // And goes on with the next one.
    assertEquals(realm.ask(question("a", "b"), 20), answer);
  });
}

/** Source, then what is said of it at its load. */
const UNLOADABLE: readonly (readonly [source: string, said: string])[] = [
  ["export default 5", "The default export must be an object, got number"],
  ["export default null", "The default export must be an object, got null"],
  [
    "const f = () => {}; export default f",
    "The default export must be an object, got function",
  ],
  [
    "class A { static pick() {} }; export default A",
    "The default export must be an object, got function",
  ],
  ["export default {}", "The default export must have a method pick"],
  ["export default { pick: 1 }", "The default export must have a method pick"],
  [
    "export default { get pick() { throw new Error('secret') } }",
    "It threw Error",
  ],
  ["throw new Error('secret'); export default { pick() {} }", "It threw Error"],
  [
    "const f = () => f(); f(); export default { pick() {} }",
    "It threw RangeError",
  ],
];

for (const [source, said] of UNLOADABLE) {
  Deno.test(`no realm opens for: ${source}`, async () => {
    const realm = Realm.open(await compiled(source), {
      file: "mine.ts",
      options: "{}",
      state: "",
      seed: 1,
      guardMs: GUARD_MS,
    });
    assert(!(realm instanceof Realm));
    assertEquals(realm.problem.message, said);
    assertEquals(realm.isStopped, false);
  });
}

Deno.test("a loop at load is stopped", async () => {
  const module = await compiled("for (;;);\nexport default { pick() {} }");
  const realm = Realm.open(module, {
    file: "mine.ts",
    options: "{}",
    state: "",
    seed: 1,
    guardMs: 20,
  });
  assertEquals(realm, {
    problem: { message: "It was stopped after 20 ms" },
    isStopped: true,
  });
});

/** Everything that a policy finds beside the language. */
const DOORS = [
  "Deno",
  "process",
  "require",
  "fetch",
  "WebSocket",
  "Worker",
  "WebAssembly",
  "Promise",
  "SharedArrayBuffer",
  "Atomics",
  "setTimeout",
  "queueMicrotask",
  "performance",
  "crypto",
  "navigator",
  "localStorage",
  "postMessage",
  "self",
  "eval",
  "FinalizationRegistry",
  "WeakRef",
  "Temporal",
  "gc",
];

Deno.test("a policy finds the language and nothing else", async () => {
  const realm = await realmOf(policyOf(`
    console.log(${
    DOORS.map((name) => `typeof globalThis.${name} + typeof ${name}`).join(",")
  });
    console.log(typeof Array.fromAsync, typeof this.pick, typeof new Date(0).getTime());
  `));
  realm.ask(question("a"));
  const nothing = DOORS.map(() => "undefinedundefined").join(" ");
  assertEquals(realm.takeLines(), [nothing, "undefined function number"]);
});

/**
 * Where Deno looks for what formats a stack: it would be given call sites, the
 * methods of which belong to the realm of our own code.
 */
const STACKS: readonly string[] = [
  "Error.prepareStackTrace = hook; return new Error().stack",
  "Object.defineProperty(Error, 'prepareStackTrace', { value: hook }); return new Error().stack",
  "delete Error.prepareStackTrace; return new Error().stack",
  "Reflect.set(Error, 'prepareStackTrace', hook); return new Error().stack",
  "Object.prototype.prepareStackTrace = hook; return new Error().stack",
  "Reflect.set(Object.prototype, 'prepareStackTrace', hook); return new Error().stack",
  "Reflect.set(Function.prototype, 'prepareStackTrace', hook); return new Error().stack",
  "Object.setPrototypeOf(Error, { prepareStackTrace: hook }); return new Error().stack",
  "Reflect.set(globalThis, 'Error', { prepareStackTrace: hook }); return new TypeError().stack",
  "Reflect.defineProperty(globalThis, 'Error', { value: { prepareStackTrace: hook } }); return new TypeError().stack",
  "Reflect.deleteProperty(globalThis, 'Error'); return new TypeError().stack",
  "TypeError.prepareStackTrace = hook; return new TypeError().stack",
  "Reflect.set(TypeError, 'prepareStackTrace', hook); return new TypeError().stack",
  "const o = {}; Reflect.set(Error, 'prepareStackTrace', hook); Error.captureStackTrace(o); return o.stack",
];

Deno.test("no stack leads out of a realm", async () => {
  for (const attempt of STACKS) {
    const realm = await realmOf(policyOf(`
      let called = false;
      const hook = () => { called = true; return "formatted" };
      let found = "threw";
      try { found = typeof (() => { ${attempt} })() } catch { }
      console.log(called, found);
    `));
    realm.ask(question("a"));
    const [said] = realm.takeLines();
    assertMatch(said ?? "", /^false (?:string|threw)$/, attempt);
  }
});

Deno.test("no function and no object of another realm can be reached by a caller", async () => {
  const realm = await realmOf(policyOf(`
    function f() { return f.caller }
    try { console.log(String(f())) } catch (error) { console.log(error.name) }
  `));
  realm.ask(question("a"));
  assertEquals(realm.takeLines(), ["TypeError"]);
});

Deno.test("what a policy prints is a text, whatever it does to lists and texts", async () => {
  const realm = await realmOf(policyOf(`
    console.log("one");
    Array.prototype.join = String.prototype.split = () => ({ split: () => [{}] });
    console.log("two");
  `));
  realm.ask(question("a"));
  assertEquals(realm.takeLines(), ["one", "two"]);
});

Deno.test("tampering with prototypes stays in its realm", async () => {
  const tampering = await realmOf(policyOf(`
    Object.prototype.id = "b";
    Object.prototype.toJSON = () => "tampered";
    Array.prototype.map = Array.prototype.find = () => "tampered";
    Array.prototype[Symbol.iterator] = function* () {};
    String.prototype.slice = () => "tampered";
    JSON.parse = JSON.stringify = () => { throw new Error("tampered") };
    Object.freeze = Object.getOwnPropertyNames = () => [];
    globalThis.Object = globalThis.Array = undefined;
    return { id: "a" };
  `));
  const other = await realmOf(
    policyOf("return candidates.map((c) => c).find((c) => c.id === 'b')"),
  );
  const chosen = (place: number) => ({
    kind: "choice" as const,
    place,
    reason: "The policy chose it",
  });
  // What it spoils is its own words.
  const spoiled = tampering.ask(question("a", "b"));
  assertEquals(spoiled.kind === "choice" && spoiled.place, 0);
  assertEquals(other.ask(question("a", "b")), chosen(1));
  assertEquals(({} as { id?: string }).id, undefined);
  assertEquals([1].map(String), ["1"]);
});

Deno.test("each realm has its state, globals and module to itself", async () => {
  const source = `let n = 0;\n${
    policyOf(
      "globalThis.shared = (globalThis.shared ?? 0) + 1; context.state.n = ++n; console.log(n, globalThis.shared, context.state.n)",
    ).replace(/^.*\n/, "")
  }`;
  const [one, two] = [await realmOf(source), await realmOf(source)];
  for (let i = 0; i < 3; i++) one.ask(question("a"));
  two.ask(question("a"));
  assertEquals(one.takeLines(), ["1 1 1", "2 2 2", "3 3 3"]);
  assertEquals(two.takeLines(), ["1 1 1"]);
});

Deno.test("state goes over to another realm, if JSON can hold it", async () => {
  const count = policyOf(
    "context.state.n = (context.state.n ?? 0) + 1; console.log(context.state.n)",
  );
  const first = await realmOf(count);
  first.ask(question("a"));
  assertEquals(first.state(GUARD_MS), { json: '{"n":1}' });
  const next = await realmOf(count, { state: first.state(GUARD_MS).json });
  next.ask(question("a"));
  assertEquals(next.takeLines(), ["2"]);
});

const NO_JSON = "context.state cannot be written as JSON";
const NO_OBJECT = "context.state must be a plain object";

/** What a policy does to its memory, and why the next version gets none. */
const NO_MEMORY: readonly (readonly [body: string, problem: string])[] = [
  ["context.state.a = context.state", NO_JSON],
  ["context.state.a = 1n", NO_JSON],
  [
    "context.state.a = 'x'.repeat(2 << 20)",
    "context.state must be at most 1 MiB as JSON",
  ],
  ["context.state.a = { toJSON() { throw 1 } }", NO_JSON],
  ["context.state.a = { toJSON() { for (;;); } }", NO_JSON],
  ["context.state.toJSON = () => null", NO_OBJECT],
  ["context.state.toJSON = () => undefined", NO_OBJECT],
  ["context.state.toJSON = () => [1]", NO_OBJECT],
  ["context.state.toJSON = () => 'm{}'", NO_OBJECT],
  ["context.state.toJSON = () => 1", NO_OBJECT],
  ["context.state.toJSON = () => { throw 1 }", NO_JSON],
  ["Object.prototype.toJSON = () => null", NO_OBJECT],
  ["Object.setPrototypeOf(context.state, { toJSON: () => false })", NO_OBJECT],
  [
    "Object.setPrototypeOf(context.state, new Proxy({}, { get() { throw 1 } }))",
    NO_JSON,
  ],
  [
    "Object.setPrototypeOf(context.state, new Proxy({}, { get: () => () => [] }))",
    NO_OBJECT,
  ],
  [
    "Object.defineProperty(context.state, 'a', { enumerable: true, get() { throw 1 } })",
    NO_JSON,
  ],
];

for (const [body, problem] of NO_MEMORY) {
  Deno.test(`there is no memory to take over after: ${body}`, async () => {
    const realm = await realmOf(policyOf(body));
    realm.ask(question("a"));
    assertEquals(realm.state(200), { json: "", problem });
  });
}

/** What a policy does to its memory, and what the next version gets. */
const MEMORIES: readonly (readonly [body: string, json: string])[] = [
  ["context.state.toJSON = () => ({ a: 1 })", '{"a":1}'],
  [
    "context.state.a = [1, null]; context.state.b = undefined",
    '{"a":[1,null]}',
  ],
  ['context.state["__proto__"] = null; context.state.a = 1', '{"a":1}'],
  [
    'Object.defineProperty(context.state, "__proto__", { value: null, enumerable: true })',
    '{"__proto__":null}',
  ],
  ["Object.setPrototypeOf(context.state, [])", "{}"],
  ["Object.freeze(context.state)", "{}"],
  ["context.state = [1]; context.state = null", "{}"],
  ["JSON.stringify = () => 'm[]'; context.state.a = 1", '{"a":1}'],
];

for (const [body, json] of MEMORIES) {
  Deno.test(`the next version takes over the memory after: ${body}`, async () => {
    const realm = await realmOf(policyOf(body));
    realm.ask(question("a"));
    assertEquals(realm.state(GUARD_MS), { json });
    const next = await realmOf(
      policyOf("context.state.n = 1; return { id: 'a' }"),
      { state: json },
    );
    assertEquals(next.ask(question("a")).kind, "choice");
  });
}

Deno.test("a memory that is no object, wherever it comes from, is an empty one", async () => {
  for (const state of ["null", "[1]", "5", '"a"']) {
    const realm = await realmOf(
      policyOf("context.state.n = 1; return { id: 'a' }"),
      { state },
    );
    assertEquals(realm.ask(question("a")).kind, "choice");
    assertEquals(realm.state(GUARD_MS), { json: '{"n":1}' });
  }
});

Deno.test("what a policy does to its context is over with the pick", async () => {
  const realm = await realmOf(policyOf(
    "console.log(context.nowMs, context.request.model, typeof context.random); context.nowMs = context.random = 1; context.request.model = 'x'; context.state = 1",
  ));
  for (let i = 0; i < 2; i++) realm.ask(question("a"));
  assertEquals(realm.takeLines(), ["5 m function", "5 m function"]);
});

Deno.test("a Date that is told its time is a Date", async () => {
  const realm = await realmOf(policyOf(
    "const d = new Date(context.nowMs); console.log(d.toISOString(), d instanceof Date, d.constructor === Date, Date.UTC(1970, 0, 2), Date.parse('1970-01-02'), new Date(1970, 0).getFullYear())",
  ));
  realm.ask(question("a"));
  assertEquals(realm.takeLines(), [
    "1970-01-01T00:00:00.005Z true true 86400000 86400000 1970",
  ]);
});

Deno.test("random() repeats with the seed, and differs without", async () => {
  const source = policyOf("console.log(context.random(), context.random())");
  const draw = async (seed: number) => {
    const realm = await realmOf(source, { seed });
    realm.ask(question("a"));
    realm.ask(question("a"));
    return realm.takeLines().join(" ").split(" ").map(Number);
  };
  const [once, again, other] = [await draw(1), await draw(1), await draw(2)];
  assertEquals(once, again);
  assertNotEquals(once, other);
  assertEquals(new Set(once).size, 4);
  assert(once.every((number) => number >= 0 && number < 1));
});

Deno.test("many lists are told apart, however many are forgotten", async () => {
  const realm = await realmOf(
    policyOf(
      "return { id: candidates[0].id, reason: candidates.length + ' ' + candidates.at(-1).id }",
    ),
  );
  const lists = Array.from(
    { length: 50 },
    (_, i) =>
      candidates(`a${i}`, ...Array.from({ length: i }, (_, j) => `z${i}-${j}`)),
  );
  for (let round = 0; round < 3; round++) {
    for (const [i, list] of lists.entries()) {
      const answer = realm.ask({ candidates: list, facts: FACTS, nowMs: 0 });
      const reason = `${list.length} ${list.at(-1)!.id}`;
      assertEquals(answer, { kind: "choice", place: 0, reason }, `list ${i}`);
    }
  }
});

Deno.test("a list that is too large to be remembered is asked about all the same", async () => {
  const realm = await realmOf(policyOf("return { id: candidates.at(-1).id }"));
  const ids = Array.from({ length: 60_000 }, (_, i) => `${i}`.padStart(9, "0"));
  const large = { ...question("a"), candidates: candidates(...ids) };
  for (let i = 0; i < 2; i++) {
    const answer = realm.ask(large);
    assertEquals(answer.kind === "choice" && answer.place, 59_999);
  }
});
