/**
 * Condition `model`: the model that the request is routed by. The name that the
 * client wrote (metadata `requested_model`) is not looked at. Case does not
 * count: to the host, models that differ in case alone are the same
 * (`ClientSupportsModel` in internal/registry/model_registry.go, v7.2.140), and
 * a rule that closes one must not be passed by an alias in other letters.
 */

import type { ConditionKind } from "../condition.ts";
import { doubtModel } from "../doubts/model_names.ts";
import { compileGlobs, type GlobsShape, globsShape } from "../globs.ts";
import { quote, quoteAny } from "../quote.ts";
import { SAME_ROUTE } from "../reuse.ts";

/** Globs over the names of a model, one of which has to match. */
export const model: ConditionKind<GlobsShape> = {
  key: "model",
  shape: globsShape(
    "The model is one of these, with or without its thinking suffix and its " +
      "routing prefix; case does not count",
    { example: "gpt-*", doubt: doubtModel },
  ),
  create: (patterns) => {
    const globs = compileGlobs(patterns, { ignoresCase: true });
    return {
      key: "model",
      test: (request) => ({
        holds: namesOfModel(request.model).some(globs.matches),
        reuse: SAME_ROUTE,
      }),
      explain: (request) =>
        `model is ${quote(request.model)}, wanted ${quoteAny(patterns)}`,
    };
  },
};

/**
 * The names by which a model may be meant.
 *
 * A thinking suffix is the last `(` with all that follows, if the model ends
 * with `)`. A routing prefix is all up to the first `/` before that. Neither is
 * taken away if it is all there is.
 *
 * @param model The model as the host writes it.
 * @returns The model as it is; without suffix, without prefix, and without
 * both, as far as it has them.
 *
 * @example
 * ```ts
 * import { namesOfModel } from "./model.ts";
 *
 * namesOfModel("team/m(high)"); // ["team/m(high)", "team/m", "m(high)", "m"]
 * ```
 */
export function namesOfModel(model: string): readonly string[] {
  const open = model.endsWith(")") ? model.lastIndexOf("(") : -1;
  const base = open > 0 ? model.slice(0, open) : model;
  const start = base.indexOf("/") + 1;
  const names = [model, base];
  if (start < base.length) names.push(model.slice(start), base.slice(start));
  return [...new Set(names)];
}
