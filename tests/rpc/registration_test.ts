/** What the host is told that we are. */

import { assertEquals } from "@std/assert";
import { CONFIG_KEYS } from "../../src/policy/settings.ts";
import { encodeRegistration } from "../../src/rpc/registration.ts";

const METADATA = `{"Name":"scheduler","Version":"1.2.3",` +
  `"Author":"CLIProxyAPI scheduler contributors",` +
  `"GitHubRepository":"https://github.com/router-for-me/CLIProxyAPI",` +
  `"Logo":"https://raw.githubusercontent.com/router-for-me/CLIProxyAPI/` +
  `main/docs/logo.png","ConfigFields":[{"Name":"auth_id","Type":"string",` +
  `"EnumValues":null,"Description":"Selects this auth ID when it is present ` +
  `in the scheduler candidates."},{"Name":"delegate","Type":"enum",` +
  `"EnumValues":["","fill-first","round-robin"],"Description":"Delegates ` +
  `selection to a built-in scheduler when set to fill-first or round-robin."},` +
  `{"Name":"deny","Type":"boolean","EnumValues":null,"Description":"Rejects ` +
  `scheduler picks with an explicit error when enabled."},{"Name":"policy",` +
  `"Type":"enum","EnumValues":["","round_robin"],"Description":"How to choose ` +
  `among the candidates; not together with auth_id or delegate."}]}`;

Deno.test("encodeRegistration() is exact", () => {
  assertEquals(
    encodeRegistration({ version: "1.2.3", schemaVersion: 3 }),
    `{"ok":true,"result":{"schema_version":3,"metadata":${METADATA},` +
      `"capabilities":{"scheduler":true}}}`,
  );
});

Deno.test("encodeRegistration() declares every key of the config", () => {
  const body = encodeRegistration({ version: "1", schemaVersion: 3 });
  const fields: readonly { readonly Name: string }[] =
    JSON.parse(body).result.metadata.ConfigFields;
  assertEquals(
    fields.map(({ Name }) => Name).toSorted(),
    Object.values(CONFIG_KEYS).toSorted(),
  );
});

for (const [host, ours] of [[0, 1], [1, 1], [2, 2], [3, 3], [4, 3], [99, 3]]) {
  Deno.test(`encodeRegistration() declares schema ${ours} when the host speaks ${host}`, () => {
    const body = encodeRegistration({
      version: "1",
      schemaVersion: host ?? 0,
    });
    assertEquals(JSON.parse(body).result.schema_version, ours);
  });
}

Deno.test("encodeRegistration() escapes the version", () => {
  const body = encodeRegistration({ version: "1-<x>", schemaVersion: 3 });
  assertEquals(body.includes(`"Version":"1-\\u003cx\\u003e"`), true);
});
