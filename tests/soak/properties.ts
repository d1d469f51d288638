/**
 * What must hold for any input of the TypeScript side: decoding of JSON,
 * base64 and the config, and whole calls. Damaged examples for a bounded time,
 * judged by plain models. Exit code 1 on a finding, with all that repeats it.
 *
 *   properties.ts [seconds] [seed]   default: 60, and a seed of its own
 */

import { Buffer } from "node:buffer";
import {
  type ConfigReading,
  describeProblem,
  readConfig,
} from "../../src/config/config.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import type { LogEntry } from "../../src/rpc/log_entry.ts";
import { decodeBase64 } from "../../src/rpc/go_base64.ts";
import {
  DecodeError,
  decodeJson,
  encodeString,
  type JsonDocument,
} from "../../src/rpc/go_json.ts";
import { base64, numbers, utf8 } from "../rpc/bytes.ts";
import { modelJson, modelText } from "./json_model.ts";
import { damaged, type Numbers, pick } from "./mutation.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);

/** A finding: what does not hold. */
class Finding extends Error {}

function hold(fact: boolean, what: string): void {
  if (!fact) throw new Finding(what);
}

/** Stands for a secret; nothing that people are told may hold it. */
const SECRET = "qZ7xSecret";

// ---- examples ----

const REQUESTS = [
  "pick-claude-retry-mixed-kinds",
  "pick-codex-mixed-plans",
  "pick-codex-stream-session",
  "pick-openai-compatible",
  "plugin.register",
].map((name) => Deno.readFileSync(new URL(`${name}.json`, FIXTURES)));

const JSONS = [
  ...REQUESTS,
  ...[
    `{"a":1,"b":[true,false,null,-0,1.5e-7,12345678901234567]}`,
    `{"a":"\\ud83d\\ude00\\ud800\\u0061\\/\\n","ä€😀":"\\\\ud800","":{}}`,
    `[[[[[[[[{"a":{"a":{"a":[]}}}]]]]]]]]`,
    `{"__proto__":{"toString":1},"constructor":"x","1":2,"0":3}`,
    `{"a" : 1 , "b"\t:\n2}`,
    `{"Priority":1234567890123456,"a":-999999999999999,"x":[{"a":1.0}]}`,
    `{"a":1,"\\u0061":2}`,
    `{"Model":"${SECRET}","Candidates":[{"ID":"${SECRET}","Priority":1e3}]}`,
    `{"config_yaml":"ZGVueTogdHJ1ZQo=","schema_version":3}`,
  ].map(utf8),
];
/** Bytes that begin, go on with or go beyond characters. */
const BROKEN_UTF8 = [
  [0x80],
  [0xff],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xe0, 0x9f, 0xbf],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
].map((bytes) => Uint8Array.from(bytes));

const JSON_PIECES = [
  ...'{}[]",:\\ \t\r\n-+.eE0123456789',
  ...["null", "true", "false", '"a":', '{"a":', "[1,", "\\u", "\\ud800", '""'],
  ...["1e999", "-0", "1e-999", "99999999999999999999", "\\u0061", '"\\""'],
  ...["\0", "\x7f", "\ufeff", "\u2028", "€", "😀", "NaN", "//", "'", SECRET],
  ...['"a":1234567890123456', '"Priority":12345678901234567', '"a":1e0'],
  ...['"schema_version":2.0', "\\uD83D", "\\uDE00", "\\u0022", "\\\\"],
].map(utf8).concat(BROKEN_UTF8);

