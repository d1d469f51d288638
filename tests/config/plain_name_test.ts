/**
 * Which names a log may show. Keys and addresses below are made up.
 */

import { assertEquals } from "@std/assert";
import { isPlainName } from "../../src/config/plain_name.ts";

const PLAIN: readonly string[] = [
  "a",
  "007",
  "team-b",
  "team_red",
  "Größe",
  "команда",
  "research2026",
  "gpt-4o-mini",
  "header:X-Team",
  "codex-ada*",
  "*-pro.json",
  "1e3",
  "0x1F",
  "2026-12-24",
  "x-client-request-id",
];

const NOT_PLAIN: readonly string[] = [
  "",
  "sk-team",
  "SK-abcdef",
  "sk-0123456789abcdef",
  "ghp_abcdef",
  "AIzaTeam",
  "ada@example.com",
  "codex-ada@example.com-pro.json",
  "a.b",
  "10.0.0.1",
  "https://example.com",
  "a b",
  "a\nb",
  "123e4567-e89b-12d3-a456-426614174000",
  "a1b2-c3d4-e5f6",
  "4915112345678",
  "abcdefghijklmnopqrst",
  "abcdefg12345",
  "37fd8f35".repeat(5),
  "team-".repeat(9),
];

for (const name of PLAIN) {
  Deno.test(`isPlainName() is true when it is ${JSON.stringify(name)}`, () => {
    assertEquals(isPlainName(name), true);
  });
}

for (const name of NOT_PLAIN) {
  Deno.test(`isPlainName() is false when it is ${JSON.stringify(name)}`, () => {
    assertEquals(isPlainName(name), false);
  });
}
