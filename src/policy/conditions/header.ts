/**
 * Condition `header`: headers of the client. Their values are secret: they are
 * compared, never shown, and neither are the globs.
 */

import { HEADER_NAME_PATTERN, headerValues } from "../client_header.ts";
import type { Condition, ConditionKind } from "../condition.ts";
import { doubtHeaderValue } from "../doubts/foreign_pattern.ts";
import { doubtHeaderName } from "../doubts/header_names.ts";
import {
  compileGlobs,
  type Globs,
  type GlobsShape,
  globsShape,
} from "../globs.ts";
import type { PickRequest } from "../pick_request.ts";
import { NEVER } from "../reuse.ts";
import type { MapShape } from "../shape.ts";

/** As many as anybody lists. A guess. */
const MAX_HEADERS = 16;

const NAME_PATTERN = `^${HEADER_NAME_PATTERN}$`;
const NAME_REGEXP = new RegExp(NAME_PATTERN);

/** Globs over values by names of headers, all of which have to match. */
export const header: ConditionKind<MapShape<GlobsShape>> = {
  key: "header",
  shape: {
    kind: "map",
    description: "The client sends all of these headers",
    key: {
      description: "Name of a header; its case does not count",
      check: checkName,
      doubt: doubtHeaderName,
      pattern: NAME_PATTERN,
      example: "X-Team",
    },
    of: globsShape(
      "The header has one of these values; * if any value will do",
      { example: "red*", doubt: doubtHeaderValue, isSecret: true },
    ),
    maxItems: MAX_HEADERS,
  },
  create: (headers) => {
    const wanted = Object.entries(headers).map(([name, patterns]) => ({
      name,
      globs: compileGlobs(patterns),
    }));
    const names = new Set(wanted.map(({ name }) => name.toLowerCase()));
    if (names.size < wanted.length) {
      return "must name each header once, upper or lower case";
    }
    return wanted.length > 0
      ? onHeaders(wanted)
      : "must name at least one header, such as X-Team";
  },
};

function checkName(name: string): string | undefined {
  return NAME_REGEXP.test(name)
    ? undefined
    : "must be the name of a header, such as X-Team";
}

interface WantedHeader {
  readonly name: string;
  readonly globs: Globs;
}

function onHeaders(wanted: readonly WantedHeader[]): Condition {
  return {
    key: "header",
    test: (request) => ({
      holds: wanted.every((header) => isSent(header, request)),
      reuse: NEVER,
    }),
    explain: (request) => {
      const words = wanted.map((header) =>
        `${header.name} ${
          isSent(header, request) ? "matches" : missing(header, request)
        }`
      );
      return `header ${words.join(" and ")}`;
    },
  };
}

function isSent({ name, globs }: WantedHeader, request: PickRequest): boolean {
  return headerValues(request, name).some(globs.matches);
}

function missing({ name }: WantedHeader, request: PickRequest): string {
  return headerValues(request, name).length > 0
    ? "does not match"
    : "is not sent";
}
