/**
 * What reaches a policy, whatever it does: nothing of another realm, no clock,
 * no frames of ours. The sandbox object of `node:vm` belongs to the realm of our
 * own code, and stands behind the global object.
 */

import { assert, assertEquals } from "@std/assert";
import { policyOf, question, realmOf } from "./example_module.ts";

/** What a policy with this body prints in one pick. */
async function printedBy(body: string, before = ""): Promise<string> {
  const realm = await realmOf(`${before}${policyOf(body)}`);
  realm.ask(question("a"), 10_000);
  return realm.takeLines().join("\n");
}

/** Ways to be called by whoever stands behind the global object. */
const RECEIVERS: readonly string[] = [
  "Object.defineProperty(globalThis, 'x', { set(v) { seen = this } }); globalThis.x = 1",
  "Object.defineProperty(globalThis, 'x', { get() { seen = this } }); globalThis.x",
  "Object.defineProperty(globalThis, 'x', { set(v) { seen = this } }); Reflect.set(globalThis, 'x', 1)",
  "Object.defineProperty(globalThis, Symbol.iterator, { get() { seen = this } }); try { [...globalThis] } catch { }",
  "Object.defineProperty(globalThis, '0', { set(v) { seen = this }, get() { seen = this } }); globalThis[0] = 1; globalThis[0]",
  "Object.setPrototypeOf(globalThis, { set x(v) { seen = this } }); globalThis.x = 1",
  "Object.setPrototypeOf(globalThis, new Proxy({}, { set(t, k, v, r) { seen = r; return true }, get(t, k, r) { seen = r } })); globalThis.x = 1; globalThis.y",
  "Object.prototype.__defineSetter__('x', function () { seen = this }); globalThis.x = 1",
  "Object.prototype.__defineGetter__('zz', function () { seen = this }); zz",
  "Object.prototype.__defineSetter__('zz', function () { seen = this }); zz = 1",
  "globalThis.__defineSetter__('zz', function () { seen = this }); zz = 1",
  "globalThis.f = function () { seen = this }; try { f() } catch { }",
  "Object.prototype.f = function () { seen = this }; f()",
  "Object.prototype.f = function () { seen = this }; f``",
  "[1].forEach(function () { seen = this ?? seen })",
  "Reflect.apply(function () { seen = this ?? seen }, undefined, [])",
  "Object.prototype.toString.call(undefined); seen = Iterator.prototype[Symbol.iterator].call(undefined) ?? seen",
];

Deno.test("no accessor and no function is called on an object of another realm", async () => {
  for (const attempt of RECEIVERS) {
    const said = await printedBy(
      `
      const { getPrototypeOf } = Object;
      let seen = globalThis;
      try { ${attempt} } catch { }
      let root = Object(seen);
      while (getPrototypeOf(root) !== null) root = getPrototypeOf(root);
      const isOwn = seen === undefined || root === Object.prototype ||
        root === Object.getPrototypeOf(globalThis);
      console.log(isOwn, Object.keys(Object(seen)).includes("\\u01c3run"));
    `,
    );
    assertEquals(said, "true false", attempt);
  }
});

/** What used to end the worker, or could. */
const GLOBALS: readonly string[] = [
  "globalThis[0] = 1; for (const key in globalThis);",
  "globalThis[2 ** 32 - 2] = 1; Object.keys(globalThis)",
  "globalThis[0] = 1; Reflect.ownKeys(globalThis); Object.entries(globalThis); ({ ...globalThis })",
  "Object.defineProperty(globalThis, 0, { get() { return 1 } }); globalThis[0]++; delete globalThis[0]",
  "globalThis[Symbol()] = 1; Object.getOwnPropertySymbols(globalThis)",
  "Object.freeze(globalThis); Object.isFrozen(globalThis); try { globalThis.x = 1 } catch { }",
  "Object.preventExtensions(globalThis); Object.seal(globalThis)",
  "for (const key of Reflect.ownKeys(globalThis)) delete globalThis[key]",
  "delete globalThis['\\u01c3run']; globalThis['\\u01c3run'] = 1; Object.defineProperty(globalThis, '\\u01c3run', { get() { throw 1 } })",
  "Object.prototype[0] = 1; for (const key in globalThis); delete Object.prototype[0]",
  "try { nothing1 = 1; nothing1++; typeof nothing2; nothing3 } catch { }",
  "structuredCloneOf = globalThis; JSON.stringify(globalThis)",
];

