/**
 * Every kind of condition. A new one is entered here and nowhere else.
 */

import type { ConditionKind } from "../condition.ts";
import { caller } from "./caller.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { path } from "./path.ts";
import { provider } from "./provider.ts";
import { retry } from "./retry.ts";
import { serviceTier } from "./service_tier.ts";
import { session } from "./session.ts";
import { stream } from "./stream.ts";
import { time } from "./time.ts";

/** In the order in which they are tested and explained. */
export const CONDITION_KINDS: readonly ConditionKind[] = [
  model,
  provider,
  caller,
  header,
  path,
  session,
  stream,
  serviceTier,
  time,
  retry,
];
