/**
 * Lists of candidates as the host writes them, and such as are hard to tell
 * from one another: each kind says how.
 */

import { compareBytes, goMap, goString, goStruct } from "./go_text.ts";
import type { Random } from "./random.ts";

/** The JSON of a request's candidates. */
export interface CandidateList {
  /** What is special about it. */
  readonly kind: string;
  /** The list, or `null`. */
  readonly json: string;
  /** For configs that name one of them. */
  readonly ids: readonly string[];
}

interface Candidate {
  readonly id: string;
  /** JSON of the id, if not as Go writes it. */
  readonly idJson?: string;
  readonly priority: number;
  readonly status: string;
  readonly attributes: Readonly<Record<string, string>> | null;
  /** JSON; the host never sends any. */
  readonly metadata?: string;
}

const STATUSES = ["active", "unknown", "pending", "refreshing", "error"];

/** Ids that JSON, C or a search for bytes may stumble over. */
const ODD_IDS = [
  'quote"d.json',
  "back\\slash.json",
  'end\\"',
  "\\",
  '"',
  "<b>&amp;</b>",
  "a,b",
  ',"Candidates":[{"ID":"x"}]',
  '"},{"ID":"y',
  "}]}",
  "tab\tnew\nline\r",
  "\b\f\u0001\u001f",
  "del\u007f",
  "line\u2028para\u2029",
  "ключ-мира.json",
  "世界.json",
  "😀-🔑.json",
  "e\u0301.json",
  "\u00e9.json",
  "\ufeffbom",
  "\ufffd",
  "null",
  "A.json",
  "a.json",
  "a.jso",
  "a.json ",
  " a.json",
  "x".repeat(5000),
];

const NAMES = ["ada", "bob", "eve", "kim", "lou", "max", "uma", "zoe"];
const PLANS = ["free", "plus", "pro", "team"];

/** A list of candidates, for where none belongs. */
const STRAY_LIST = '[{"ID":"stray","Provider":"codex","Priority":0}]';

/** Kind of the lists that are not sorted by ID, as the host sorts them. */
export const OUT_OF_ORDER = "out of order";

/** Sizes: most lists of a host are short. */
const SIZES = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 25];

/** Makes lists; none is made twice, but by chance. */
export class Lists {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Lists that resemble each other.
   *
   * @param families How many to start from; each has its likenesses.
   * @returns For each family one list of each kind.
   */
  pool(families: number): CandidateList[] {
    return [
      { kind: "empty", json: "[]", ids: [] },
      { kind: "null", json: "null", ids: [] },
      ...Array.from({ length: families }, () => this.#family()).flat(),
    ];
  }

  /**
   * A list that no request has had before.
   *
   * @param id Of one of its candidates, if it is to be there.
   */
  fresh(id?: string): CandidateList {
    const candidates = this.#candidates(this.#random.of(SIZES));
    const at = this.#random.below(candidates.length);
    const one = candidates[at]!;
    const attributes = { note: `fresh ${this.#count++}` };
    return list(
      "fresh",
      candidates.with(at, { ...one, id: id ?? one.id, attributes }),
    );
  }

  /** Plain lists with this many candidates each, all different. */
  plain(candidates: number, lists: number): CandidateList[] {
    return Array.from(
      { length: lists },
      () => list("plain", this.#candidates(candidates)),
    );
  }

  /**
   * A large list.
   *
   * @param bytes About its size in bytes.
   * @param candidates How many share them; at least 1.
   */
  large(bytes: number, candidates: number): CandidateList {
    const padding = "p".repeat(Math.ceil(bytes / candidates));
    const made = this.#candidates(candidates).map((candidate) => ({
      ...candidate,
      attributes: { ...candidate.attributes, note: padding },
    }));
    return list("large", made);
  }

  #family(): CandidateList[] {
    const random = this.#random;
    const all = this.#candidates(random.of(SIZES));
    const at = random.below(all.length);
    const one = all[at]!;
    const but = (kind: string, changes: Partial<Candidate>) =>
      list(kind, all.with(at, { ...one, ...changes }));
    const cut = 1 + random.below(all.length);
    return [
      list("plain", all),
      but("an id one byte off", { id: otherByte(one.id) }),
      but("an attribute one byte off", {
        attributes: { ...one.attributes, index: "1" },
      }),
      but("an attribute one byte off", {
        attributes: { ...one.attributes, index: "2" },
      }),
      but("a priority one byte off", { priority: one.priority + 1 }),
      but("another status", { status: random.of(STATUSES) }),
      but("no attributes", { attributes: null }),
      but("an id in escapes", { idJson: escaped(one.id) }),
      but("the key Candidates in attributes", {
        attributes: { a: "1", Candidates: STRAY_LIST, zone: "2" },
      }),
      but("a list of candidates in metadata", {
        metadata: `{"a":1,"Candidates":${STRAY_LIST}}`,
      }),
      list("a prefix", all.slice(0, cut)),
      list("a suffix", all.slice(-cut)),
      list("an id twice", all.toSpliced(at, 0, one)),
      list(OUT_OF_ORDER, all.toReversed()),
      list("odd ids", this.#odd()),
    ];
  }

  #candidates(count: number): Candidate[] {
    return Array.from({ length: count }, () => this.#candidate())
      .sort((a, b) => compareBytes(a.id, b.id));
  }

  #candidate(): Candidate {
    const random = this.#random;
    const number = this.#count++;
    const rest = { priority: random.below(3) - 1, status: "active" };
    if (random.once(2)) {
      const hash = random.hex(9) + number.toString(16).padStart(3, "0");
      return {
        ...rest,
        id: `codex:apikey:${hash}`,
        attributes: {
          auth_kind: "apikey",
          base_url: "http://upstream.test/codex?a=1&b=<2>",
          config_index: String(number),
          source: `config:codex[${hash}]`,
        },
      };
    }
    const plan = random.of(PLANS);
    const id = `codex-${random.of(NAMES)}${number}@example.com-${plan}.json`;
    return {
      ...rest,
      id,
      attributes: {
        auth_kind: "oauth",
        path: `/srv/cliproxy/auths/${id}`,
        plan_type: plan,
        source: `/srv/cliproxy/auths/${id}`,
        source_backend: "file",
      },
    };
  }

  #odd(): Candidate[] {
    const random = this.#random;
    const ids = new Set(
      Array.from({ length: 1 + random.below(6) }, () => random.of(ODD_IDS)),
    );
    return Array.from(ids)
      .sort(compareBytes)
      .map((id) => ({ ...this.#candidate(), id }));
  }
}

function list(kind: string, candidates: readonly Candidate[]): CandidateList {
  return {
    kind,
    json: `[${candidates.map(candidateJson).join(",")}]`,
    ids: candidates.map(({ id }) => id),
  };
}

function candidateJson(candidate: Candidate): string {
  const { attributes } = candidate;
  return goStruct([
    ["ID", candidate.idJson ?? goString(candidate.id)],
    ["Provider", '"codex"'],
    ["Priority", String(candidate.priority)],
    ["Status", goString(candidate.status)],
    ["Attributes", attributes === null ? "null" : stringMap(attributes)],
    ["Metadata", candidate.metadata ?? "null"],
  ]);
}

function stringMap(map: Readonly<Record<string, string>>): string {
  return goMap(Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, goString(value)]),
  ));
}

/** The same text but for its last byte. */
function otherByte(text: string): string {
  return text.slice(0, -1) + (text.endsWith("m") ? "n" : "m");
}

/** JSON of the text with every unit as an escape. */
function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => {
    const hex = text.charCodeAt(at).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  });
  return `"${units.join("")}"`;
}
