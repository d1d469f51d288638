/** Which picks are written as the host writes them, and which are not. */

import { assert, assertEquals } from "@std/assert";
import { decodePick, decodePickBefore } from "../../src/rpc/scheduler_pick.ts";
import { utf8 } from "./bytes.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);

const CANDIDATES = `,"Candidates":[{"ID":"a"}]}`;
const PLUGIN = `{"Plugin":{"Name":"n","Logo":"}\\",\\"Options\\":{"}`;
const ROUTE = `,"Provider":"","Providers":["codex"],"Model":"m","Stream":true`;
const OPTIONS = `,"Options":{"Headers":{"X":["\\u003c\\ufffd"]},` +
  `"Metadata":{"caller_scope":"c","generate":true,"n":1.5,"t":"\\u003c"}}`;

/** Whether it is, handed over in whole and by the number of its list. */
function isHostForm(prefix: string): boolean {
  const whole = decodePick(utf8(prefix + CANDIDATES));
  assertEquals(whole.tailOffset, utf8(prefix).length);
  const { candidates } = whole.request;
  const forms = [
    whole,
    decodePickBefore(utf8(prefix), candidates),
    // The head is known now.
    decodePickBefore(utf8(prefix), candidates),
  ].map(({ isHostForm }) => isHostForm());
  assertEquals(new Set(forms).size, 1, prefix);
  return forms[0]!;
}

for await (const { name } of Deno.readDir(FIXTURES)) {
  if (!name.startsWith("pick-")) continue;
  Deno.test(`a pick is in the host's form when the host wrote ${name}`, async () => {
    const text = await Deno.readTextFile(new URL(name, FIXTURES));
    const [prefix] = text.split(`,"Candidates":`);
    assert(isHostForm(prefix!));
  });
}

const GOOD = [
  PLUGIN + ROUTE + OPTIONS,
  PLUGIN + ROUTE.replace(`["codex"]`, "null") + OPTIONS,
  PLUGIN + ROUTE.replace(`["codex"]`, "[]") + OPTIONS,
  PLUGIN + ROUTE.replace(`"m"`, `"\\u003cm\\u2028\\",\\"Model\\":\\"ä"`) +
  OPTIONS,
  PLUGIN + ROUTE + `,"Options":{"Headers":null,"Metadata":null}`,
  PLUGIN + ROUTE + `,"Options":{"Headers":{},"Metadata":{}}`,
];

for (const prefix of GOOD) {
  Deno.test(`a pick is in the host's form when it begins ${prefix}`, () => {
    assert(isHostForm(prefix));
  });
}

const METADATA = `,"Metadata":{"caller_scope":"c"}}`;
const HEADERS = `,"Options":{"Headers":{}`;

const BAD = [
  // White space, anywhere.
  ` ${PLUGIN}${ROUTE}${OPTIONS}`,
  `${PLUGIN}${ROUTE}${OPTIONS} `,
  `${PLUGIN} ${ROUTE}${OPTIONS}`,
  `${PLUGIN}${ROUTE} ${OPTIONS}`,
  PLUGIN.replace("{", "{ ") + ROUTE + OPTIONS,
  PLUGIN.replace(":", ": ") + ROUTE + OPTIONS,
  PLUGIN + ROUTE.replace(`"Model":`, `"Model": `) + OPTIONS,
  PLUGIN + ROUTE.replace(`"Model":`, `"Model" :`) + OPTIONS,
  PLUGIN + ROUTE.replace(`["codex"]`, `[ "codex"]`) + OPTIONS,
  PLUGIN + ROUTE + OPTIONS.replace(`"Options":`, `"Options": `),
  PLUGIN + ROUTE + OPTIONS.replace(`{"Headers":`, `{ "Headers":`),
  PLUGIN + ROUTE + OPTIONS.replace(`"Metadata":`, `"Metadata": `),
  PLUGIN + ROUTE + OPTIONS.replace(`:"c"`, `: "c"`),
  PLUGIN + ROUTE + OPTIONS.replace(`:"c",`, `:"c", `),
  // Spelled otherwise.
  PLUGIN + ROUTE.replace("Model", "M\\u006fdel") + OPTIONS,
  PLUGIN + ROUTE.replace(`"m"`, `"\\u006d"`) + OPTIONS,
  PLUGIN + ROUTE.replace(`"m"`, `"<"`) + OPTIONS,
  PLUGIN.replace("Plugin", "Plug\\u0069n") + ROUTE + OPTIONS,
  PLUGIN + ROUTE + OPTIONS.replace("Metadata", "Met\\u0061data"),
  PLUGIN + ROUTE + OPTIONS.replace("Headers", "He\\u0061ders"),
  PLUGIN + ROUTE + OPTIONS.replace("caller_scope", "caller\\u005fscope"),
  PLUGIN + ROUTE + OPTIONS.replace(`"c"`, `"\\u0063"`),
  PLUGIN + ROUTE + OPTIONS.replace("1.5", "15e-1"),
  PLUGIN + ROUTE + OPTIONS.replace(`"n":1.5`, `"2":1,"1":2`),
  // In another order, more, or less.
  PLUGIN + HEADERS + METADATA + ROUTE,
  PLUGIN + `,"Model":"m","Provider":"","Providers":[],"Stream":true` + OPTIONS,
  PLUGIN + `,"Provider":"","Providers":[],"Stream":true` + OPTIONS,
  `{"X":1,${PLUGIN.slice(1)}${ROUTE}${OPTIONS}`,
  `{${ROUTE.slice(1)}${OPTIONS}`,
  PLUGIN + ROUTE + `,"X":1` + OPTIONS,
  PLUGIN + ROUTE + OPTIONS + `,"X":1`,
  PLUGIN + ROUTE + OPTIONS + `,"X":{"Headers":{}${METADATA}`,
  PLUGIN + ROUTE + `,"Options":{"Metadata":{},"Headers":{}}`,
  PLUGIN + ROUTE + `,"Options":{"Headers":{}},"X":{"a":1${METADATA}`,
  PLUGIN + ROUTE + `,"Options":{"Headers":{},"X":{"a":1${METADATA}}`,
  PLUGIN + ROUTE + `,"Options":{"Headers":{},"Metadata":{},"X":1}`,
  PLUGIN + ROUTE + `,"Options":{"Headers":{}}`,
  PLUGIN + ROUTE + `,"Options":{}`,
  PLUGIN + ROUTE + `,"Options":null`,
  PLUGIN + ROUTE,
  // Of another kind, which counts as nothing.
  PLUGIN + ROUTE.replace(`"m"`, "null") + OPTIONS,
  PLUGIN + ROUTE.replace("true", "null") + OPTIONS,
  PLUGIN + ROUTE.replace(`"Provider":""`, `"Provider":null`) + OPTIONS,
  PLUGIN + ROUTE.replace(`"codex"`, "null") + OPTIONS,
  `{"Plugin":null${ROUTE}${OPTIONS}`,
];

for (const prefix of BAD) {
  Deno.test(`a pick is not in the host's form when it begins ${prefix}`, () => {
    assert(!isHostForm(prefix));
  });
}
