/**
 * Policies at their worst, beside the real ones: stands for
 * `src/policy/policies/kinds.ts` in a build that is a test. What each of them
 * does says the model of the request; else it chooses the first candidate.
 */

import type { Choice, PolicyKind } from "../../src/policy/policy.ts";
import {
  createPolicy as createReal,
  POLICY_KINDS as REAL_KINDS,
} from "../../src/policy/policies/kinds.ts";
import { SAME_ROUTE } from "../../src/policy/reuse.ts";
import type { ObjectShape } from "../../src/policy/shape.ts";

const OPTIONS = {
  kind: "object",
  description: "What the model of the request says",
  fields: {},
} as const satisfies ObjectShape;

const hostile: PolicyKind<typeof OPTIONS> = {
  name: "hostile",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: () => ({
    name: hostile.name,
    choose: ({ candidates, request }) => {
      misbehave(request.model);
      if (request.model === "none") return undefined;
      const { id } = candidates[0]!;
      const choice: Choice = {
        answer: { kind: "auth", id },
        reason: "It is a test",
        reuse: SAME_ROUTE,
        explain: () => [],
      };
      return choice;
    },
    explainNone: () => [],
  }),
};

function misbehave(model: string): void {
  switch (model) {
    case "throw":
      throw new TypeError("secret-in-an-error");
    case "throw nothing":
      throw undefined;
    case "recurse":
      return misbehave(`${model}`);
    case "loop":
      for (;;);
    case "heap": {
      const eaten: string[][] = [];
      for (;;) eaten.push(Array.from({ length: 10_000 }, (_, i) => `${i}`));
    }
    // falls through: never
    case "buffers": {
      const eaten: Uint8Array[] = [];
      for (;;) eaten.push(new Uint8Array(1 << 24).fill(1));
    }
  }
}

/** The real ones and this. */
export const POLICY_KINDS: readonly PolicyKind[] = [...REAL_KINDS, hostile];

/** As the real one. */
export function createPolicy(
  ...[name, options]: Parameters<typeof createReal>
): ReturnType<typeof createReal> {
  return name === hostile.name
    ? hostile.create({}, { policy: () => "must not be asked for" })
    : createReal(name, options);
}