Deno.test("whatever a policy does to the global object, it is asked again", async () => {
  for (const attempt of GLOBALS) {
    const realm = await realmOf(
      policyOf(`try { ${attempt} } catch { } return { id: "a" };`),
    );
    for (const guardMs of [undefined, 10_000, undefined]) {
      const { kind } = realm.ask(question("a"), guardMs);
      assertEquals(kind, "choice", attempt);
    }
  }
});

Deno.test("no function of the language hands out anything of another realm", async () => {
  const said = await printedBy(
    `
    const queue = [globalThis, candidates, context, [][Symbol.iterator](),
      new Map().entries(), new Set().values(), "".matchAll(/a/g), (function* () {})(),
      function* () {}, class {}, /a/, new Error("x"), ...caught, Symbol.prototype,
      Iterator.from({ next() {} }), [1].values().map((x) => x), ""[Symbol.iterator](),
      new Intl.Segmenter().segment("a b"), new Intl.Segmenter().segment("a")[Symbol.iterator]()];
    const seen = new Set(Object.values(console));
    const foreign = [];
    const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
    const { ownKeys, apply, construct } = Reflect;
    const made = () => [undefined, null, 1, "a", {}, [1, 2], () => 1, new Date(5), /a/g, new Map([[1, {}]])];
    const add = (value, from, isResult = false) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
      if (seen.has(value) || seen.size > 100_000) return;
      seen.add(value);
      let hasFunction = false, root = value;
      for (let at = value; at !== null; at = getPrototypeOf(at)) { hasFunction ||= at === FunctionPrototype; root = at }
      if (typeof value === "function" && !hasFunction) foreign.push(from);
      if (root !== ObjectPrototype && root !== value) foreign.push(from);
      if (ownKeys(value).includes("\\u01c3run")) foreign.push(from);
      if (!isResult) queue.push(value);
    };
    for (const value of queue.splice(0)) add(value, "start");
    let calls = 0;
    while (queue.length > 0) {
      const value = queue.pop();
      add(getPrototypeOf(value), "prototype");
      for (const key of ownKeys(value)) {
        const property = getOwnPropertyDescriptor(value, key);
        if (property === undefined) continue;
        for (const part of [property.value, property.get, property.set]) add(part, String(key));
      }
      if (typeof value !== "function" || ++calls > 4000) continue;
      for (const target of [undefined, ...made()]) {
        for (const args of [[], [{}, "a"], [[1], () => 1]]) {
          try { add(apply(value, target, args), "result of " + value.name, true) }
          catch (error) { add(error, "thrown by " + value.name, true) }
        }
      }
      for (const args of [[], [{}]]) {
        try { add(construct(value, args), "made by " + value.name, true) }
        catch (error) { add(error, "thrown by new " + value.name, true) }
      }
    }
    console.log(seen.size > 1000, calls > 300, foreign.join() === "" ? "none" : foreign.join());
    `,
    `
    const ObjectPrototype = Object.prototype, FunctionPrototype = Function.prototype;
    const caught = [() => null.x, () => new Function("1"), () => nothing, () => new Date(),
      () => Math.random(), () => "a".repeat(-1), () => { const f = () => f(); f() },
      () => JSON.parse("{"), () => BigInt(1.5), () => decodeURI("%"), () => null[Symbol.iterator],
      () => new Intl.DateTimeFormat("nonsense-"), () => "a".normalize("x"),
      () => new RegExp("("), () => Object.defineProperty(globalThis, "zz", { get: 1 })]
      .map((f) => { try { f() } catch (error) { return error } });
    `,
  );
  assertEquals(said, "true true none");
});