const YAMLS = [
  "",
  "deny: true\n",
  "enabled: true\npriority: 0\ndelegate: round-robin\n",
  `auth_id: ${SECRET}\n`,
  `auth_id: "${SECRET}\\u00e4\\n"\ndelegate: ' fill-first '\n`,
  `auth_id: |-\n  ${SECRET}\n  b\ndeny: no\n`,
  `auth_id: >+\n\n  ${SECRET}\n\n`,
  `a: &x {deny: true, k: [${SECRET}, 2]}\nb: *x\n<<: *x\n`,
  `{deny: false, "auth_id": ${SECRET}, list: [1, [2, {a: b}]]}\n`,
  `? deny\n: true\n? [a, b]\n: c\n`,
  `%YAML 1.1\n---\ndeny: yes # comment ${SECRET}\n...\n---\nsecond: 1\n`,
  `deny: !!bool "true"\nauth_id: !!binary ${SECRET}\nx: !t 1\n`,
  "deny: true\ndeny: false\n",
  "a:\n  - b\n  -\n    c: 007\n    d: 2024-01-02\n    e: .inf\n    f: ~\n",
  "x: &a [*a]\n",
  "\ufeffdeny: true\r\nauth_id: a\r\n",
].map(utf8);
const YAML_PIECES = [
  ..."{}[],:?-&*!|>%@`'\"#~ \t\r\n",
  ...[
    "---\n",
    "...\n",
    "\n  ",
    ": ",
    "- ",
    "? ",
    "<<: ",
    "&a ",
    "*a",
    "!!",
    "!",
  ],
  ...[
    "deny",
    "auth_id",
    "delegate",
    "true",
    "no",
    "null",
    ".nan",
    "0x1f",
    "1_0",
  ],
  ...["%YAML 1.2\n", "%TAG ! x\n", "\\u0000", '"\\x', "|2\n", ">-\n", SECRET],
  ...[
    "\0",
    "\x7f",
    "\x85",
    "\ufeff",
    "\u2028",
    "€",
    "😀",
    "[",
    "{a: ",
    "- - - ",
  ],
].map(utf8).concat(BROKEN_UTF8);

const BASE64_PIECES = [
  ..."=+/-_ \t\r\n\0Aaz09",
  ...["==", "===", "\r\n", "AA==", "AAA=", "AAAA", "é", "€", "\ufeff"],
].map(utf8);

// ---- JSON ----

