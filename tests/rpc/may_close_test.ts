/**
 * What may close something by its bytes: the rules in TypeScript, and that the
 * ones in C (`ffi/plugin/may_close.c`, under sanitizers) are the same.
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { C_FLAGS, compileC, findCompiler } from "../../ffi/build/shim.ts";
import { ROOT } from "../../ffi/build/paths.ts";
import { requestMayClose } from "../../src/rpc/may_close.ts";
import { damaged } from "../soak/mutation.ts";
import { numbers, utf8 } from "./bytes.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const JUDGE = `${folder}/judge`;
await compileC(await findCompiler(), [
  ...C_FLAGS,
  "-O1",
  "-g",
  "-Werror",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=all",
  `${ROOT}tests/ffi/judge_requests.c`,
  ...sourcesNamed("may_close.c"),
  "-o",
  JUDGE,
]);

/** What the C side says of each of the requests. */
async function judge(requests: readonly Uint8Array[]): Promise<boolean[]> {
  const child = new Deno.Command(JUDGE, {
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  const parts = requests.flatMap((request) => [
    new Uint8Array(Uint32Array.of(request.length).buffer),
    request,
  ]);
  await writer.write(Buffer.concat(parts)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await output;
  assertEquals(success ? "" : new TextDecoder().decode(stderr), "");
  return Array.from(stdout, (byte) => byte === "1".charCodeAt(0));
}

function requestOf(yaml: string | Uint8Array): Uint8Array {
  const base64 = Buffer.from(yaml).toString("base64");
  return utf8(`{"config_yaml":"${base64}","schema_version":3}`);
}

/** Configs that no worker could read, and that may close something. */
const CLOSING: readonly string[] = [
  "otherwise: refuse\n",
  "rules:\n    - name: a\n      otherwise: refuze\n",
  "OTHERWISE: x\n",
  "x: 1\ndeny: no, x\n",
  "deny: false] y\n",
  "deny: off}\n",
  "policy: refuse\n",
  "policy: 'Refuse'\n",
  "# rules refuse here\ndelegate: fill-first\n",
  "refuse: {status: 403}\n",
  '{"rules": [{"otherwise": "refuse"}]}\n',
  "a: b: c\notherwise: host\n",
  "rules: [\nrefused",
  "\xff\xfe: otherwise\n",
  // An active deny.
  "deny: true\n",
  "deny: yes\n",
  "deny: 'true'\n",
  "deny: maybe\n",
  "deny: 1\n",
  "deny:true\n",
  "deny : true\n",
  "deny: fAlse\n",
  "deny: !!bool false\n",
  "deny: &a false\n",
  "deny: *off\n",
  "deny: [false]\n",
  "deny: |\n  false\n",
  "deny: falsehood\n",
  "deny: false#\n",
  "deny: 'false\n",
  "deny: 'false\"\n",
  "deny: 'null'\n",
  "deny:\n  true\n",
  "deny:\n\n  # why\n\n  true\n",
  "deny:\n- true\n",
  "deny: false\n  true\n",
  "deny: # on\n  true\n",
  "{\n  deny:\n  true\n}\n",
  "{\n  x: 1, deny:\n  true}\n",
  '{"deny": true}',
  '{"deny":true,"enabled":true}',
  "'deny': true\n",
  "? deny\n: true\n",
  '? "deny"\n: true\n',
  "Deny: true\n",
  "enabled: true\n  deny: true\n",
  "- deny: true\n",
  "# deny: true\n",
  "x: 'a\ndeny: on\n",
  "deny: false\rdeny: on\r",
  `deny:\n${"\n".repeat(5000)}`,
  `deny: # ${"x".repeat(5000)}\n`,
];

/** Configs that close nothing, whatever is wrong with them. */
const OPEN: readonly string[] = [
  "",
  "\n",
  "enabled: true\npriority: 0\n",
  "auth_id: a\n",
  "auth_id: deny\n",
  "delegate: round-robin\n",
  "a: b: c\n",
  "auth_id: [\n",
  "policy: round_robin\nrules:\n",
  "deny_all: true\n",
  "denying: true\n",
  "xdeny: true\n",
  "# set deny to close all\n",
  ...["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n"]
    .flatMap((off) => [
      `deny: ${off}\n`,
      `deny: "${off}"\n`,
      `deny: '${off}'\n`,
      `deny:    ${off}   # not now\nrules:\n    - name: a\n`,
      `{enabled: true, deny: ${off}, priority: 0}\n`,
      `{enabled: true, deny: ${off}}\n`,
      `{"deny":"${off}"}`,
      `{\n  "enabled": true,\n  "deny": ${off}\n}\n`,
    ]),
  "deny: N\n",
  "deny: ~\n",
  "deny: null\n",
  "deny: NULL\n",
  "deny:\n",
  "deny:",
  "deny:   # nothing\n",
  "deny:\nrules:\n",
  "deny:\n\n# why\n\nrules:\n",
  "deny: ''\n",
  "{deny: , x: 1}\n",
  "{x: 1, deny: }\n",
  "{deny:\n}\n",
  "{deny}\n",
  "pools: {a: {id: x}}\ndeny: false\nrules: []\n",
  "pools: {a: {id: x}}\ndeny:\nrules: []\n",
  "store:\n    deny:\n    id: x\n",
  "# deny: false\nauth_id: [\n",
  "deny: false\r\nauth_id: a\r\n",
  "deny: false\ndeny: off\n",
];

/** Requests as a whole. */
const REQUESTS: readonly (readonly [text: string, closes: boolean])[] = [
  ["", false],
  ["{}", false],
  ["null", false],
  ["[]", false],
  ["{", false],
  [`{"config_yaml":null,"schema_version":3}`, false],
  [`{"config_yaml":""}`, false],
  [`{"config_yaml":"","schema_version":"3"}`, false],
  [`{"config_yaml":[]}`, false],
  [`{"config_yaml": [ ] }`, false],
  [`{"other":"otherwise"}`, false],
  [` { "config_yaml" : "${btoa("deny: true")}" } `, true],
  [` { "config_yaml" : "${btoa("deny: false\n")}" } `, false],
  [`{"config_yaml":"${btoa("x: refuse").replace("=", "\\n=\\r")}"}`, true],
  [`{"config_yaml":"${btoa("x: 1")}\\n"}`, false],
  [
    `{"config_yaml":[${[...utf8("deny: true")]}],"schema_version":3}`,
    true,
  ],
  [`{"config_yaml":[ ${[...utf8("deny: no")].join(" , ")} ]}`, false],
  // What is not clear.
  [`{"config_yaml":"secret!"}`, true],
  [`{"config_yaml":"eA"}`, true],
  [`{"config_yaml":"eA==="}`, true],
  [`{"config_yaml":"e=A="}`, true],
  [`{"config_yaml":"===="}`, true],
  [`{"config_yaml":"eA-_"}`, true],
  [`{"config_yaml":"eDox`, true],
  [`{"config_yaml":"eD\\u006fx"}`, true],
  [`{"config_yaml":"eDox\\"}`, true],
  [`{"config_yaml":"eDox\\\\nMTEx"}`, true],
  [`{"config_yaml":"\\\\n/eD"}`, true],
  [`{"config_yaml":[256]}`, true],
  [`{"config_yaml":[-1]}`, true],
  [`{"config_yaml":[1,]}`, true],
  [`{"config_yaml":[1 2]}`, true],
  [`{"config_yaml":[1`, true],
  [`{"config_yaml":["a"]}`, true],
  [`{"config_yaml":true}`, true],
  [`{"config_yaml":{}}`, true],
  [`{"config_yaml":`, true],
  [`{"config_yaml"`, true],
  [`{"config_yaml":"","config_yaml":""}`, true],
  [`{"Config_YAML":""}`, true],
  [`{"config\\u005fyaml":"eA=="}`, true],
  [`{"config_yaml":"","config\\u005fyaml":"eA=="}`, true],
  [`{"\\u0061":1,"config_yaml":""}`, true],
  [`{"x":"config_yaml"}`, true],
  [`config_yaml":""`, true],
];

const CASES: readonly (readonly [Uint8Array, boolean])[] = [
  ...CLOSING.map((yaml) => [requestOf(yaml), true] as const),
  ...OPEN.map((yaml) => [requestOf(yaml), false] as const),
  ...REQUESTS.map(([text, closes]) => [utf8(text), closes] as const),
];

function titleOf(request: Uint8Array): string {
  const text = new TextDecoder().decode(request);
  const [, yaml] = /^\{"config_yaml":"([\w+/]+=*)","schema/.exec(text) ?? [];
  return JSON.stringify(yaml === undefined ? text : atob(yaml)).slice(0, 200);
}

for (const [request, closes] of CASES) {
  Deno.test(`requestMayClose() says ${closes} when it is ${titleOf(request)}`, () => {
    assertEquals(requestMayClose(request), closes);
  });
}

Deno.test("may_close.c says the same of every request of the tables", async () => {
  const said = await judge(CASES.map(([request]) => request));
  assertEquals(said.length, CASES.length);
  const wrong = CASES.filter(([, closes], at) => said[at] !== closes);
  assertEquals(wrong.map(([request]) => titleOf(request)), []);
});

const YAML_PIECES = [
  ...["deny", "deny:", "deny: ", "false", "no", "true", "~", "''", '"', "'"],
  ...["\n", "\r", "\n  ", " ", "\t", "#", " # ", ",", "{", "}", "[", "]", "-"],
  ...["?", "? ", ":", "otherwise", "refuse", "x", "_", "\n- ", "\xff"],
].map(utf8);

const JSON_PIECES = [
  ...['"config_yaml"', "config_yaml", ":", '"', "\\", "\\n", "\\/", "/", "="],
  ...["==", "eA==", "[", "]", ",", "1", "256", "null", " ", "{", "}", "\\u00"],
].map(utf8);

Deno.test("may_close.c and requestMayClose() say the same of damaged configs and requests", async () => {
  const next = numbers(7);
  const yamls = [...CLOSING, ...OPEN].filter((yaml) => yaml.length < 1000)
    .map(utf8);
  const requests = CASES.map(([request]) => request)
    .filter((request) => request.length < 1000);
  const tried = [
    ...Array.from(
      { length: 12_000 },
      () => requestOf(damaged(yamls, YAML_PIECES, next)),
    ),
    ...Array.from(
      { length: 6_000 },
      () => damaged(requests, JSON_PIECES, next),
    ),
  ].filter((request) => request.length < 4000);
  const said = await judge(tried);
  const closing = said.filter(Boolean).length;
  assertEquals(closing > 1000 && said.length - closing > 1000, true);
  const unlike = tried.filter((request, at) =>
    requestMayClose(request) !== said[at]
  );
  assertEquals(unlike.map(titleOf), []);
});

Deno.test("may_close.c and requestMayClose() take the worst configs of their size", async () => {
  const length = 1 << 20;
  const worst = [
    "deny: # ",
    "deny: false\n",
    "# deny:\n",
    "deny:\n\n",
    "deny:,",
    "{",
    " ",
  ].map((text) => requestOf(text.repeat(length / text.length)));
  assertEquals(await judge(worst), worst.map(requestMayClose));
});