/** Ways to the real time, or to real chance. */
const CLOCKS: readonly string[] = [
  "new Intl.DateTimeFormat().format()",
  "new Intl.DateTimeFormat().format(undefined)",
  "(0, new Intl.DateTimeFormat().format)()",
  "Reflect.get(Intl.DateTimeFormat.prototype, 'format', new Intl.DateTimeFormat())()",
  "Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format').get.call(new Intl.DateTimeFormat())()",
  "new Intl.DateTimeFormat().formatToParts()",
  "Intl.DateTimeFormat.prototype.formatToParts.call(new Intl.DateTimeFormat())",
  "new Intl.DateTimeFormat().formatToParts(undefined)",
  "Intl.DateTimeFormat().format()",
  "new Intl.DateTimeFormat().formatRange()",
  "new Intl.DateTimeFormat().formatRange(undefined, undefined)",
  "new Intl.DateTimeFormat().formatRangeToParts()",
  "new (class extends Intl.DateTimeFormat { })().format()",
  "new (class extends Date { })()",
  "Date.apply(undefined, [])",
  "Reflect.construct(Date, [])",
  "Reflect.construct(Object, [], Date).getTime()",
  "Reflect.construct(Array, [], Date).getTime()",
  "let real; Reflect.construct = (target) => { real = target; return {} }; new Date(1); real.now()",
  "let real; Function.prototype.apply = Function.prototype.call = function () { real = this; return '' }; new Intl.DateTimeFormat().format(1); real()",
  "let real; const { format } = new Intl.DateTimeFormat(); Array.prototype[Symbol.iterator] = function* () { real = this }; format(1); new Date(5); real[0]()",
  "new Date(5).toTemporalInstant().constructor.now()",
  "Temporal.Now.instant()",
  "performance.now()",
  "Math.random.call(undefined)",
  "Object.getPrototypeOf(Math).random()",
];

Deno.test("no clock and no chance is left but those of the context", async () => {
  for (const attempt of CLOCKS) {
    const said = await printedBy(
      `try { ${
        attempt.replace(/[^;]*$/, (last) => `console.log("told", ${last})`)
      } } catch (error) { console.log("threw") }`,
    );
    assertEquals(said, "threw", attempt);
  }
});

Deno.test("dates that are given are formatted as ever", async () => {
  assertEquals(
    await printedBy(`
      const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC" });
      console.log(format.format(5), format.format(new Date(5)), [5].map(format.format).join());
      console.log(format.formatToParts(5).length, format.formatRange(5, 6), new Date(5).toLocaleDateString("en-US", { timeZone: "UTC" }));
    `),
    "1/1/1970 1/1/1970 1/1/1970\n5 1/1/1970 1/1/1970",
  );
});

/** Ways to a stack. */
const STACKS: readonly string[] = [
  "new Error('x').stack",
  "(() => { try { null.x } catch (error) { return error.stack } })()",
  "(() => { const o = {}; Error.captureStackTrace(o); return o.stack })()",
  "(() => { try { new Date() } catch (error) { return error.stack } })()",
  "(() => { try { [1].map(() => Math.random()) } catch (error) { return error.stack } })()",
  "(() => { try { context.random.call(); candidates.push(1) } catch (error) { return error.stack } })()",
  "(() => { Error.stackTraceLimit = Infinity; return new Error('x').stack })()",
  "(() => { const f = (n) => n ? f(n - 1) : new Error('x').stack; return f(3) })()",
];

Deno.test("a stack shows the policy's own file, its lines and columns, and nothing else", async () => {
  for (const attempt of STACKS) {
    const said = await printedBy(`console.log(${attempt});`);
    const [head, ...frames] = said.split("\n");
    assert(head !== undefined && !head.includes("at "), said);
    assert(frames.length > 0, attempt);
    for (const frame of frames) {
      assert(/^ {4}at (?:[\w.$<> ]+ \()?mine\.ts:4:\d+\)?$/.test(frame), said);
    }
  }
  assertEquals(
    await printedBy("console.log(new Error('a b').stack)"),
    "Error: a b\n    at Object.pick (mine.ts:4:17)".replace("Object.", ""),
  );
});

Deno.test("what a policy says is bounded outside, whatever it replaces", async () => {
  const realm = await realmOf(policyOf(`
    String.prototype.slice = () => "A".repeat(3e7);
    console.log("x");
    throw new Error("x");
  `));
  const answer = realm.ask(question("a"), 10_000);
  assert(JSON.stringify(answer).length < 5000);
  assert(realm.takeLines().join("\n").length <= 1 << 20);
});
