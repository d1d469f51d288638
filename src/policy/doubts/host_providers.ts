/**
 * The providers of the host, so that a pattern which none of them has is told.
 * A provider of a plugin may have any name: only what people take for another
 * one is doubted. Facts of the host, v7.2.140: internal/watcher/synthesizer and
 * internal/util/provider.go.
 */

import { compileGlob } from "../glob.ts";
import type { Doubt } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";

/** Providers that the host has by itself. */
export const PROVIDERS: readonly string[] = [
  "codex",
  "claude",
  "gemini",
  "gemini-interactions",
  "vertex",
  "antigravity",
  "kimi",
  "xai",
  "aistudio",
];

/** What the provider of each entry under `openai-compatibility` begins with. */
const COMPATIBLE = "openai-compatible-";

/** What stands in the host's config, or is the name of a company. */
const MISTAKEN: Readonly<Record<string, string>> = {
  openai: "codex",
  chatgpt: "codex",
  gpt: "codex",
  "codex-api-key": "codex",
  "codex-apikey": "codex",
  anthropic: "claude",
  "claude-code": "claude",
  "claude-api-key": "claude",
  "claude-apikey": "claude",
  google: "gemini",
  "gemini-api-key": "gemini",
  "gemini-apikey": "gemini",
  "interactions-api-key": "gemini-interactions",
  interactions: "gemini-interactions",
  "vertex-api-key": "vertex",
  "vertex-ai": "vertex",
  moonshot: "kimi",
  grok: "xai",
  "x-ai": "xai",
  "xai-api-key": "xai",
};

/** Gateways that people enter under `openai-compatibility`. */
const GATEWAYS: readonly string[] = [
  "azure",
  "cerebras",
  "deepseek",
  "fireworks",
  "groq",
  "litellm",
  "mistral",
  "ollama",
  "openrouter",
  "siliconflow",
  "together",
  "vllm",
];

const MESSAGE = "is no provider of the host";

const COMPATIBLE_HINT = "an entry NAME under openai-compatibility has the " +
  "provider openai-compatible-NAME";

/**
 * Says what is doubtful about a pattern over providers.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 */
export function doubtProvider(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "name");
  if (foreign !== undefined) return foreign;
  const glob = compileGlob(pattern, { ignoresCase: true });
  if (PROVIDERS.some(glob.matches)) return undefined;
  const word = pattern.toLowerCase();
  if (word.startsWith(COMPATIBLE)) return undefined;
  // Globs such as `openai-*` match some of these, too.
  const start = word.replace(/[*?].*$/s, "");
  if (start !== word && COMPATIBLE.startsWith(start)) return undefined;
  if (/^openai[-_ ]?compatib/.test(start)) {
    return { message: MESSAGE, hint: COMPATIBLE_HINT };
  }
  const name = start.replace(/[-_]$/, "");
  const meant = Object.hasOwn(MISTAKEN, name) ? MISTAKEN[name] : undefined;
  if (meant !== undefined) {
    return { message: MESSAGE, hint: `its provider is ${meant}` };
  }
  if (GATEWAYS.includes(name)) {
    return { message: MESSAGE, hint: COMPATIBLE_HINT };
  }
  if (name === "gemini-cli") {
    const hint = "the host has credentials of gemini, vertex and antigravity";
    return { message: MESSAGE, hint };
  }
  return start === word
    ? { message: MESSAGE, known: PROVIDERS, isMisspelling: true }
    : undefined;
}
