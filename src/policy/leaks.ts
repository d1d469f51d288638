/**
 * Leaks: credentials that one rule isolates and others may still use. Asked of
 * the rules alone, for warnings of the config; decides nothing.
 */

import type { Pool } from "./pool.ts";
import { quote } from "./quote.ts";
import {
  type Budget,
  type CredentialSet,
  mayShare,
  type Reach,
  reachOf,
} from "./reach.ts";
import type { Rule } from "./rule.ts";

/** Leaks of one rule that are told one by one. A guess: the mend is the same. */
const MAX_LEAKS_OF_ONE = 3;

/** Comparisons of patterns in one review, at some microseconds each. A guess. */
const MAX_COMPARISONS = 100_000;

/** A way to credentials that another rule isolates. */
export interface Leak {
  /** Place of the rule that may use them; undefined: no rule matches. */
  readonly index: number | undefined;
  /** The key of that rule that lets it. */
  readonly key: "use" | "policy" | "otherwise" | undefined;
  /** To follow the path of that key. */
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
}

/** Why a rule may use credentials. */
interface Way {
  readonly key: Leak["key"];
  /** To follow the path of the key. */
  readonly cause: string;
  readonly hint: string;
}

/** One rule that isolates, and whom it leaks to. */
interface Pair {
  readonly way: Way;
  /** Such as `credentials of pool red, which rule red isolates`. */
  readonly isolated: string;
}

/**
 * Finds leaks.
 *
 * A rule isolates if it refuses when its pools have nothing left, which says
 * that its clients get these credentials alone. Whoever names the same pool in
 * its own `use` shares it on purpose: that is no leak. Neither is a rule for no
 * other callers.
 *
 * @param rules In their order.
 * @returns The leaks, in the order of the rules that may use them.
 */
export function findLeaks(rules: readonly Rule[]): Leak[] {
  const last = rules.findIndex(({ when }) => when.length === 0);
  const live = last < 0 ? rules : rules.slice(0, last + 1);
  const parties = live.map(partyOf);
  const owners = parties.filter(({ owned }) => owned.length > 0);
  const budget = { comparisons: MAX_COMPARISONS };
  const leaks = parties.flatMap((party) => {
    const pairs = owners.flatMap((owner) => pairOf(party, owner, budget));
    const { index, rule } = party;
    return tell(pairs, { index, who: `rule ${nameOf(rule)}` });
  });
  if (last >= 0) return leaks;
  const who = "requests that match no rule";
  return [...leaks, ...tell(owners.map(unmatched), { index: undefined, who })];
}

/** A rule and what it chooses from. */
interface Party {
  readonly rule: Rule;
  readonly index: number;
  readonly reach: readonly Reach[];
  /** What it isolates: some of the credentials, and nothing else for it. */
  readonly owned: readonly Reach[];
}

function partyOf(rule: Rule, index: number): Party {
  const reach = reachOf(rule);
  const owned = rule.otherwise === "refuse" ? reach.filter(isSome) : [];
  return { rule, index, reach, owned };
}

/** Whether a set is less than everything. */
function isSome({ set }: Reach): boolean {
  const facets = set.facets.filter(({ about, globs }) =>
    about !== "id" || !globs?.includes("*")
  );
  return facets.length + set.exceptions.length > 0;
}

function pairOf(party: Party, owner: Party, budget: Budget): Pair[] {
  const { rule } = party;
  // Two that isolate share in both directions: it is told of the second.
  const isTold = party.owned.length > 0 && party.index < owner.index;
  if (party === owner || isTold || hasNoOtherCallers(rule, owner.rule)) {
    return [];
  }
  for (const { pool, set } of owner.owned) {
    if (pool !== undefined && rule.use.includes(pool)) continue;
    const way = wayInto(party, set, budget);
    if (way !== undefined) return [{ way, isolated: describe(owner, pool) }];
  }
  return [];
}

function wayInto(
  { rule, reach }: Party,
  set: CredentialSet,
  budget: Budget,
): Way | undefined {
  const found = reach.find((own) => mayShare(own.set, set, budget));
  if (found?.pool !== undefined) return byPool(found.pool.name);
  if (found !== undefined) {
    if (rule.policy.leavesToHost) return BY_POLICY;
    return rule.policy.onlyIds === undefined ? BY_NO_USE : BY_IDS;
  }
  return rule.otherwise === "host" ? BY_HOST : undefined;
}

function byPool(name: string): Way {
  return {
    key: "use",
    cause: `has pool ${name}`,
    hint: "keep the two apart, by a not in one of them with what the other has",
  };
}

const BY_NO_USE: Way = {
  key: undefined,
  cause: "has no use and chooses from all credentials",
  hint: "give it a pool of the others, with a not, and otherwise: refuse",
};

const BY_POLICY: Way = {
  key: "policy",
  cause: "lets the host choose from all credentials",
  hint: "take another policy with a pool of the others, and otherwise: refuse",
};

const BY_IDS: Way = {
  key: "policy",
  cause: "names IDs",
  hint: "name none that the other rule has",
};

const BY_HOST: Way = {
  key: "otherwise",
  cause: "is host, which chooses from all credentials",
  hint: "write otherwise: refuse",
};

/** What happens to requests that no rule matches. */
const BY_NO_RULE: Way = {
  key: undefined,
  cause: "has no last rule without conditions",
  hint: "end with one, such as {name: rest, policy: refuse}, or with use and " +
    "otherwise: refuse",
};

/** What shares on purpose says so. */
const OR_NAME_IT = "; if they are to be shared, name that pool in its use too";

function unmatched(owner: Party): Pair {
  const [first] = owner.owned;
  return { way: BY_NO_RULE, isolated: describe(owner, first?.pool) };
}

function describe({ rule }: Party, pool: Pool | undefined): string {
  const who = `rule ${nameOf(rule)} isolates`;
  return pool === undefined
    ? `credentials that ${who}`
    : `credentials of pool ${pool.name}, which ${who}`;
}

function tell(
  pairs: readonly Pair[],
  { index, who }: {
    readonly index: number | undefined;
    readonly who: string;
  },
): Leak[] {
  const more = pairs.length - MAX_LEAKS_OF_ONE;
  return pairs.slice(0, MAX_LEAKS_OF_ONE).map(({ way, isolated }, place) => {
    const isLast = place === MAX_LEAKS_OF_ONE - 1;
    const rest = isLast && more > 0
      ? `, and those of ${more} more such ${more === 1 ? "rule" : "rules"}`
      : "";
    const sharable = index !== undefined && way !== BY_POLICY;
    return {
      index,
      key: way.key,
      message: `${way.cause}: ${who} may use ${isolated}${rest}`,
      hint: way.hint + (sharable ? OR_NAME_IT : ""),
    };
  });
}

/** Names of people's rules are words; others are told from what is around. */
function nameOf({ name }: Rule): string {
  return /^[\p{L}\p{N}_-]+$/u.test(name) ? name : quote(name);
}

/** A client's own rules may share. */
function hasNoOtherCallers(rule: Rule, owner: Rule): boolean {
  const [some, others] = [callersOf(rule), callersOf(owner)];
  return some !== undefined && others !== undefined && some.isSubsetOf(others);
}

function callersOf({ when }: Rule): ReadonlySet<string> | undefined {
  return when.find(({ callers }) => callers !== undefined)?.callers;
}
