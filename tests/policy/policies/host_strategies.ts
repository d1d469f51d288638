/**
 * What the selectors of the host chose (sdk/cliproxy/auth/selector.go,
 * v7.2.140, commit a7e3596b): each made anew, asked with nothing but candidates
 * of one provider. No tests in here.
 */

/** What `WeightedRoundRobinSelector` chose. */
export interface HostWeighted {
  /**
   * The attribute `weight` of the candidates `a`, `b`, `c` …; null: they have
   * none.
   */
  readonly weights: readonly (string | null)[];
  /** The IDs in turn; empty if it had nothing to choose. */
  readonly picks: string;
}

/** 24 picks each. */
export const HOST_WEIGHTED: readonly HostWeighted[] = [
  { weights: [null], picks: "aaaaaaaaaaaaaaaaaaaaaaaa" },
  { weights: ["1", "1"], picks: "abababababababababababab" },
  { weights: ["5", "1", "1"], picks: "aabacaaaabacaaaabacaaaab" },
  { weights: ["2", "1"], picks: "abaabaabaabaabaabaabaaba" },
  { weights: ["1", "2"], picks: "babbabbabbabbabbabbabbab" },
  { weights: ["4", "2", "1"], picks: "abacabaabacabaabacabaaba" },
  { weights: ["3", "3", "3"], picks: "abcabcabcabcabcabcabcabc" },
  { weights: ["1", "2", "3", "4", "5"], picks: "edcbedaecdebcdeedcbedaec" },
  { weights: ["5", "4", "3", "2", "1"], picks: "abcdabeacbadcbaabcdabeac" },
  {
    weights: ["7", "5", "5", "2", "2", "1"],
    picks: "abcdaebcafabcabcdaebcaab",
  },
  { weights: ["1", "10"], picks: "bbbbbabbbbbbbbbbabbbbbbb" },
  { weights: ["10", "1", "10", "1"], picks: "acacacbacacdacacacacacac" },
  { weights: ["6", "4"], picks: "ababaababaababaababaabab" },
  { weights: ["100", "50", "25"], picks: "abacabaabacabaabacabaaba" },
  {
    weights: ["2", "3", "5", "7", "11", "13"],
    picks: "fedcfebfdeafcefdefbcfedf",
  },
  {
    weights: ["1000000", "1000000", "500000"],
    picks: "abcababcababcababcababca",
  },
  { weights: ["1", "1", "1", "8"], picks: "ddaddbddcddddaddbddcdddd" },
  { weights: ["9", "1", "1", "1", "9"], picks: "aeaebaeaecaedaeaeaeaeaea" },
  { weights: [null, "0", "3"], picks: "cacccacccacccacccacccacc" },
  { weights: ["-5", "2", "1"], picks: "bcbbcbbcbbcbbcbbcbbcbbcb" },
  { weights: ["x", "2", null], picks: "bcbbcbbcbbcbbcbbcbbcbbcb" },
  { weights: ["1000001", "1", "2"], picks: "cbccbccbccbccbccbccbccbc" },
  { weights: [" 3 ", "+2", "007"], picks: "cacbcaccbcaccacbcaccbcac" },
  { weights: ["", " ", "2"], picks: "cabccabccabccabccabccabc" },
  { weights: ["1.5", "1", "1"], picks: "bcbcbcbcbcbcbcbcbcbcbcbc" },
  { weights: ["1_000", "1", "3"], picks: "cbcccbcccbcccbcccbcccbcc" },
  { weights: ["0x10", "1", "2"], picks: "cbccbccbccbccbccbccbccbc" },
  {
    weights: ["9223372036854775808", "4", "1"],
    picks: "bbcbbbbcbbbbcbbbbcbbbbcb",
  },
  {
    weights: ["\u00853\u3000", "\ufeff3", "1"],
    picks: "aacaaacaaacaaacaaacaaaca",
  },
  { weights: ["-0", "1"], picks: "bbbbbbbbbbbbbbbbbbbbbbbb" },
  { weights: ["0", "0"], picks: "" },
  { weights: ["65535", "1"], picks: "aaaaaaaaaaaaaaaaaaaaaaaa" },
  {
    weights: ["17", "31", "8", "8", "31", "17", "1"],
    picks: "beafbecdbeafbeafbecbedaf",
  },
  { weights: ["7", "10", "4", "9"], picks: "bdacbdabdabcdbadbcdabdba" },
  { weights: ["5", "11", "5", "1"], picks: "bacbbacbbdabcbbacbbacbba" },
  { weights: ["2", "3", "3", "8"], picks: "dbcdaddbcddadbcddbcdaddb" },
  { weights: ["5", "7", "6", "3"], picks: "bcadbcabcdbacbacbdacbbca" },
  { weights: ["7", "4"], picks: "abaababaabaabaababaabaab" },
  {
    weights: ["6", "10", "8", "6", "2", "8", "1"],
    picks: "bcfadbcfeabdcfbgadcfbbcf",
  },
  {
    weights: ["5", "8", "12", "6", "5", "10", "5"],
    picks: "cfbdaegcfbcdfacebgfcdbfc",
  },
  {
    weights: ["1", "5", "6", "8", "6", "9"],
    picks: "fdcebfdcefbdafcedfbdcefd",
  },
  { weights: ["6", "10", "10"], picks: "bcabcabcbcabcbcabcabcbca" },
  { weights: ["7", "1", "3", "6"], picks: "adcadadbacdadacdaadcadad" },
];

