/**
 * The words that configs and requests of the pipeline's tests are made of: few
 * of each, so that they meet often, and some that are easily mistaken.
 */

/** IDs of credentials; their order by bytes is not that of JavaScript. */
export const IDS: readonly string[] = [
  "a.json",
  "A.json",
  "b.json",
  "codex-ada@example.com-pro.json",
  "codex-bob@example.com-team.json",
  "codex:apikey:1",
  "codex:apikey:2",
  "9",
  "10",
  "a*b",
  "ö.json",
  "\u{1f600}.json",
  "\uffee.json",
];

/** Providers, as the host writes them. */
export const PROVIDERS: readonly string[] = ["codex", "claude", "x-ai"];

/** Statuses of credentials. */
export const STATUSES: readonly string[] = ["active", "error", "unknown"];

/** Values of attributes by their names. */
export const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  "auth_kind": ["oauth", "apikey", "OAuth"],
  "plan_type": ["pro", "plus", "Team", "free"],
  "note": ["spare", "a*b", "", "team red"],
  "email": ["ada@example.com", "bob@example.com"],
  "base_url": ["https://api.example.com/v1", "https://b.example.com"],
  "weight": ["1", "3", "0", "x", "", " +2 ", "-1", "1000001", "7"],
  "websockets": ["true", "false"],
  "header:X-Team": ["red", "blue"],
};

/** Models as the host writes them, with suffixes and prefixes or without. */
export const MODELS: readonly string[] = [
  "gpt-5.5",
  "gpt-5.5(high)",
  "team/gpt-5.5",
  "team/gpt-5.5(high)",
  "claude-x",
  "a/b/c(1)(2)",
  "(x)",
  "m/",
  "/m",
  "m)",
  "Modell-ä",
];

/** Hashes of clients. */
export const CALLER_SCOPES: readonly string[] = [
  "37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50",
  "0f".repeat(32),
  "a1".repeat(32),
  "bc".repeat(32),
];

/** Values of headers by their names. */
export const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "X-Team": ["red", "blue", "", "red\tblue", " red "],
  "X-Other": ["1", "*"],
  "Session-Id": ["s1", "s2"],
  "X-Session-Id": ["s1", "s3"],
  "Thread-Id": ["s1", "t1"],
};

/** Routes of the host. */
export const PATHS: readonly string[] = [
  "/v1/chat/completions",
  "/v1/responses",
  "/v1beta/models/*action",
];

/** Service tiers. */
export const SERVICE_TIERS: readonly string[] = ["auto", "flex", "Flex"];

/** Dates on which windows begin. */
export const DATES: readonly string[] = [
  "2026-08-24",
  "08-24",
  "08-20..08-30",
  "01-01..12-31",
  "12-24..01-02",
  "07-01..06-30",
  "2026-01-01..2027-12-31",
  "02-29,08-25",
];

/** Time zones whose clocks `model_time.ts` knows by itself. */
export const ZONES: readonly string[] = [
  "UTC",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Europe/Berlin",
];
