/**
 * Stands for `src/policy/decide.ts` in a build for the benchmark: no answer of
 * its policies may be used again, so that the worker is asked for every pick.
 */

export * from "../../../src/policy/decide.ts";
