/**
 * Stands for `src/policy/decide.ts` in a build for the benchmark: no answer of
 * its policies may be used again, so that the worker is asked for every pick.
 */

import {
  answerOnFailure,
  decide as decideReally,
} from "../../../src/policy/decide.ts";
import type { Decision } from "../../../src/policy/decision.ts";
import type { PickContext } from "../../../src/policy/pick_context.ts";
import type { PickRequest } from "../../../src/policy/pick_request.ts";
import { NEVER } from "../../../src/policy/reuse.ts";
import type { Settings } from "../../../src/policy/settings.ts";

export { answerOnFailure };

export function answerToAny(): undefined {}

export function decide(
  request: PickRequest,
  settings: Settings,
  context: PickContext,
): Decision {
  const decision = decideReally(request, settings, context);
  return { ...decision, reuse: NEVER };
}