/** The decoded document, or nothing if it was refused, as it may be. */
function decoded(bytes: Uint8Array): JsonDocument | undefined {
  try {
    return decodeJson(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    hold(!error.message.includes(SECRET), "the message holds a value");
    return undefined;
  }
}

/** A value as text that is equal for equal values only. */
function canonical(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = value instanceof Map
    ? [...value.entries()]
    : Object.entries(value);
  return `{${
    entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
      .sort().join()
  }}`;
}

/** Numbers have their text in `spelled`, all else is as in `value`. */
function isSpelling(value: unknown, spelled: unknown): boolean {
  if (typeof value === "number") {
    return typeof spelled === "string" && Object.is(Number(spelled), value);
  }
  if (typeof value !== "object" || value === null) return value === spelled;
  if (typeof spelled !== "object" || spelled === null) return false;
  const items = Object.entries(value);
  const others = new Map<string, unknown>(Object.entries(spelled));
  return items.length === others.size &&
    items.every(([key, item]) => isSpelling(item, others.get(key)));
}

/** The numbers that stand at a key, at any level, as they are written. */
function numbersAt(key: string, value: unknown, spelled: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const others = new Map<string, unknown>(Object.entries(spelled ?? {}));
  return Object.entries(value).flatMap(([name, item]) =>
    name === key && typeof item === "number"
      ? [String(others.get(name))]
      : numbersAt(key, item, others.get(name))
  );
}

function jsonIsAsTheModelSays(bytes: Uint8Array): void {
  const document = decoded(bytes);
  const verdict = modelJson(bytes);
  if (verdict.kind === "unknown") return;
  if (verdict.kind === "refused") {
    return hold(document === undefined, "accepted what must be refused");
  }
  if (document === undefined) throw new Finding("refused what is good");
  hold(
    canonical(document.value) === canonical(verdict.value),
    "another value than the model's",
  );
  const spelled = document.spelled();
  hold(isSpelling(document.value, spelled), "spelled() gives another value");
  for (const key of ["a", "Priority", "schema_version"]) {
    hold(
      !document.isPlainInteger(key) ||
        numbersAt(key, document.value, spelled)
          .every((digits) => /^-?[0-9]{1,15}$/.test(digits)),
      `isPlainInteger("${key}") is wrong`,
    );
  }
}

function stringsSurviveEncoding(bytes: Uint8Array): void {
  const text = modelText(bytes) +
    String.fromCharCode(0xd7f0 + bytes.length % 64);
  const encoded = encodeString(text);
  hold(JSON.parse(encoded) === text.toWellFormed(), "another string");
  hold(!/[<>&\u2028\u2029\n]/.test(encoded), "a character is not escaped");
}

// ---- base64 ----

function base64IsAsTheModelSays(bytes: Uint8Array): void {
  const text = new TextDecoder().decode(bytes);
  const letters = text.replaceAll(/[\r\n]/g, "");
  const good =
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
      .test(letters);
  let decoded: Uint8Array | undefined;
  try {
    decoded = decodeBase64(text, "config_yaml");
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  hold((decoded !== undefined) === good, "the model says otherwise");
  if (decoded === undefined) return;
  hold(
    Buffer.from(letters, "base64").equals(decoded),
    "other bytes than Buffer's",
  );
}

// ---- the config ----

function holdsNoSecret(text: string, where: string): void {
  hold(!text.includes(SECRET), `${where} holds a value of the config`);
}

function isSound(reading: ConfigReading, lines: number): void {
  const { settings, problems } = reading;
  const failed = problems.some(({ severity }) => severity === "error");
  hold(
    failed === (settings === undefined),
    "settings and errors, or neither of them",
  );
  for (const problem of problems) {
    holdsNoSecret(describeProblem(problem), "a message");
    holdsNoSecret(problem.hint ?? "", "a hint");
    const { line = 1, column = 1 } = problem;
    hold(line >= 1 && line <= lines && column >= 1, "a place outside the text");
  }
}

function configIsReadOrRefused(bytes: Uint8Array): void {
  const lines = modelText(bytes).split(/\r\n|[\r\n\x85\u2028\u2029]/).length;
  isSound(readConfig(bytes), lines + 1);
}

/** A config that says one thing in one of many ways. */
function plainConfigMeansWhatItSays(_bytes: Uint8Array, next: Numbers): void {
  const letters = [..."abyz019 .:#'\"\\/@-_ä€😀{}[],&*!|>%?~"];
  const text = Array.from({ length: next(12) }, () => pick(letters, next))
    .join("");
  const deny = pick([["true", true], ["no", false], ["On", true]], next);
  const id = pick(
    [JSON.stringify(text), `'${text.replaceAll("'", "''")}'`],
    next,
  );
  const lines = [`deny: ${deny[0]}`, `auth_id: ${id}`, "other: [1, {a: b}]"];
  if (next(2) === 0) lines.reverse();
  const yaml = next(4) === 0
    ? `{${lines.join(", ")}}`
    : lines.map((line) => `${line}${pick(["", " # note"], next)}\n`).join("");
  const { settings, problems } = readConfig(utf8(yaml));
  hold(
    settings?.deny === deny[1] && settings?.authId === text.trim(),
    `${yaml} is read as ${JSON.stringify({ settings, problems })}`,
  );
}

// ---- whole calls ----

const DENYING = utf8(
  `{"config_yaml":"${base64(utf8("deny: true\n"))}","schema_version":3}`,
);

function requestOf(bytes: Uint8Array, next: Numbers): Uint8Array {
  if (next(2) === 0) return bytes;
  const yaml = base64(damaged(YAMLS, YAML_PIECES, next));
  return utf8(`{"config_yaml":"${yaml}","schema_version":${next(5)}}`);
}

function isEnvelope(body: string): boolean {
  const envelope: unknown = JSON.parse(body);
  return typeof envelope === "object" && envelope !== null &&
    body.startsWith(`{"ok":${"result" in envelope}`) &&
    ("result" in envelope) !== ("error" in envelope);
}

/**
 * Each call is answered with an envelope; what denies goes on denying until
 * another config is accepted; nobody is told what is in a config or request.
 */
function callsAreAnswered(bytes: Uint8Array, next: Numbers): void {
  const log = (entry: LogEntry) =>
    holdsNoSecret(JSON.stringify(entry), "a log entry");
  const dispatcher = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log,
  });
  let onFailure = dispatcher.call("plugin.register", DENYING).accepted
    ?.onFailure;
  const methods = ["plugin.register", "plugin.reconfigure", "scheduler.pick"];
  for (let calls = 1 + next(3); calls > 0; calls--) {
    const method = pick(methods, next);
    const request = method === "scheduler.pick"
      ? bytes
      : requestOf(bytes, next);
    const reply = dispatcher.call(method, request);
    hold(isEnvelope(reply.body), `${method} is answered with ${reply.body}`);
    hold(reply.failed === undefined, `a fault of ours in ${method}`);
    if (reply.rc === 1) holdsNoSecret(reply.body, "an error");
    hold(
      method === "scheduler.pick" || reply.body.startsWith(`{"ok":true`),
      "a config after a good one is answered with an error",
    );
    if (reply.accepted) onFailure = reply.accepted.onFailure;
    hold(isEnvelope(onFailure ?? ""), "an answer on failure is no envelope");
    const probe = dispatcher.call("scheduler.pick", utf8("{}"));
    hold(
      probe.rc === 0 &&
        (!onFailure?.startsWith(`{"ok":false`) || probe.body === onFailure),
      "a denial is not in force",
    );
  }
}

