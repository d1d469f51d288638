/**
 * `policy`: for those who write policies. One file per action.
 */

import type { PolicyInvocation } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import { policyCheck } from "./policy_check.ts";
import { policyList } from "./policy_list.ts";
import { policyNew } from "./policy_new.ts";
import { policyRun } from "./policy_run.ts";

/**
 * Acts on policies.
 *
 * @param invocation What is to be done.
 * @param io The outside world.
 * @returns What came of it.
 */
export function policy(
  invocation: PolicyInvocation,
  io: Io,
): Outcome | Promise<Outcome> {
  switch (invocation.action) {
    case "new":
      return policyNew(invocation, io);
    case "check":
      return policyCheck(invocation, io);
    case "run":
      return policyRun(invocation, io);
    case "list":
      return policyList(invocation, io);
  }
}
