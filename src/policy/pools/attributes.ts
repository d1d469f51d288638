/**
 * Matcher `attributes`: any attribute by its name, as the host writes it, such
 * as `websockets` or `header:X-Team`. Values may be secrets: they are compared,
 * never shown, and neither are the globs.
 */

import { doubtAttributeName } from "../doubts/attribute_names.ts";
import { doubtValuesOf } from "../doubts/attribute_values.ts";
import { doubtPattern } from "../doubts/foreign_pattern.ts";
import {
  compileGlobs,
  type Globs,
  type GlobsShape,
  globsShape,
  MAX_GLOBS,
} from "../globs.ts";
import type { Candidate } from "../pick_request.ts";
import type { Matcher, MatcherKind } from "../pool.ts";
import type { DoubtOf, MapShape } from "../shape.ts";

/** As many as anybody lists. A guess. */
const MAX_ATTRIBUTES = 16;

/** Longest name in UTF-16 code units. A guess. */
const MAX_NAME_LENGTH = 200;

/** Globs over values by names of attributes, all of which have to match. */
export const attributes: MatcherKind<MapShape<GlobsShape>> = {
  key: "attributes",
  shape: {
    kind: "map",
    description: "The credential has all of these attributes",
    key: {
      description: "Name of an attribute, as the host writes it",
      check: checkName,
      doubt: doubtAttributeName,
      pattern: `^[\\s\\S]{1,${MAX_NAME_LENGTH}}$`,
      example: "websockets",
    },
    of: valuesShape((pattern) => doubtPattern(pattern, "text")),
    ofKey: (name) => {
      const doubt = doubtValuesOf(name);
      return doubt && valuesShape(doubt);
    },
    maxItems: MAX_ATTRIBUTES,
  },
  create: (globsByName) => {
    const wanted = Object.entries(globsByName).map(([name, patterns]) => ({
      name,
      globs: compileGlobs(patterns),
    }));
    return wanted.length > 0
      ? onAttributes(wanted)
      : "must name at least one attribute, such as websockets";
  },
};

function valuesShape(doubt: DoubtOf): GlobsShape {
  return globsShape(
    "The attribute has one of these values; * if any value will do",
    { example: "true", doubt, maxItems: MAX_GLOBS, isSecret: true },
  );
}

interface WantedAttribute {
  readonly name: string;
  readonly globs: Globs;
}

function onAttributes(wanted: readonly WantedAttribute[]): Matcher {
  const firstOff = (candidate: Candidate) =>
    wanted.find(({ name, globs }) => {
      const value = attributeOf(candidate, name);
      return value === undefined || !globs.matches(value);
    });
  return {
    key: "attributes",
    matches: (candidate) => firstOff(candidate) === undefined,
    explain: (candidate) => {
      const { name = "" } = firstOff(candidate) ?? {};
      return attributeOf(candidate, name) === undefined
        ? `it has no attribute ${name}`
        : `attribute ${name} is not a wanted one`;
    },
  };
}

/**
 * Reads an attribute.
 *
 * @param candidate A credential.
 * @param name Name of the attribute.
 * @returns Its value; undefined if the host tells none.
 */
export function attributeOf(
  { attributes }: Candidate,
  name: string,
): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function checkName(name: string): string | undefined {
  return name !== "" && name.length <= MAX_NAME_LENGTH
    ? undefined
    : `must be the name of an attribute, at most ${MAX_NAME_LENGTH} ` +
      "characters, such as websockets";
}
