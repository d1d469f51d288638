/**
 * What the config says of the members of a pool, as a set that can be compared
 * with that of another pool. Knows no kind of matcher by name but those whose
 * values are no globs over one attribute.
 */

import type { CredentialSet, Facet } from "../reach.ts";
import { NOT_KEY } from "./not.ts";
import { parseRange } from "./range.ts";

/** What is more than an attribute; all other keys are names of attributes. */
const FIELDS: readonly string[] = ["id", "provider", "status", "email"];

/** A value of the pool's shape: values of matchers by their keys. */
type PoolValue = Readonly<Record<string, unknown>>;

/**
 * Tells what the members of a pool have in common.
 *
 * @param value What the config says of the pool, checked.
 * @returns The set.
 */
export function membersOf(value: PoolValue): CredentialSet {
  const { [NOT_KEY]: not, ...rest } = value;
  const facets = facetsOf(rest);
  return {
    facets: [...facets, ...facets.flatMap(impliedBy)],
    exceptions: not === undefined ? [] : [facetsOf(not as PoolValue)],
  };
}

function facetsOf(value: PoolValue): Facet[] {
  return Object.entries(value).flatMap(([key, part]): Facet[] => {
    if (part === undefined) return [];
    if (key === "priority") {
      const ranges = (part as readonly string[]).map(parseRange);
      return [{ about: key, ranges: ranges.filter((r) => r !== undefined) }];
    }
    if (key === "attributes") {
      const globsByName = part as Readonly<Record<string, readonly string[]>>;
      return Object.entries(globsByName).map(([name, globs]) => ({
        about: `attribute ${name}`,
        globs,
      }));
    }
    const about = FIELDS.includes(key) ? key : `attribute ${key}`;
    return [{ about, globs: part as readonly string[] }];
  });
}

/** Attributes that the host takes from the files of accounts alone. */
const OF_ACCOUNTS: readonly string[] = [
  "attribute plan_type",
  "attribute note",
];

/**
 * The host makes IDs with `:apikey:` for the keys of its config, which have no
 * such attributes. internal/watcher/synthesizer/config.go and file.go of the
 * host, v7.2.140.
 */
function impliedBy({ about, globs = [] }: Facet): Facet[] {
  if (OF_ACCOUNTS.includes(about)) return [kindIs("oauth")];
  const areKeys = about === "id" && globs.every((g) => g.includes(":apikey:"));
  return areKeys ? [kindIs("apikey")] : [];
}

function kindIs(kind: string): Facet {
  return { about: "attribute auth_kind", globs: [kind] };
}