/** Many picks of `WeightedRoundRobinSelector`. */
export interface HostManyWeighted {
  /** Of the candidates `a`, `b`, `c` … */
  readonly weights: readonly number[];
  /** FNV-1a with 32 bits over the places of 65536 picks, one byte each. */
  readonly hash: number;
}

/** Whole cycles, or the most of one. */
export const HOST_MANY_WEIGHTED: readonly HostManyWeighted[] = [
  { weights: [65535, 1], hash: 914267588 },
  { weights: [4096, 4095, 1], hash: 102931909 },
  { weights: [1000, 999, 998, 997], hash: 1508528158 },
  { weights: [20000, 30000, 15001, 535], hash: 2769252354 },
];

/** What `RoundRobinSelector` chose: 12 picks each. */
export const HOST_ROUND_ROBIN: readonly (readonly string[])[] = [
  ["a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a"],
  ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b"],
  [
    "A.json",
    "B",
    "a",
    "a.json",
    "A.json",
    "B",
    "a",
    "a.json",
    "A.json",
    "B",
    "a",
    "a.json",
  ],
  ["a", "b", "c", "d", "e", "a", "b", "c", "d", "e", "a", "b"],
  [
    "codex-a.json",
    "codex:apikey:10",
    "codex:apikey:2",
    "codex-a.json",
    "codex:apikey:10",
    "codex:apikey:2",
    "codex-a.json",
    "codex:apikey:10",
    "codex:apikey:2",
    "codex-a.json",
    "codex:apikey:10",
    "codex:apikey:2",
  ],
  [
    "e\u0301",
    "\u00e9",
    "\uffee",
    "\ud83d\ude00",
    "e\u0301",
    "\u00e9",
    "\uffee",
    "\ud83d\ude00",
    "e\u0301",
    "\u00e9",
    "\uffee",
    "\ud83d\ude00",
  ],
];

/** What `FillFirstSelector` chose. */
export interface HostFillFirst {
  /** Priorities of the candidates `a`, `b`, `c` … */
  readonly priorities: readonly number[];
  /** The ID that it chose, each time. */
  readonly pick: string;
}

/** The same ID each time. */
export const HOST_FILL_FIRST: readonly HostFillFirst[] = [
  { priorities: [0, 0], pick: "a" },
  { priorities: [0, 1, 1], pick: "b" },
  { priorities: [-1, -2], pick: "a" },
  { priorities: [-1, 0, 0], pick: "b" },
  { priorities: [10, 9, 10], pick: "a" },
  { priorities: [0, -1, 0], pick: "a" },
  { priorities: [3, 2, 1, 3], pick: "a" },
  { priorities: [1, 2, 3, 3, 2], pick: "c" },
  { priorities: [0], pick: "a" },
];
