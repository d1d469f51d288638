/**
 * Matchers of texts: the ID, the provider, the status, and attributes that are
 * common enough for a key of their own.
 */

import { compileGlobs, type GlobsShape, globsShape } from "../globs.ts";
import type { Candidate } from "../pick_request.ts";
import type { MatcherKind } from "../pool.ts";
import { quote, quoteAny } from "../quote.ts";
import { attributeOf } from "./attributes.ts";

/** What is to be known of a text. */
interface TextOptions {
  readonly description: string;
  readonly example: string;
  /** @default {false} */
  readonly ignoresCase?: boolean;
  /** Whether reasons may quote it and the globs. @default {false} */
  readonly isQuoted?: boolean;
  /** Where it is; undefined if there is none. @default the attribute */
  readonly textOf?: (candidate: Candidate) => string | undefined;
}

/** Every kind of text matcher. */
export const TEXT_KINDS: readonly MatcherKind<GlobsShape>[] = [
  textKind("id", {
    description: "ID of the credential",
    example: "*:apikey:*",
    isQuoted: true,
    textOf: ({ id }) => id,
  }),
  textKind("provider", {
    description: "Provider of the credential; case does not count",
    example: "codex",
    ignoresCase: true,
    isQuoted: true,
    textOf: ({ provider }) => provider,
  }),
  textKind("auth_kind", {
    description: "How the credential signs in; case does not count",
    example: "oauth",
    ignoresCase: true,
  }),
  textKind("plan_type", {
    description: "Plan of the credential, if the host knows it; case does " +
      "not count",
    example: "pro",
    ignoresCase: true,
    isQuoted: true,
  }),
  textKind("note", {
    description: "Note on the credential",
    example: "spare",
    isQuoted: true,
  }),
  textKind("email", {
    description: "Address of the account, if the host knows it",
    example: "*@example.com",
  }),
  textKind("base_url", {
    description: "Address that the credential is used with",
    example: "https://api.example.com/*",
  }),
  textKind("status", {
    description: "Status of the credential: active, unknown, pending, " +
      "refreshing or error",
    example: "active",
    isQuoted: true,
    textOf: ({ status }) => status,
  }),
];

function textKind(key: string, options: TextOptions): MatcherKind<GlobsShape> {
  const {
    description,
    example,
    ignoresCase = false,
    isQuoted = false,
    textOf = (candidate) => attributeOf(candidate, key),
  } = options;
  return {
    key,
    shape: globsShape(description, { example }),
    create: (patterns) => {
      const globs = compileGlobs(patterns, { ignoresCase });
      return {
        key,
        matches: (candidate) => {
          const text = textOf(candidate);
          return text !== undefined && globs.matches(text);
        },
        explain: (candidate) => {
          const text = textOf(candidate);
          if (text === undefined) return `it has no ${key}`;
          return isQuoted
            ? `${key} is ${quote(text)}, wanted ${quoteAny(patterns)}`
            : `${key} is not a wanted one`;
        },
      };
    },
  };
}
