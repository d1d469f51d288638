/**
 * Condition `caller`: which client asks. The host tells clients apart by the
 * hash of their key, metadata `caller_scope`; the config gives hashes names.
 */

import type { Condition, ConditionKind, ConditionScope } from "../condition.ts";
import { metadataText } from "../metadata.ts";
import type { PartProblem } from "../part_problem.ts";
import type { PickRequest } from "../pick_request.ts";
import { either, quote, quoteAny } from "../quote.ts";
import { sameMetadata } from "../reuse.ts";
import type { ListShape, TextShape } from "../shape.ts";

const FIELD = "caller_scope";
const REUSE = sameMetadata(FIELD);

const HASH_REGEXP = /^[0-9a-f]{64}$/i;

/** As many as anybody lists one by one. A guess. */
const MAX_CALLERS = 1000;

/** Longest name or hash in UTF-16 code units. A guess; a hash has 64. */
const MAX_LENGTH = 100;

/** Callers, one of which asks. */
export const caller: ConditionKind<ListShape<TextShape>> = {
  key: "caller",
  shape: {
    kind: "list",
    description: "One of these clients asks",
    of: {
      kind: "text",
      description: "A name under callers, or a caller_scope itself",
      isSecret: true,
      check: checkCaller,
      pattern: `^.{1,${MAX_LENGTH}}$`,
      example: "team-red",
    },
    maxItems: MAX_CALLERS,
  },
  create: (callers, scope) => {
    const isKnown = (name: string) => Object.hasOwn(scope.callers, name);
    const names = callers.filter(isKnown);
    const hashes = callers.filter((caller) => !isKnown(caller));
    const known = Object.keys(scope.callers);
    const problems = callers.flatMap((word, i): PartProblem[] =>
      isKnown(word) || HASH_REGEXP.test(word) ? [] : [{
        path: [i],
        message: /[*?|,;]/.test(word)
          ? "must name a caller under callers, and is no glob: list several"
          : "must name a caller under callers",
        meant: { word, known },
      }]
    );
    return problems.length > 0
      ? { problems }
      : onCaller({ names, hashes }, scope);
  },
};

function checkCaller(caller: string): string | undefined {
  return caller !== "" && caller.length <= MAX_LENGTH
    ? undefined
    : "must be the name of a caller or a caller_scope of 64 hexadecimal " +
      "digits, such as team-red";
}

interface WantedCallers {
  /** All under `callers`. */
  readonly names: readonly string[];
  readonly hashes: readonly string[];
}

function onCaller(
  { names, hashes }: WantedCallers,
  { callers }: ConditionScope,
): Condition {
  const scopes = [...hashes, ...names.flatMap((name) => callers[name] ?? [])];
  const wanted = new Set(scopes.map((scope) => scope.toLowerCase()));
  const isWanted = (request: PickRequest) => {
    const scope = scopeOf(request);
    return scope !== undefined && wanted.has(scope);
  };
  return {
    key: "caller",
    callers: wanted,
    test: (request) => ({ holds: isWanted(request), reuse: REUSE }),
    explain: (request) => {
      const found = nameOf(scopeOf(request), callers) ??
        (isWanted(request) ? "one of the wanted hashes" : "not known");
      return `caller is ${found}, wanted ${inWords({ names, hashes })}`;
    },
  };
}

function scopeOf(request: PickRequest): string | undefined {
  return metadataText(request, FIELD);
}

function nameOf(
  scope: string | undefined,
  callers: ConditionScope["callers"],
): string | undefined {
  if (scope === undefined) return "not there";
  const entry = Object.entries(callers).find(([, hashes]) =>
    hashes.some((hash) => hash.toLowerCase() === scope)
  );
  return entry && quote(entry[0]);
}

function inWords({ names, hashes }: WantedCallers): string {
  const count = hashes.length;
  return either([
    ...(names.length > 0 ? [quoteAny(names)] : []),
    ...(count > 0 ? [count === 1 ? "a hash" : `one of ${count} hashes`] : []),
  ]);
}
