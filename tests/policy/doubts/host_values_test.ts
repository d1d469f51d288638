/** Values that the host never sends, and those that it does. */

import { assert, assertEquals } from "@std/assert";
import {
  doubtAddress,
  doubtBaseUrl,
} from "../../../src/policy/doubts/addresses.ts";
import { doubtAttributeName } from "../../../src/policy/doubts/attribute_names.ts";
import {
  doubtHeaderValue,
  doubtPattern,
} from "../../../src/policy/doubts/foreign_pattern.ts";
import { doubtValuesOf } from "../../../src/policy/doubts/attribute_values.ts";
import { doubtId } from "../../../src/policy/doubts/credential_ids.ts";
import { doubtHeaderName } from "../../../src/policy/doubts/header_names.ts";
import { doubtProvider } from "../../../src/policy/doubts/host_providers.ts";
import { doubtRoute, ROUTES } from "../../../src/policy/doubts/host_routes.ts";
import {
  doubtAuthKind,
  doubtPlanType,
  doubtServiceTier,
  doubtStatus,
} from "../../../src/policy/doubts/host_words.ts";
import { doubtModel } from "../../../src/policy/doubts/model_names.ts";
import type { DoubtOf } from "../../../src/policy/shape.ts";

/** What is doubted, with a part of what is said of it, and what is not. */
const KINDS: Readonly<
  Record<string, {
    readonly doubt: DoubtOf;
    readonly doubted: Readonly<Record<string, string>>;
    readonly good: readonly string[];
  }>
> = {
  status: {
    doubt: doubtStatus,
    doubted: {
      available: "active",
      Available: "active",
      disabled: "disabled",
      activ: "active, unknown",
      "a|b": "item of a list",
    },
    good: ["active", "Active", "err*", "*", "unknown", "pending", "refreshing"],
  },
  "auth_kind": {
    doubt: doubtAuthKind,
    doubted: { "api_key": "apikey", "api-key": "apikey", key: "oauth" },
    good: ["oauth", "apikey", "OAuth", "api*", "*"],
  },
  "plan_type": {
    doubt: doubtPlanType,
    doubted: { premium: "plus", max: "Codex", "chatgpt-plus": "plus" },
    good: ["pro", "Plus", "team", "p*", "*", "go", "enterprise", "edu"],
  },
  "service_tier": {
    doubt: doubtServiceTier,
    doubted: { none: "auto", prio: "priority", Flexible: "flex" },
    good: ["auto", "flex", "Flex", "default", "priority", "fast", "p*", "*"],
  },
  provider: {
    doubt: doubtProvider,
    doubted: {
      "openai-compatibility": "openai-compatible-NAME",
      "OpenAI-Compatibility": "openai-compatible-NAME",
      "openai-compatibility*": "openai-compatible-NAME",
      "openai-compatibility:fake": "openai-compatible-NAME",
      "openai_compatible": "openai-compatible-NAME",
      "openai-compatible": "openai-compatible-NAME",
      openrouter: "openai-compatible-NAME",
      anthropic: "claude",
      "anthropic*": "claude",
      openai: "codex",
      google: "gemini",
      grok: "xai",
      "gemini-cli": "gemini",
      "claude-api-key": "claude",
      "{codex,claude}": "item of a list",
    },
    good: [
      "codex",
      "Codex",
      "claude",
      "gemini",
      "gemini-interactions",
      "vertex",
      "antigravity",
      "kimi",
      "xai",
      "aistudio",
      "openai-compatible-fake",
      "openai-compatible-*",
      "openai-*",
      "*",
      "c*",
      "kiro",
      "qwen",
      "open router",
    ],
  },
  id: {
    doubt: doubtId,
    doubted: {
      codex: "rest",
      "codex.*": "run of characters",
      "Codex-a*": "case counts",
      "CLAUDE*": "case counts",
      "*:APIKEY:*": "case counts",
      "codex:apikey:543E8BF651B0": "case counts",
      "openai-compatibility:OpenRouter:*": "case counts",
      Claude: "rest",
      "ada@example.com": ".json",
      "*@example.com": ".json",
      "codex-ada@example.com-pro": ".json",
      "codex-*-pro": ".json",
      "/root/.cli-proxy-api/codex-a.json": "auth-dir",
      "~/auths/a.json": "auth-dir",
      "C:\\\\auths\\\\a.json": "auth-dir",
      "codex:api_key:*": ":apikey:",
      "*:api-key:*": ":apikey:",
      "openai-compatible-fake:*": "openai-compatibility:NAME:",
      "openai-compatible-*": "openai-compatibility:NAME:",
      "a.json, b.json": "list",
    },
    good: [
      "codex-ada@example.com-pro.json",
      "codex-ada@*",
      "codex*",
      "*ada@example.com*",
      "*.json",
      "*-pro.json",
      "codex-ada.*",
      "ö.*",
      "*:apikey:*",
      "codex:apikey:543e8bf651b0",
      "codex:apikey:543e8bf651b0-1",
      "openai-compatibility:fake:*",
      "openai-compatibility*",
      "team/codex-a.json",
      "a",
      "*",
      "my-plugin-account",
      "My-Account",
      "codex-Ada@example.com-pro.json",
      "aistudio-ada",
    ],
  },
  path: {
    doubt: doubtRoute,
    doubted: {
      "v1/messages": "begins with /",
      "chat/completions": "begins with /",
      "/chat/completions": "such as /v1/",
      "/v1/message": "such as /v1/",
      "/V1/Messages": "only the case differs",
      "POST /v1/messages": "method",
      "https://example.com/v1/messages": "without the host",
      "/v1/messages/": "such as",
      "/v1/messages?beta=true": "such as",
      "/v1beta/models/gemini-2.5-pro:generateContent": "*action",
      "/v1beta/models/*:generateContent": "*action",
      "/v1/messages, /v1/responses": "list",
      "^/v1/": "run of characters",
      "/v1/.*": "run of characters",
      "/v1/(chat|responses)": "list",
    },
    good: [
      ...ROUTES,
      "/v1/*",
      "*",
      "/v1/chat/*",
      "/v1beta/models/*",
      "*/videos",
    ],
  },
  email: {
    doubt: doubtAddress,
    doubted: {
      "example.com": "@",
      ada: "@",
      "@example.com": "any name",
      "ada@example.com,bob@example.com": "list",
    },
    good: [
      "ada@example.com",
      "*@example.com",
      "ada@*",
      "*",
      "ada+x@example.com",
    ],
  },
  "base_url": {
    doubt: doubtBaseUrl,
    doubted: {
      "api.example.com": "https://",
      "api.example.com/*": "https://",
      "10.0.0.0/8": "10.1.*",
    },
    good: [
      "https://api.example.com/*",
      "http*",
      "*example.com*",
      "http://upstream.test/v1",
      "*",
    ],
  },
  model: {
    doubt: doubtModel,
    doubted: { "gpt-": "rest", "team/": "rest", "^gpt": "gpt-*" },
    good: ["gpt-*", "GPT-5*", "*", "claude-x[1m]", "moonshotai/*", "gpt"],
  },
  "an attribute that is true or not there": {
    doubt: (value) => doubtValuesOf("websockets")?.(value),
    doubted: { yes: "true", false: "not there", "TRUE": "true", "^t": "glob" },
    good: ["true", "*", "t*"],
  },
  "an attribute that is a number": {
    doubt: (value) => doubtValuesOf("priority")?.(value),
    doubted: { ">=10": "ranges", high: "number" },
    good: ["10", "-1", "1?", "*"],
  },
  "an attribute with words": {
    doubt: (value) => doubtValuesOf("auth_kind")?.(value),
    doubted: { "api_key": "apikey" },
    good: ["apikey", "oauth"],
  },
  "the name of an attribute": {
    doubt: doubtAttributeName,
    doubted: {
      "api_key": "secret",
      "API-Key": "secret",
      "header:Authorization": "secret",
      provider: "pool itself",
      id: "pool itself",
      "header:*": "only values",
    },
    good: ["websockets", "header:X-Team", "weight", "my_own", "plan_type"],
  },
  "the name of a header": {
    doubt: doubtHeaderName,
    doubted: {
      Host: "HTTP server",
      "transfer-encoding": "HTTP server",
      "X-*": "only values",
      "HTTP_X_TEAM": "X-Team",
    },
    good: ["X-Team", "Session_id", "Authorization", "User-Agent"],
  },
};

