/**
 * Names of clients: no hash has two of them, and a wrong name says which one
 * was meant. What may be a client's key is shown nowhere.
 */

import { assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";

const HASH = "37fd8f35".repeat(8);

const SHARED:
  readonly (readonly [yaml: string, path: string, owner: string])[] = [
    [`a: ${HASH}\n  b: ${HASH}`, "callers.b", "callers.a"],
    [`a: ${HASH}\n  b: ${HASH.toUpperCase()}`, "callers.b", "callers.a"],
    [`a: [${HASH}]\n  b: [${HASH}]`, "callers.b[0]", "callers.a"],
    [`a: ["${HASH}"]\n  b: |-\n    ${HASH}`, "callers.b", "callers.a"],
    [`sk-a: ${HASH}\n  b: ${HASH}`, "callers.b", "callers.*"],
    [`a: ${HASH}\n  sk-b: ${HASH}`, "callers.*", "callers.a"],
    [`a: &h ${HASH}\n  b: *h`, "callers.b", "callers.a"],
  ];

for (const [callers, path, owner] of SHARED) {
  Deno.test(`readConfig() refuses one hash under two names: ${path}, ${callers.slice(0, 6)}`, () => {
    const { settings, problems } = readConfig(utf8(`callers:\n  ${callers}\n`));
    assertEquals(settings, undefined);
    assertEquals(problems.map(({ path, message }) => [path, message]), [
      [path, `must be the hash of one caller, ${owner} has it`],
    ]);
  });
}

Deno.test("readConfig() accepts one hash twice under one name, and in a rule", () => {
  const yaml = `callers: {a: [${HASH}, ${HASH.toUpperCase()}]}\n` +
    `rules: [{name: r, when: {caller: [a, ${HASH}]}}]\n`;
  assertEquals(readConfig(utf8(yaml)).problems, []);
});

Deno.test("readConfig() says which caller was meant, if it is a name", () => {
  const yaml =
    `callers: {team-red: ${HASH}, sk-team-blue: ${"a".repeat(64)}}\n` +
    "rules:\n- {name: a, when: {caller: [team-red, team-rde, sk-team-blu]}}\n" +
    "- {name: b, when: {not: {caller: Team_Red}}}\n";
  const { problems } = readConfig(utf8(yaml));
  assertEquals(
    problems.map(({ path, hint }) => [path, hint]),
    [
      ["rules[0].when.caller[1]", 'did you mean "team-red"'],
      ["rules[0].when.caller[2]", undefined],
      ["rules[1].when.not.caller", 'did you mean "team-red"'],
    ],
  );
});

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