// ---- the run ----

interface Property {
  readonly name: string;
  readonly examples: readonly Uint8Array[];
  readonly pieces: readonly Uint8Array[];
  /** Throws if the property does not hold. */
  readonly check: (bytes: Uint8Array, next: Numbers) => void;
}

const PROPERTIES: readonly Property[] = [
  {
    name: "JSON",
    examples: JSONS,
    pieces: JSON_PIECES,
    check: jsonIsAsTheModelSays,
  },
  {
    name: "strings",
    examples: JSONS,
    pieces: JSON_PIECES,
    check: stringsSurviveEncoding,
  },
  {
    name: "base64",
    examples: YAMLS.map((yaml) => utf8(base64(yaml))),
    pieces: BASE64_PIECES,
    check: base64IsAsTheModelSays,
  },
  {
    name: "YAML",
    examples: YAMLS,
    pieces: YAML_PIECES,
    check: configIsReadOrRefused,
  },
  {
    name: "plain configs",
    examples: YAMLS,
    pieces: YAML_PIECES,
    check: plainConfigMeansWhatItSays,
  },
  {
    name: "calls",
    examples: JSONS,
    pieces: JSON_PIECES,
    check: callsAreAnswered,
  },
];

function print(line: string): void {
  Deno.stdout.writeSync(utf8(`${line}\n`));
}

/** Runs one input; false, with all that is known, if it is a finding. */
function passes(property: Property, seed: number): boolean {
  // Seeds in a row give numbers that are far apart only so (Knuth's multiplier).
  const next = numbers(Math.imul(seed, 0x9e3779b1) | 1);
  const bytes = damaged(property.examples, property.pieces, next);
  try {
    property.check(bytes, next);
    return true;
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    print(`finding: ${property.name}, seed ${seed}\n${stack}`);
    print(`input, base64: ${Buffer.from(bytes).toString("base64")}`);
    return false;
  }
}

/** Each input has a number of its own, so that it can be had again. */
function run(seconds: number, seed: number): boolean {
  const counts = new Map(PROPERTIES.map(({ name }) => [name, 0]));
  const end = performance.now() + seconds * 1000;
  let slowest = { name: "", ms: 0 };
  let good = true;
  for (let round = 0; good && performance.now() < end; round++) {
    for (const property of PROPERTIES) {
      const start = performance.now();
      good &&= passes(property, seed + round);
      const ms = Math.ceil(performance.now() - start);
      if (ms > slowest.ms) slowest = { name: property.name, ms };
      counts.set(property.name, round + 1);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].map(([name, count]) => `${name} ${count}`);
  print(
    `properties: ${total} inputs (${each.join(", ")}), ${
      good ? 0 : 1
    } findings, seed ${seed}, slowest ${slowest.ms} ms (${slowest.name})`,
  );
  return good;
}

const [seconds = "60", seed = String(1 + Date.now() % 0x3fffffff)] = Deno.args;
if (!run(Number(seconds), Number(seed))) Deno.exit(1);
