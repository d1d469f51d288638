/**
 * The plugin's config: the YAML that the host sends with register and
 * reconfigure, to settings, with the meaning that the host's own example gives
 * it. Refuses a document rather than giving it another meaning. Pure: called
 * by `src/rpc`, and by `host_config.ts` for files.
 */

import type { Settings } from "../policy/settings.ts";
import {
  openDocument,
  type SecondReading,
  type YamlDocument,
} from "./document.ts";
import { mayClose } from "./may_close.ts";
import type { KeyPath } from "./key_path.ts";
import { KeyPlaces } from "./key_places.ts";
import {
  type ConfigProblem,
  MAX_PROBLEMS,
  type ProblemPlace,
} from "./problem.ts";
import { RULE_PARTS, type RuleParts } from "./rule_parts.ts";
import { type Plan, readPlan } from "./rules_reader.ts";
import { readSettings } from "./settings_reader.ts";
import { decodeSource } from "./source.ts";
import { Subtree } from "./subtree.ts";
import { judgeUnknownKeys } from "./unknown_keys.ts";

export { ConfigError, type ConfigProblem, describeProblem } from "./problem.ts";

/** What a config is read with. */
export interface ReadOptions {
  /**
   * IANA name of the zone of time windows that name none.
   * @default {"UTC"}
   */
  readonly timeZone?: string;
  /** What rules are made of. @default {RULE_PARTS} */
  readonly parts?: RuleParts;
}

/** What the plugin's part asks for, as far as it could be read. */
export interface PartReading {
  readonly settings: Settings;
  readonly plan: Plan;
  /** Names places of the part, for what is found out after the reading. */
  readonly placeOf: (keys: KeyPath) => ProblemPlace;
}

/** Settings, and what there is to say about the text that they came from. */
export interface ConfigReading {
  /** Absent if one of the problems is an error. */
  readonly settings?: Settings;
  /** Present together with the settings. */
  readonly plan?: Plan;
  /** Present together with the settings. */
  readonly placeOf?: PartReading["placeOf"];
  /** Errors and warnings, in the order of their lines. */
  readonly problems: readonly ConfigProblem[];
  /**
   * Of a config with an error: whether it may have been meant to close
   * something. Absent if no tree could be made of it.
   */
  readonly mayClose?: boolean | undefined;
}

/**
 * Reads the plugin's own YAML.
 *
 * @param yaml What `config_yaml` carries.
 * @param options What it is read with.
 * @returns The settings, or what is wrong; never throws.
 *
 * @example
 * ```ts
 * import { readConfig } from "./config.ts";
 * const yaml = new TextEncoder().encode("auth_id: a.json");
 * console.assert(readConfig(yaml).settings?.authId === "a.json");
 * ```
 */
export function readConfig(
  yaml: Uint8Array,
  options: ReadOptions = {},
): ConfigReading {
  return guardDepth(() => {
    const source = decodeSource(yaml);
    if ("problem" in source) return toReading([source.problem]);
    const document = openDocument(source.text);
    if (!("root" in document)) return toReading(document);
    const subtree = new Subtree(document, document.root);
    const part = readPart(subtree, document.second, options);
    const reading = toReading(subtree.problems, { document, ...part });
    if (reading.settings !== undefined || !document.isAlone) return reading;
    const { policyKinds } = options.parts ?? RULE_PARTS;
    const policies = policyKinds.map(({ name }) => name);
    return { ...reading, mayClose: mayClose(subtree, policies) };
  });
}

/**
 * Reads the plugin's part of a document. What is wrong is reported to the
 * subtree.
 *
 * @param subtree The part.
 * @param second The same part as the second library read it.
 * @param options What it is read with.
 * @returns What it asks for.
 */
export function readPart(
  subtree: Subtree,
  second: SecondReading,
  { timeZone = "UTC", parts = RULE_PARTS }: ReadOptions,
): PartReading {
  const settings = readSettings(subtree, second);
  const places = new KeyPlaces(parts);
  judgeUnknownKeys(subtree, places);
  const plan = readPlan(subtree, second, { settings, parts, timeZone, places });
  const { rules, modules } = plan;
  return {
    settings: { ...settings, rules, modules },
    plan,
    placeOf: (keys) => subtree.placeOf(keys),
  };
}

/**
 * Sorts problems, and leaves settings out if one of them is an error.
 *
 * @param problems Everything that was found.
 * @param read What was read, and from which document.
 * @returns A reading.
 */
export function toReading(
  problems: readonly ConfigProblem[],
  read?: PartReading & { readonly document: YamlDocument },
): ConfigReading {
  const isError = ({ severity }: ConfigProblem) => severity === "error";
  // What the second library says is vague: only if there is nothing better.
  const vague = problems.some(isError) ? [] : read?.document.problems ?? [];
  const all = [...problems, ...vague];
  const kept = all.toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, MAX_PROBLEMS);
  const sorted = kept.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return read === undefined || sorted.some(isError) ? { problems: sorted } : {
    settings: read.settings,
    plan: read.plan,
    placeOf: read.placeOf,
    problems: sorted,
  };
}

/** What goes first where not all can be told. */
function rankOf({ severity }: ConfigProblem): number {
  return ["error", "warning", "note"].indexOf(severity);
}

/**
 * Turns running out of stack into a problem: the libraries recurse.
 *
 * @param read What reads a config.
 * @returns What it returns, or a reading with that problem.
 */
export function guardDepth(read: () => ConfigReading): ConfigReading {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "must be nested less deeply";
    return toReading([{ severity: "error", path: "", message }]);
  }
}
