/**
 * Reads configs for tests, with stand-ins for what rules are made of.
 */

import { type ConfigReading, readConfig } from "../../src/config/config.ts";
import type { ConfigProblem } from "../../src/config/problem.ts";
import { STAND_INS } from "./stand_ins.ts";

/** Reads a config with the stand-ins. */
export function read(yaml: string): ConfigReading {
  return readConfig(new TextEncoder().encode(yaml), { parts: STAND_INS });
}

/** The problems of a config, one line each. */
export function problemsOf(yaml: string): string[] {
  return read(yaml).problems.map(inOneLine);
}

/** A problem as place, path, message, what was found and the hint. */
export function inOneLine(
  { severity, line, column, path, message, found, hint }: ConfigProblem,
): string {
  return [
    `${line}:${column} ${severity === "error" ? "" : "warning "}${path}: `,
    message,
    found === undefined ? "" : ` [${found}]`,
    hint === undefined ? "" : `; ${hint}`,
  ].join("");
}

/** A config for a test's name. */
export function quoted(yaml: string): string {
  const text = JSON.stringify(yaml);
  return text.length > 70 ? `${text.slice(0, 70)}…` : text;
}

/** The config of the README, in full. */
export const FULL = `enabled: true
priority: 1
pools:
  paid: { plan_type: [pro, team] }
  keys: { id: "*:apikey:*" }
  spare: { note: spare }
callers:
  team-red: ${"37fd8f35".repeat(8)} # or a list of hashes
tiers: top # or all; per rule too
rules:
  - name: research
    when: { caller: team-red, model: "gpt-*", time: "Mon-Fri 08:00-19:00 Europe/Berlin" }
    use: [paid, keys] # tried in this order
    policy: sticky
    otherwise: refuse # or host (default)
    refuse: { status: 429, message: "research is limited to working hours" }
  - name: everybody else
    use: [paid, spare]
    policy: { name: weighted, weights: { "codex-ada*": 3 } }
`;
