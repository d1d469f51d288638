/** The address of an account: as the host tells it, or by its file. */

import { assertEquals } from "@std/assert";
import { addressOf } from "../../../src/policy/pools/address.ts";
import { candidateWith } from "./example_candidate.ts";

/** IDs and the address in them. */
const ADDRESSES: Readonly<Record<string, string | undefined>> = {
  "codex-ada@example.com-pro.json": "ada@example.com",
  "codex-ada@example.com-Plus.json": "ada@example.com",
  "codex-ada@example.com.json": "ada@example.com",
  "codex-0a1b2c3d-ada@example.com-team.json": "ada@example.com",
  "codex-0a1b2c3d-ada@example.com.json": "ada@example.com",
  "codex-ada-b@my-team.example.com-pro.json": "ada-b@my-team.example.com",
  "claude-ann@example.com.json": "ann@example.com",
  "codex-ada@my-team.example.com-enterprise-cbp-usage-based.json":
    "ada@my-team.example.com",
  "claude-ann@example-pro.json": "ann@example-pro",
  "antigravity-a.b+c@example.com.json": "a.b+c@example.com",
  "xai-ada@example.com.json": "ada@example.com",
  "team/claude-ann@example.com.json": "ann@example.com",
  "kimi-1764000000000.json": undefined,
  "vertex-my-project.json": undefined,
  "codex:apikey:543e8bf651b0": undefined,
  "openai-compatibility:a@b:0966e3b31f16": undefined,
  "ada@example.com": undefined,
};

for (const [id, address] of Object.entries(ADDRESSES)) {
  Deno.test(`addressOf() is ${address} for ${id}`, () => {
    assertEquals(addressOf(candidateWith({ id })), address);
  });
}

Deno.test("addressOf() takes what the host tells before the ID", () => {
  const id = "codex-ada@example.com-pro.json";
  const attributes = { email: "bob@example.com" };
  assertEquals(addressOf(candidateWith({ id, attributes })), "bob@example.com");
});
