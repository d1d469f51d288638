/** The error that becomes an envelope. */

import { assertEquals } from "@std/assert";
import { RpcError } from "../../src/rpc/rpc_error.ts";

Deno.test("RpcError carries code and message", () => {
  const { name, code, message } = new RpcError("plugin_error", "Cannot");
  assertEquals([name, code, message], ["RpcError", "plugin_error", "Cannot"]);
});
