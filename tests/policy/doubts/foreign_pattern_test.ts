/** Patterns of other tools, and names that only look like them. */

import { assert, assertEquals } from "@std/assert";
import {
  doubtHeaderValue,
  doubtPattern,
} from "../../../src/policy/doubts/foreign_pattern.ts";

/** Patterns for names, and how they should be written, if that is plain. */
const FOREIGN_NAMES: readonly (readonly [string, string | undefined])[] = [
  ["a|b", "[a, b]"],
  ["gpt-4*|gpt-5*", "[gpt-4*, gpt-5*]"],
  ["(a|b)", "[a, b]"],
  ["(gpt|claude)-*", "[gpt-*, claude-*]"],
  ["gpt-(4|5)", "[gpt-4, gpt-5]"],
  ["a || b", "[a, b]"],
  ["^gpt", "gpt*"],
  ["^gpt-5$", "gpt-5"],
  ["^gpt-.*$", "gpt-*"],
  ["^(gpt|o3)-.*", "[gpt-*, o3-*]"],
  ["gpt-5$", "gpt-5"],
  ["gpt-.*", "gpt-*"],
  ["gpt-.+", "gpt-?*"],
  ["gpt.*", "gpt*"],
  ["claude.*", "claude*"],
  [".*gpt.*", '"*gpt*"'],
  [".*", '"*"'],
  ["gpt-\\d", "gpt-?"],
  ["gpt-\\d+", "gpt-?*"],
  ["gpt-5\\.\\d", "gpt-5.?"],
  ["\\bgpt\\b", undefined],
  ["gpt-[45]*", "[gpt-4*, gpt-5*]"],
  ["gpt-[45]", "[gpt-4, gpt-5]"],
  ["gpt-[0-9]*", undefined],
  ["[a-z]*", undefined],
  ["[A-Za-z]pt", undefined],
  ["[!a]*", undefined],
  ["[^a]*", undefined],
  ["[Gg]pt*", "[Gpt*, gpt*]"],
  ["model-[abc]", "[model-a, model-b, model-c]"],
  ["[0-9]+", undefined],
  ["{gpt,claude}-*", "[gpt-*, claude-*]"],
  ["gpt-{4,5}*", "[gpt-4*, gpt-5*]"],
  ["gpt-{model}", undefined],
  ["/^gpt/", "gpt*"],
  ["/gpt/", undefined],
  ["/^gpt-5/i", "gpt-5*"],
  ["(?i)gpt-5", undefined],
  ["(?:gpt|o3).*", "[gpt*, o3*]"],
  ["!x", undefined],
  ["!=gpt", undefined],
  ["not gpt-5", undefined],
  ["a, b", "[a, b]"],
  ["gpt-5,gpt-4*", "[gpt-5, gpt-4*]"],
  ["a;b", "[a, b]"],
  ["gpt-5 or gpt-4", "[gpt-5, gpt-4]"],
  ["gpt-5 OR gpt-4", "[gpt-5, gpt-4]"],
  ["gpt-5 && gpt-4", "[gpt-5, gpt-4]"],
  ["gpt-5 gpt-4", "[gpt-5, gpt-4]"],
  ["10.0.0.0/8", undefined],
  ["192.168.1.0/24", undefined],
  ["fd00::/8", undefined],
  ["2001:db8::/32", undefined],
  ["10.0.0.1-10.0.0.9", undefined],
  ["**", undefined],
  ["gpt-**", undefined],
  ["~gpt", undefined],
  ["~* gpt", undefined],
  ["=gpt-5", undefined],
  ["==gpt-5", undefined],
  ["%gpt%", '"*gpt*"'],
  ["gpt-%", "gpt-*"],
  [" gpt-5", undefined],
  ["gpt-5 ", undefined],
  ["gpt-5\n", undefined],
  ["'gpt-5'", undefined],
  ['"gpt-5"', undefined],
  ["${MODEL}", undefined],
  ["$MODEL", undefined],
  ["regex:gpt-.*", undefined],
  ["re:^gpt", undefined],
  ["glob:gpt-*", undefined],
  ["\\gpt", undefined],
  ["gpt\u20135", undefined],
  ["\u201cgpt-5\u201d", undefined],
  ["gpt-5\u200b", undefined],
  ["gpt\u00a05", undefined],
  ["gpt-\uff0a", undefined],
];

for (const [pattern, instead] of FOREIGN_NAMES) {
  Deno.test(`doubtPattern() finds ${JSON.stringify(pattern)} foreign as a name`, () => {
    const doubt = doubtPattern(pattern, "name");
    assert(doubt !== undefined && doubt.hint !== undefined);
    if (instead !== undefined || doubt.instead !== undefined) {
      assertEquals(doubt.instead, instead ?? doubt.instead);
    }
  });
}

