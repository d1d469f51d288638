/** Which configs with an error may have been meant to close something. */

import { assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";

/** An error that closes nothing by itself. */
const ERROR = "tiers: neither\n";

const CLOSING: readonly string[] = [
  "rules: [{name: a, policy: round_robin, otherwise: refuze}]\n",
  "rules: [{name: a, policy: round_robin, otherwise: refuse}]\n",
  "rules: [{name: a, policy: round_robin, otherwise: deny}]\n",
  "rules: [{name: a, policy: round_robin, otherwise: Host}]\n",
  "rules: [{name: a, policy: round_robin, otherwise: }]\n",
  "rules: [{name: a, policy: round_robin, otherwise: [host]}]\n",
  "rules: [{name: a, policy: round_robin, otherwise: {name: reject}}]\n",
  "rules: [{name: a, policy: round_robin, otherwize: no}]\n",
  "otherwise: stop\n",
  "policy: refuse\n",
  "policy: Refuse\n",
  "policy: ' refuze '\n",
  "policy: {name: REFUSE}\n",
  "policy: &p refuse\n",
  "policy: |\n  refuse\n",
  "policy: {name: sticky, otherwise: refuse}\n",
  "policy: {name: sticky, otherwise: unknown}\n",
  "refuse: {status: 403}\n",
  "Refuse: {}\n",
  "note: [a, [refused]]\n",
  "rules: {first: {then: [{refusal: 1}]}}\n",
  "[refuse]: x\n",
  "deny: true\n",
  "deny: maybe\n",
  "deny: 'true'\n",
  "deny: 1\n",
  "deny: [no]\n",
  "deny: {}\n",
  "deny: *unknown\n",
  "deny: !!bool false\n",
  "Deny: true\n",
  "deyn: on\n",
  "nested: {deny: yes}\n",
  "rules: [{deny: true}]\n",
  "<<: {deny: true}\n",
  "x: &x {otherwise: refuse}\nrules: [*x]\n",
  "x: &x refuse\npolicy: *x\n",
  "deny: false\ndeny: true\n",
  "policies: {refuse: a.ts}\n",
  "refuse.status: 403\n",
  "refuze.status: 403\n",
  "scheduler.deny: true\n",
  "policy.name: sticky\npolicy.otherwise: stop\n",
];

const OPEN: readonly string[] = [
  "",
  "policy: round_robin\n",
  "rules: [{name: a, policy: round_robin, otherwise: host}]\n",
  "rules: [{name: a, policy: nothing}]\n",
  "policy: {name: sticky, otherwise: round_robin}\n",
  "policy: {name: sticky, otherwise: {name: round_robin}}\n",
  "policies: {mine: a.ts}\nrules: [{name: a, otherwise: mine}]\n",
  "policies.mine: a.ts\nrules: [{name: a, otherwise: mine}]\n",
  "policy.name: sticky\npolicy.otherwise: random\n",
  "# otherwise: refuse\n",
  "store: {id: x, deny: true, otherwise: refuse}\n",
  "note: refuse all of these requests\n",
  "auth_id: deny\n",
  ...["false", "no", "Off", "N", "~", "null", "", "''", "'no'", '"false"']
    .map((off) => `deny: ${off}\n`),
];

for (const yaml of CLOSING) {
  Deno.test(`readConfig() says that it may close something when it is ${JSON.stringify(yaml)}`, () => {
    assertEquals(mayClose(yaml + ERROR), true);
  });
}

for (const yaml of OPEN) {
  Deno.test(`readConfig() says that it closes nothing when it is ${JSON.stringify(yaml)}`, () => {
    assertEquals(mayClose(yaml + ERROR), false);
  });
}

/** Nothing but the keys of the host's example, and what the host adds. */
const EXAMPLES: readonly string[] = [
  "deny: maybe\n",
  "deny: [true]\ndelegate: refuse\n",
  "enabled: true\npriority: 0\ndeny: {otherwise: refuse}\n",
  "auth_id: a\nauth_id: refuse\n",
  "store: {x: y}\ndeny: 'true '\nauth_id: [refuse]\n",
  "<<: {deny: 2}\nauth_id: x\n",
];

for (const yaml of EXAMPLES) {
  Deno.test(`readConfig() says that it closes nothing, as the host's example, when it is ${JSON.stringify(yaml)}`, () => {
    assertEquals(mayClose(yaml), false);
  });
}

/** What no tree is made of. */
const UNREADABLE: readonly (string | Uint8Array)[] = [
  "otherwise: refuse: x\n",
  "otherwise: 'refuse\n",
  "- otherwise: refuse\n",
  "refuse",
  "a: 1\n---\n",
  "a: \0\n",
  "[".repeat(100_000),
  Uint8Array.of(0xff, 0xfe),
  `a: ${"x".repeat(1 << 20)}\n`,
];

for (const yaml of UNREADABLE) {
  Deno.test(`readConfig() does not say what it closes when it is ${JSON.stringify(yaml).slice(0, 60)}`, () => {
    assertEquals(mayClose(yaml), undefined);
  });
}

Deno.test("readConfig() does not say what it closes when it is good", () => {
  assertEquals(
    "mayClose" in readConfig(new TextEncoder().encode("a: 1\n")),
    false,
  );
});

function mayClose(yaml: string | Uint8Array): boolean | undefined {
  const bytes = typeof yaml === "string"
    ? new TextEncoder().encode(yaml)
    : yaml;
  const reading = readConfig(bytes);
  assertEquals(reading.settings, undefined);
  return reading.mayClose;
}
