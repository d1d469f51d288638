/// <reference lib="deno.worker" />
/**
 * The check isolate: a Web Worker in which new versions of policies are
 * compiled and tried out, without any permission, beside the picks. Started by
 * `module_checker.ts`, which ends it when it takes too long.
 */

import { checkModule } from "../modules/check_module.ts";
import { compileModule, loadCompiler } from "../modules/compile.ts";
import { lockDown } from "./lock_down.ts";
import type { CheckIsolateMessage, CheckIsolateRequest } from "./messages.ts";
import { giveUpPermissions } from "./permissions.ts";

const post: (message: CheckIsolateMessage) => void = self.postMessage.bind(
  self,
);

async function check(
  request: CheckIsolateRequest,
): Promise<CheckIsolateMessage> {
  if (!request.isProven) return await checkModule(request);
  const compiled = await compileModule(request.text, request.file);
  return "problem" in compiled ? compiled : { compiled };
}

await loadCompiler();
giveUpPermissions();
lockDown(globalThis);
self.onmessage = async (event: MessageEvent<CheckIsolateRequest>) => {
  post(await check(event.data));
};
