/**
 * Every kind of policy. A new one is entered here and nowhere else.
 */

import type { Policy, PolicyKind, PolicyScope } from "../policy.ts";
import { either } from "../quote.ts";
import type { Infer, ObjectShape } from "../shape.ts";
import { delegate } from "./delegate.ts";
import { fillFirst } from "./fill_first.ts";
import { fixed } from "./fixed.ts";
import { leastRecent } from "./least_recent.ts";
import { random } from "./random.ts";
import { refuse } from "./refuse.ts";
import { roundRobin } from "./round_robin.ts";
import { sticky } from "./sticky.ts";
import { weighted } from "./weighted.ts";

/** In the order of the README. */
export const POLICY_KINDS: readonly PolicyKind[] = [
  fixed,
  fillFirst,
  roundRobin,
  weighted,
  random,
  leastRecent,
  sticky,
  delegate,
  refuse,
];

/**
 * Makes a policy.
 *
 * @param name Name of a kind.
 * @param options Options of its shape, checked.
 * @returns The policy, or what is wrong, in the form `must be …`.
 *
 * @example
 * ```ts
 * import { createPolicy } from "./kinds.ts";
 *
 * createPolicy("weighted", { weights: { "a*": 3, "*": 1 } });
 * ```
 */
export function createPolicy(
  name: string,
  options: unknown = {},
): Policy | string {
  return create(name, { options, kinds: POLICY_KINDS });
}

/**
 * Policies that fall back to others may name those that need no options and
 * choose.
 */
const SCOPE: PolicyScope = {
  policy: (name) =>
    create(name, {
      options: {},
      kinds: POLICY_KINDS.filter(({ isPlain, otherwise }) =>
        isPlain && otherwise === undefined
      ),
    }),
};

function create(
  name: string,
  { options, kinds }: {
    readonly options: unknown;
    readonly kinds: readonly PolicyKind[];
  },
): Policy | string {
  const kind = kinds.find((kind) => kind.name === name);
  return kind === undefined
    ? `must be ${either(kinds.map(({ name }) => name))}`
    : kind.create(options as Infer<ObjectShape>, SCOPE);
}
