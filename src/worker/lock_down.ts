/**
 * Takes from the pick isolate's global scope what a policy has no use for:
 * the runtime's own interface with what it has opened, other workers, the
 * way to the main isolate, and everything that prints. Called once, when our
 * own code holds what it needs, before any policy is loaded.
 */

/** Names that are removed from the global scope. */
const REMOVED = [
  "Deno",
  "Worker",
  "alert",
  "close",
  "confirm",
  "postMessage",
  "prompt",
  "reportError",
] as const;

/** Names whose methods do nothing from now on. */
const SILENCED = "console";

function silence(target: object): Record<string, () => void> {
  return Object.fromEntries(
    Object.keys(target).map((name) => [name, () => {}]),
  );
}

/**
 * Locks the isolate down.
 *
 * @param scope Its global object.
 * @throws {TypeError} if something cannot be taken away: then no policy may
 * be loaded.
 */
export function lockDown(scope: typeof globalThis): void {
  const silent = silence(scope[SILENCED]);
  Object.defineProperty(scope, SILENCED, { value: silent });
  for (const name of REMOVED) {
    for (let at: object | null = scope; at; at = Object.getPrototypeOf(at)) {
      if (Object.hasOwn(at, name) && !Reflect.deleteProperty(at, name)) {
        throw new TypeError(`Cannot take "${name}" away from the isolate`);
      }
    }
    if (name in scope) {
      throw new TypeError(`Cannot take "${name}" away from the isolate`);
    }
  }
}