/** Names that hosts and people really have, and globs over them. */
const NAMES = [
  "gpt-5.5",
  "gpt-5*",
  "gpt-5.*",
  "gpt-?.*",
  "gpt*.*",
  "gpt-?",
  "claude-3.*",
  "claude-x[1m]",
  "claude-x[1m]*",
  "*[1m]",
  "kimi-k3[1m](high)",
  "kimi-k3[200k]",
  "kimi-k3[256K]*",
  "[vip]gpt-5",
  "gpt-4[free]",
  "gpt-4[beta]*",
  "claude-sonnet-4-5(high)",
  "claude-sonnet-4-5(1024)",
  "*(high)",
  "team/gpt-5.5",
  "moonshotai/kimi-k2:free",
  "anthropic.*",
  "us.anthropic.*",
  "anthropic.claude-3-5-sonnet-20241022-v2:0",
  "@cf/meta/llama-3.1-8b-instruct",
  "accounts/fireworks/models/deepseek-v3",
  "Kimi K2",
  "gpt-4o+vision",
  "*",
  "?*",
  "*a*b*",
  "a\\*b",
  "gpt-5\\.5",
  "codex-ada@example.com-pro.json",
  "codex-*-pro.json",
  "*.json",
  "*@example.com",
  "ada@example.*",
  "ada+codex@example.com",
  "codex-ada+x@*",
  "codex-ada (1).json",
  "codex-ada[1].json",
  "*:apikey:*",
  "codex:apikey:543e8bf651b0",
  "openai-compatibility:fake:0966e3b31f16",
  "openai-compatible-*",
  "vertex-my-project.json",
  "C\\\\x",
  "ö.json",
  "100%25",
  "a%20b",
] as const;

for (const name of NAMES) {
  Deno.test(`doubtPattern() finds nothing foreign in the name ${name}`, () => {
    assertEquals(doubtPattern(name, "name"), undefined);
  });
}

const FOREIGN_TEXTS = [
  "a|b",
  "^red",
  "red.*|blue",
  ".*red",
  "/^red/",
  "/red/i",
  "!red",
  "not red",
  "{red,blue}",
  "team-[0-9]",
  "10.0.0.0/8",
  "fd00::/8",
  "10.0.0.1-10.0.0.9",
  "~red",
  "%red%",
  " red",
  "red ",
  "**",
  "regex:red",
  "'red'",
  "$TEAM",
];

for (const text of FOREIGN_TEXTS) {
  Deno.test(`doubtPattern() finds ${JSON.stringify(text)} foreign as a text`, () => {
    assert(doubtPattern(text, "text") !== undefined);
  });
}

/** Values of headers, notes and attributes. */
const TEXTS = [
  "red*",
  "spare, do not use",
  "*/*",
  "application/json",
  "text/html, application/json;q=0.9",
  "curl/7.*",
  "curl/7.88.1",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  "claude-cli/1.0.44 (external, cli)",
  "claude-code-20250219,oauth-2025-04-20",
  "gzip, deflate, br",
  "keep-alive, Upgrade",
  "0199aaaa-bbbb-cccc-dddd-eeeeffff0000",
  "2023-06-01",
  "https://api.example.com/*",
  "http://upstream.test/v1",
  "/srv/cliproxy/auths/claude-ann@example.com.json",
  "config:claude[7cd1cd625b01]",
  "config:codex[543e8bf651b0-1]",
  '[{"name":"gpt-5","alias":"a"}]',
  "10.1.*",
  "203.0.113.7, 10.0.0.1",
  "true",
  "a$b",
  "100%",
  "spare \u2013 do not use",
  "<https://example.com/>; rel=next",
];

for (const text of TEXTS) {
  Deno.test(`doubtPattern() finds nothing foreign in the text ${text}`, () => {
    assertEquals(doubtPattern(text, "text"), undefined);
    assertEquals(doubtHeaderValue(text), undefined);
  });
}

for (const text of ["red, blue", "red,blue*", "team-a; team-b"]) {
  Deno.test(`doubtHeaderValue() finds a list in ${text}`, () => {
    assert(doubtHeaderValue(text) !== undefined);
  });
}

Deno.test("doubtPattern() quotes nothing of a pattern in its words", () => {
  for (const [pattern] of FOREIGN_NAMES) {
    const { message = "", hint = "" } = doubtPattern(pattern, "name") ?? {};
    const marked = doubtPattern(pattern.replaceAll("gpt", "zqx"), "name");
    assertEquals([message, hint].join().includes("zqx"), false);
    assertEquals(marked?.message ?? message, message);
  }
});
