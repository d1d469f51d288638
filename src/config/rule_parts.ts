/**
 * The conditions, pools and policies that rules are made of, as this folder
 * sees them: the only file here that is to know which kinds there are. Step 5
 * of reading a config makes rules with it.
 */

import type { Condition, ConditionScope } from "../policy/condition.ts";
import {
  createWhen,
  type When,
  WHEN_SHAPE,
} from "../policy/conditions/when.ts";
import type { PartProblems } from "../policy/part_problem.ts";
import { createPolicy, POLICY_KINDS } from "../policy/policies/kinds.ts";
import { MODULE_OPTIONS, moduleKind } from "../policy/policies/module.ts";
import type { Policy, PolicyKind, PolicyScope } from "../policy/policy.ts";
import type { ModuleSpec } from "../policy/policy_modules.ts";
import type { Pool } from "../policy/pool.ts";
import {
  createPool,
  POOL_SHAPE,
  type PoolValue,
} from "../policy/pools/create_pool.ts";
import type { Infer, ObjectShape, Shape } from "../policy/shape.ts";

/** What rules are made of. Values are checked against their shapes before. */
export interface RuleParts {
  /** How `when` looks: an object. */
  readonly whenShape: Shape;
  /** Makes the conditions of one rule. */
  createWhen(
    value: unknown,
    scope: ConditionScope,
  ): { readonly conditions: readonly Condition[] } | PartProblems;
  /** How a pool looks: an object. */
  readonly poolShape: Shape;
  /** Makes one pool. */
  createPool(
    name: string,
    value: unknown,
  ): { readonly pool: Pool } | PartProblems;
  /** Every policy that a rule may have. */
  readonly policyKinds: readonly PolicyKind[];
  /** Makes a policy, or says what is wrong with its options. */
  createPolicy(name: string, options: unknown): Policy | string;
  /** Options in a rule of every policy that a user wrote. */
  readonly moduleOptions: ObjectShape;
  /** The kind of a policy that a user wrote. */
  moduleKind(spec: ModuleSpec): PolicyKind;
}

/** What rules are made of. */
export const RULE_PARTS: RuleParts = {
  whenShape: WHEN_SHAPE,
  createWhen: (value, scope) => createWhen(value as When, scope),
  poolShape: POOL_SHAPE,
  createPool: (name, value) => createPool(name, value as PoolValue),
  policyKinds: POLICY_KINDS,
  createPolicy,
  moduleOptions: MODULE_OPTIONS,
  moduleKind,
};

/**
 * What rules of one config are made of.
 *
 * @param parts What rules of every config are made of.
 * @param specs Policies that users wrote, by names that no other policy has.
 * @returns The same, with these policies behind the others.
 */
export function withModules(
  parts: RuleParts,
  specs: readonly ModuleSpec[],
): RuleParts {
  const kinds = new Map(
    specs.map((spec) => [spec.name, parts.moduleKind(spec)]),
  );
  const scope: PolicyScope = { policy: (name) => parts.createPolicy(name, {}) };
  return {
    ...parts,
    policyKinds: [...parts.policyKinds, ...kinds.values()],
    createPolicy: (name, options) =>
      kinds.get(name)?.create(options as Infer<ObjectShape>, scope) ??
        parts.createPolicy(name, options),
  };
}
