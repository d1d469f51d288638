/**
 * `@std/assert` for networks that reach npm only: the assertions that our
 * tests use, over node:assert. Only tests import it. Messages begin as the
 * real ones do; the difference that follows them is node's.
 */

import {
  AssertionError,
  deepStrictEqual,
  notDeepStrictEqual,
} from "node:assert";

export { AssertionError };

// deno-lint-ignore no-explicit-any -- as the real signature has it
type ErrorType<E> = abstract new (...args: any[]) => E;

/** Throws unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError({ message: msg });
}

/** Throws, always. */
export function fail(msg?: string): never {
  throw failed("Failed assertion", msg);
}

/** Throws unless the two have the same structure and the same values. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  // 0 and -0, which node tells apart and the real one does not.
  if (actual === expected) return;
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    throw failed("Values are not equal", msg, error);
  }
}

/** Throws if the two have the same structure and the same values. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    notDeepStrictEqual(actual, expected);
  } catch (error) {
    throw failed("Expected actual not to be equal", msg, error);
  }
}

/** Throws unless the two are the same value (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw failed(
    "Values are not strictly equal",
    msg,
    `actual: ${Deno.inspect(actual)}\nexpected: ${Deno.inspect(expected)}`,
  );
}

/** Throws unless `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  throw failed(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

/** Throws unless `actual` contains `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  throw failed(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

/** Throws unless `actual` is an instance of `expectedType`. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any -- as the real signature has it
  T extends abstract new (...args: any[]) => any,
>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  throw failed(
    `Expected object to be an instance of "${expectedType.name}"`,
    msg,
  );
}

/** Throws unless `fn` throws. Returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Throws unless `fn` throws an error of this class and message. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorType<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorType<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    checkError(error, classOrMsg, msgIncludes, msg);
    return error;
  }
  throw failed(
    "Expected function to throw",
    typeof classOrMsg === "string" ? classOrMsg : msg,
  );
}

/** Rejects unless the promise of `fn` rejects. Resolves to what it rejected. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Rejects unless `fn` rejects with an error of this class and message. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorType<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorType<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const ownMsg = typeof classOrMsg === "string" ? classOrMsg : msg;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    // Reported below: a function that throws has not rejected.
  }
  if (typeof promise?.then !== "function") {
    throw failed("Function throws when expected to reject", ownMsg);
  }
  try {
    await promise;
  } catch (error) {
    checkError(error, classOrMsg, msgIncludes, msg);
    return error;
  }
  throw failed("Expected function to reject", ownMsg);
}

function checkError(
  error: unknown,
  classOrMsg?: ErrorType<Error> | string,
  msgIncludes?: string,
  msg?: string,
): void {
  if (classOrMsg === undefined || typeof classOrMsg === "string") return;
  if (!(error instanceof classOrMsg)) {
    throw failed(
      `Expected error to be instance of "${classOrMsg.name}"`,
      msg,
      error,
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    throw failed(
      `Expected error message to include "${msgIncludes}", but got ` +
        `"${error.message}"`,
      msg,
    );
  }
}

function failed(
  what: string,
  msg: string | undefined,
  detail?: unknown,
): AssertionError {
  const shown = detail instanceof Error ? detail.message : detail;
  return new AssertionError({
    message: `${what}${msg ? `: ${msg}` : "."}` +
      (shown === undefined ? "" : `\n${shown}`),
  });
}
