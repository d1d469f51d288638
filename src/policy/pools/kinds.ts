/**
 * Every kind of matcher. A new one is entered here and nowhere else.
 */

import type { MatcherKind } from "../pool.ts";
import { attributes } from "./attributes.ts";
import { priority } from "./priority.ts";
import { TEXT_KINDS } from "./text.ts";

/** In the order in which they are tried. */
export const MATCHER_KINDS: readonly MatcherKind[] = [
  ...TEXT_KINDS,
  priority,
  attributes,
];