for (const [kind, { doubt, doubted, good }] of Object.entries(KINDS)) {
  for (const [value, part] of Object.entries(doubted)) {
    Deno.test(`${kind} doubts ${value}`, () => {
      const { message, hint = "", known = [] } = doubt(value) ?? {};
      assert(message !== undefined, "It is not doubted");
      const said = [message, hint, ...known].join();
      assert(said.includes(part), said);
    });
  }

  for (const value of good) {
    Deno.test(`${kind} does not doubt ${value}`, () => {
      const found = doubt(value);
      assert(found === undefined || found.isMisspelling, found?.message);
    });
  }
}

Deno.test("doubtId() says how to write a part of an ID", () => {
  const instead = ["ada@example.com", "*@example.com", "codex-a@b-pro", "xai"]
    .map((id) => doubtId(id)?.instead);
  assertEquals(instead, [
    "*ada@example.com*",
    "*@example.com*",
    "codex-a@b-pro*",
    "xai*",
  ]);
});

Deno.test("doubtRoute() says how to write a part of a route", () => {
  const instead = ["chat/completions", "/chat/completions", "v1/messages"]
    .map((path) => doubtRoute(path)?.instead);
  assertEquals(instead, [
    "/v1/chat/completions",
    "/v1/chat/completions",
    "/v1/messages",
  ]);
});

const FIXTURES = new URL("../../fixtures/host-v7.2.140/", import.meta.url);

const doubtText: DoubtOf = (text) => doubtPattern(text, "text");

for (const { name } of Deno.readDirSync(FIXTURES)) {
  if (!name.startsWith("pick-")) continue;
  Deno.test(`nothing that a host sent is doubted: ${name}`, async () => {
    const request = JSON.parse(
      await Deno.readTextFile(new URL(name, FIXTURES)),
    );
    const { Headers, Metadata } = request.Options;
    const doubts = [
      doubtModel(request.Model),
      ...request.Providers.map(doubtProvider),
      doubtRoute(Metadata.request_path),
      doubtServiceTier(Metadata.service_tier),
      ...Object.keys(Headers).map(doubtHeaderName),
      ...Object.values(Headers as Record<string, string[]>).flat()
        .map(doubtHeaderValue),
      ...request.Candidates.flatMap((candidate: {
        ID: string;
        Provider: string;
        Status: string;
        Attributes: Record<string, string>;
      }) => [
        doubtId(candidate.ID),
        doubtProvider(candidate.Provider),
        doubtStatus(candidate.Status),
        ...Object.entries(candidate.Attributes).flatMap(([key, value]) => [
          doubtAttributeName(key),
          (doubtValuesOf(key) ?? doubtText)(value),
        ]),
      ]),
    ];
    assertEquals(doubts.filter((doubt) => doubt !== undefined), []);
  });
}
