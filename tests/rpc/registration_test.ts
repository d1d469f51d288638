/** What the host is told that we are. */

import { assert, assertEquals } from "@std/assert";
import { OWN_KEYS } from "../../src/config/known_keys.ts";
import {
  encodeRegistration,
  type RegistrationOptions,
} from "../../src/rpc/registration.ts";

/** The whole registration; `$VERSION` and nothing else is to be filled in. */
const FIXTURE = new URL("../fixtures/registration.json", import.meta.url);

function encode(options: Partial<RegistrationOptions> = {}): string {
  return encodeRegistration({
    version: "1.2.3",
    schemaVersion: 3,
    allTiers: false,
    ...options,
  });
}

Deno.test("encodeRegistration() is exact", async () => {
  const expected = (await Deno.readTextFile(FIXTURE)).trim();
  assertEquals(encode(), expected.replace("$VERSION", "1.2.3"));
});

Deno.test("encodeRegistration() asks for all priorities when a rule wants them", () => {
  const end = `,"capabilities":{"scheduler":true`;
  const [top, all] = [encode(), encode({ allTiers: true })];
  assert(top.endsWith(`${end}}}}`));
  assertEquals(
    all,
    top.replace(end, `${end},"scheduler_across_priorities":true`),
  );
});

Deno.test("encodeRegistration() declares every key of the config", () => {
  const fields: readonly { readonly Name: string }[] =
    JSON.parse(encode()).result.metadata.ConfigFields;
  assertEquals(
    fields.map(({ Name }) => Name).toSorted(),
    OWN_KEYS.toSorted(),
  );
});

for (const [host, ours] of [[0, 1], [1, 1], [2, 2], [3, 3], [4, 3], [99, 3]]) {
  Deno.test(`encodeRegistration() declares schema ${ours} when the host speaks ${host}`, () => {
    const body = encode({ schemaVersion: host ?? 0 });
    assertEquals(JSON.parse(body).result.schema_version, ours);
  });
}

Deno.test("encodeRegistration() escapes the version", () => {
  const body = encode({ version: "1-<x>" });
  assertEquals(body.includes(`"Version":"1-\\u003cx\\u003e"`), true);
});
