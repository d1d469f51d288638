/**
 * Conditions, pools and policies for tests of the config: as few as show each
 * thing that the reader can meet, and nothing behind them.
 */

import {
  MODULE_OPTIONS,
  moduleKind,
} from "../../src/policy/policies/module.ts";
import type { Policy, PolicyKind } from "../../src/policy/policy.ts";
import type { ObjectShape } from "../../src/policy/shape.ts";
import { ANY } from "../../src/policy/reuse.ts";
import type { RuleParts } from "../../src/config/rule_parts.ts";

const WHEN_SHAPE = {
  kind: "object",
  description: "What a request must be like",
  fields: {
    caller: {
      shape: {
        kind: "list",
        description: "Who asks",
        of: { kind: "text", description: "Name of a caller" },
      },
    },
    model: {
      shape: {
        kind: "list",
        description: "Models, * for any text",
        of: { kind: "text", description: "A model", example: "gpt-*" },
      },
    },
    time: {
      shape: {
        kind: "text",
        description: "A window of time",
        check: (text) =>
          /^\w/.test(text) ? undefined : "must be a window of time",
        pattern: "^\\w",
      },
    },
    stream: { shape: { kind: "boolean", description: "Whether it streams" } },
    headers: {
      shape: {
        kind: "map",
        description: "Patterns by the names of headers",
        key: { description: "Name of a header" },
        of: {
          kind: "text",
          description: "A pattern",
          isSecret: true,
          check: (text) =>
            text.includes("!") ? "must be a pattern without !" : undefined,
          pattern: "^[^!]*$",
        },
        maxItems: 3,
      },
    },
  },
} as const satisfies ObjectShape;

const POOL_SHAPE = {
  kind: "object",
  description: "What its members have in common",
  fields: {
    id: {
      shape: {
        kind: "list",
        description: "IDs, * for any text",
        of: { kind: "text", description: "An ID" },
      },
    },
    plan_type: {
      shape: {
        kind: "list",
        description: "Plans",
        of: {
          kind: "choice",
          description: "A plan",
          values: ["free", "plus", "pro", "team"],
        },
      },
    },
    note: { shape: { kind: "text", description: "Note of the credential" } },
  },
} as const satisfies ObjectShape;

const POLICY_KINDS: readonly PolicyKind[] = [
  kindOf("round_robin", {}),
  kindOf("sticky", {
    ttl: {
      shape: { kind: "number", description: "Hours", min: 0.5, max: 48 },
      default: "1",
    },
  }),
  kindOf("weighted", {
    weights: {
      isRequired: true,
      shape: {
        kind: "map",
        description: "Weights by IDs, * for any text",
        key: { description: "An ID" },
        of: {
          kind: "number",
          description: "A weight",
          min: 0,
          max: 1000,
          isInteger: true,
        },
      },
    },
  }, { isPlain: false }),
  kindOf("delegate", {
    to: {
      isRequired: true,
      shape: {
        kind: "choice",
        description: "Selector of the host",
        values: ["fill-first", "round-robin"],
      },
    },
  }, { isPlain: false, mayFilter: false }),
];

function kindOf(
  name: string,
  fields: ObjectShape["fields"],
  { isPlain = true, mayFilter = true } = {},
): PolicyKind {
  const description = `The policy ${name}`;
  return {
    name,
    options: { kind: "object", description, fields },
    isPlain,
    mayFilter,
    create: () => policyOf(name),
  };
}

/** What the tests see of a policy. */
export interface StandInPolicy extends Policy {
  readonly options: unknown;
}

function policyOf(name: string, options?: unknown): StandInPolicy {
  return {
    name,
    options,
    choose: () => ({
      answer: { kind: "unhandled" },
      reason: "",
      reuse: ANY,
      explain: () => [],
    }),
    explainNone: () => [],
  };
}

/** The stand-ins. */
export const STAND_INS: RuleParts = {
  whenShape: WHEN_SHAPE,
  createWhen(value, { callers }) {
    const when = value as Readonly<Record<string, unknown>>;
    const names = (when["caller"] ?? []) as readonly string[];
    const problems = names.flatMap((name, i) =>
      Object.hasOwn(callers, name) ? [] : [{
        path: ["caller", i],
        message: "must name a caller that is under callers",
      }]
    );
    if (problems.length > 0) return { problems };
    return {
      conditions: Object.keys(when).map((key) => ({
        key,
        test: () => ({ holds: true, reuse: ANY }),
        explain: () => "",
      })),
    };
  },
  poolShape: POOL_SHAPE,
  createPool(name, value) {
    const keys = Object.keys(value as object);
    const problems = [{ path: [], message: "must have at least one key" }];
    if (keys.length === 0) return { problems };
    const matchers = keys.map((key) => ({
      key,
      matches: () => true,
      explain: () => "",
    }));
    return { pool: { name, matchers } };
  },
  policyKinds: POLICY_KINDS,
  moduleOptions: MODULE_OPTIONS,
  moduleKind,
  createPolicy(name, options) {
    const { weights = { a: 1 } } = options as {
      readonly weights?: Readonly<Record<string, number>>;
    };
    const isNothing = Object.values(weights).every((weight) => weight === 0);
    return isNothing ? "must have a weight above 0" : policyOf(name, options);
  },
};
