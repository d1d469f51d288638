/**
 * Matchers of texts: the ID, the provider, the status, and attributes that are
 * common enough for a key of their own.
 */

import { doubtAddress, doubtBaseUrl } from "../doubts/addresses.ts";
import { doubtId } from "../doubts/credential_ids.ts";
import { doubtPattern } from "../doubts/foreign_pattern.ts";
import { doubtProvider } from "../doubts/host_providers.ts";
import {
  doubtAuthKind,
  doubtPlanType,
  doubtStatus,
} from "../doubts/host_words.ts";
import {
  compileGlobs,
  type GlobsShape,
  globsShape,
  MAX_GLOBS,
} from "../globs.ts";
import type { Candidate } from "../pick_request.ts";
import type { MatcherKind } from "../pool.ts";
import { quote, quoteAny } from "../quote.ts";
import type { DoubtOf } from "../shape.ts";
import { addressOf } from "./address.ts";
import { attributeOf } from "./attributes.ts";

/** What is to be known of a text. */
interface TextOptions {
  readonly description: string;
  readonly example: string;
  /** Warns of what cannot match. */
  readonly doubt: DoubtOf;
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
    doubt: doubtId,
    isQuoted: true,
    textOf: ({ id }) => id,
  }),
  textKind("provider", {
    description: "Provider of the credential; case does not count",
    example: "codex",
    doubt: doubtProvider,
    ignoresCase: true,
    isQuoted: true,
    textOf: ({ provider }) => provider,
  }),
  textKind("auth_kind", {
    description: "How the credential signs in, oauth or apikey; case does " +
      "not count",
    example: "oauth",
    doubt: doubtAuthKind,
    ignoresCase: true,
  }),
  textKind("plan_type", {
    description: "Plan of the credential, if the host knows it; case does " +
      "not count",
    example: "pro",
    doubt: doubtPlanType,
    ignoresCase: true,
    isQuoted: true,
  }),
  textKind("note", {
    description: "Note on the credential",
    example: "spare",
    doubt: (pattern) => doubtPattern(pattern, "text"),
    isQuoted: true,
  }),
  textKind("email", {
    description: "Address of the account, as the host tells it or as it " +
      "stands in the name of the credential's file; case does not count",
    example: "*@example.com",
    doubt: doubtAddress,
    ignoresCase: true,
    textOf: addressOf,
  }),
  textKind("base_url", {
    description: "Address that the credential is used with",
    example: "https://api.example.com/*",
    doubt: doubtBaseUrl,
  }),
  textKind("status", {
    description: "Status of the credential: active, unknown, pending, " +
      "refreshing or error; case does not count",
    example: "active",
    doubt: doubtStatus,
    ignoresCase: true,
    isQuoted: true,
    textOf: ({ status }) => status,
  }),
];

function textKind(key: string, options: TextOptions): MatcherKind<GlobsShape> {
  const {
    description,
    example,
    doubt,
    ignoresCase = false,
    isQuoted = false,
    textOf = (candidate) => attributeOf(candidate, key),
  } = options;
  return {
    key,
    shape: globsShape(description, { example, doubt, maxItems: MAX_GLOBS }),
    create: (patterns) => {
      const globs = compileGlobs(patterns, { ignoresCase });
      return {
        key,
        matches: (candidate) => {
          const text = textOf(candidate);
          return text !== undefined && globs.matches(text);
        },
        matchesNearly: (candidate) => {
          const text = textOf(candidate);
          const nearly = compileGlobs(patterns, { ignoresCase: true });
          return text !== undefined && nearly.matches(text);
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
