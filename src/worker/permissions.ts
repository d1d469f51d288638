/**
 * What an isolate of the worker may do, and giving it up. Both isolates call
 * this once they have what they need; neither serves while it holds more.
 */

const NAMES = [
  "env",
  "ffi",
  "import",
  "net",
  "read",
  "run",
  "sys",
  "write",
] as const satisfies readonly Deno.PermissionDescriptor["name"][];

/** What an isolate is started with that needs nothing. */
export const NO_PERMISSIONS: Deno.PermissionOptionsObject = {
  env: false,
  ffi: false,
  import: false,
  net: false,
  read: false,
  run: false,
  sys: false,
  write: false,
};

/** Name of a permission. */
type Name = typeof NAMES[number];

/**
 * Gives up every permission of this isolate.
 *
 * @param kept But for this one. @default {none}
 * @throws {Deno.errors.NotCapable} if one is still held after that: then the isolate must not
 * go on.
 */
export function giveUpPermissions(kept?: Name): void {
  const names = NAMES.filter((name) => name !== kept);
  for (const name of names) Deno.permissions.revokeSync({ name });
  const held = names.filter((name) =>
    Deno.permissions.querySync({ name }).state === "granted"
  );
  if (held.length > 0) {
    throw new Deno.errors.NotCapable(
      `Cannot give up permissions: ${held.join(", ")} must not be granted`,
    );
  }
}
