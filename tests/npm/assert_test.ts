/**
 * What we rely on of @std/assert. Imports the real name, so that the same
 * tests hold the real library and the adapter in src/npm. Uses no assertion to
 * judge an assertion.
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

const LIST = [1];
const throwing = () => {
  throw new TypeError("wrong shape");
};
const rejecting = () => Promise.reject(new TypeError("wrong shape"));

const PASSING: Readonly<Record<string, () => unknown>> = {
  "assert() on truth": () => assert(1),
  "assertEquals() on equal lists": () =>
    assertEquals([1, { a: 2 }], [1, { a: 2 }]),
  "assertEquals() on 0 and -0": () => assertEquals(0, -0),
  "assertEquals() on NaN": () => assertEquals(NaN, NaN),
  "assertEquals() on equal maps": () =>
    assertEquals(new Map([[1, "a"]]), new Map([[1, "a"]])),
  "assertEquals() on equal bytes": () =>
    assertEquals(new Uint8Array([1]), new Uint8Array([1])),
  "assertNotEquals() on others": () => assertNotEquals([1], [2]),
  "assertStrictEquals() on the same": () => assertStrictEquals(LIST, LIST),
  "assertMatch() on a match": () => assertMatch("abc", /b/),
  "assertStringIncludes() on a part": () => assertStringIncludes("abc", "b"),
  "assertInstanceOf() on an instance": () => assertInstanceOf(LIST, Array),
  "assertThrows() on a throw": () => assertThrows(throwing),
  "assertThrows() on the class": () => assertThrows(throwing, TypeError),
  "assertThrows() on a parent class": () => assertThrows(throwing, Error),
  "assertThrows() on the message": () =>
    assertThrows(throwing, TypeError, "shape"),
  "assertRejects() on a rejection": () => assertRejects(rejecting),
  "assertRejects() on the class": () =>
    assertRejects(rejecting, TypeError, "wrong"),
};

const FAILING: Readonly<Record<string, readonly [() => unknown, string]>> = {
  "assert() on falsehood": [() => assert(0, "why"), "why"],
  "fail()": [() => fail("why"), "Failed assertion: why"],
  "assertEquals() on others": [
    () => assertEquals([1], [2], "why"),
    "Values are not equal: why",
  ],
  "assertEquals() on a missing key": [
    () => assertEquals<object>({ a: undefined }, {}),
    "Values are not equal.",
  ],
  "assertEquals() on other classes": [
    () => assertEquals<unknown>(new Map(), new Set()),
    "Values are not equal.",
  ],
  "assertNotEquals() on equals": [
    () => assertNotEquals([1], [1]),
    "Expected actual",
  ],
  "assertStrictEquals() on others": [
    () => assertStrictEquals(1, 2),
    "Values are not strictly equal.",
  ],
  "assertStrictEquals() on a copy": [
    () => assertStrictEquals(LIST, [1]),
    "Values ",
  ],
  "assertMatch() on no match": [
    () => assertMatch("abc", /x/, "why"),
    'Expected actual: "abc" to match: "/x/": why',
  ],
  "assertStringIncludes() on no part": [
    () => assertStringIncludes("abc", "x"),
    'Expected actual: "abc" to contain: "x".',
  ],
  "assertInstanceOf() on another": [
    () => assertInstanceOf(1, Array),
    'Expected object to be an instance of "Array"',
  ],
  "assertThrows() on no throw": [
    () => assertThrows(() => 1, "why"),
    "Expected function to throw: why",
  ],
  "assertThrows() on another class": [
    () => assertThrows(throwing, RangeError),
    'Expected error to be instance of "RangeError"',
  ],
  "assertThrows() on another message": [
    () => assertThrows(throwing, TypeError, "size"),
    "Expected error message to include",
  ],
  "assertRejects() on a result": [
    () => assertRejects(() => Promise.resolve(1)),
    "Expected function to reject.",
  ],
  "assertRejects() on a throw": [
    () => assertRejects(throwing),
    "Function throws when expected to reject.",
  ],
  "assertRejects() on another class": [
    () => assertRejects(rejecting, RangeError),
    'Expected error to be instance of "RangeError"',
  ],
};

for (const [name, run] of Object.entries(PASSING)) {
  Deno.test(`${name} passes`, async () => {
    await run();
  });
}

for (const [name, [run, message]] of Object.entries(FAILING)) {
  Deno.test(`${name} fails`, async () => {
    const error = await thrownBy(run);
    const isRight = error instanceof AssertionError &&
      error.message.startsWith(message);
    if (!isRight) throw new Error(`Wrong failure: ${error}`);
  });
}

Deno.test("assertThrows() returns what was thrown", () => {
  const error = assertThrows(throwing, TypeError);
  if (error.message !== "wrong shape") throw error;
});

Deno.test("assertRejects() resolves to what was rejected", async () => {
  const error = await assertRejects(rejecting, TypeError);
  if (error.message !== "wrong shape") throw error;
});

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}
