/**
 * What tests of the built file share: the answers' exact bytes, and a host
 * that has loaded and registered the plugin.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { TestHost } from "./host.ts";

/** The host's own selector chooses. */
export const UNHANDLED =
  '{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"","Handled":false}}';

/** The refusal while `deny` is on. */
export const DENIED =
  '{"ok":false,"error":{"code":"scheduler_denied","message":"scheduler pick denied by plugin configuration"}}';

/** This credential is chosen. */
export function picked(id: string): string {
  return `{"ok":true,"result":{"AuthID":"${id}","DelegateBuiltin":"","Handled":true}}`;
}

/** A built-in selector of the host chooses. */
export function delegated(to: string): string {
  return `{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"${to}","Handled":true}}`;
}

/** A host that has loaded the plugin and registered it with a config. */
export async function loadedHost(
  program: string,
  plugin: string,
  yaml: string,
  options: { cwd?: string } = {},
): Promise<TestHost> {
  const host = await TestHost.start(program, options);
  assertEquals(await host.command("load", plugin), "ok");
  const { rc, body } = await host.configure(yaml, "plugin.register");
  assertEquals({ rc, body: body.slice(0, 11) }, { rc: 0, body: '{"ok":true,' });
  return host;
}

/** Shuts down and unloads; fails if the host does not survive it. */
export async function unload(host: TestHost): Promise<void> {
  assertMatch(await host.command("shutdown"), /^ok \d+$/);
  assertEquals(await host.command("unload"), "ok");
  assertEquals((await host.end()).code, 0);
}

/** Process id of the one worker. */
export async function workerOf(host: TestHost): Promise<number> {
  const { children } = await host.stats();
  assertEquals(children.length, 1);
  return children[0]!;
}

/** Waits until a worker answers: only it repeats an unknown method's name. */
export async function waitForWorker(
  host: TestHost,
  longestMs = 10_000,
): Promise<void> {
  for (let waited = 0; waited < longestMs; waited += 50) {
    const { body } = await host.call("foo", "{}");
    if (body.includes("unknown method: foo")) return;
    await host.command("sleep", 50);
  }
  throw new Error(`No worker after ${longestMs} ms`);
}
