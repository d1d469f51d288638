/**
 * What the log is told of each config that comes into force: how much there is
 * of what, so that people see whether it is the one that they meant. Holds no
 * value of the config.
 */

import type { ConfigProblem, ConfigReading } from "../config/config.ts";
import { CONFIG_KEYS, type Settings } from "../policy/settings.ts";
import type { LogEntry } from "./log_entry.ts";

/** What was read. */
interface GoodReading {
  readonly settings: Settings;
  readonly plan?: ConfigReading["plan"];
  /** Warnings alone. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Says in one line what is in force.
 *
 * @param reading A config without errors.
 * @returns The entry.
 */
export function describeInForce(
  { settings, plan, problems }: GoodReading,
): LogEntry {
  const rules = settings.rules.length;
  const isolating =
    settings.rules.filter(({ otherwise }) => otherwise === "refuse").length;
  const pools = plan?.pools.length ?? 0;
  const policies = settings.modules.specs.length;
  const warnings = problems.length;
  const counts = [
    count(rules, "rule") + isolate(rules, isolating),
    count(pools, "pool"),
    count(policies, "policy of your own", "policies of your own"),
    count(warnings, "warning"),
  ].join(", ");
  return {
    level: "info",
    message: `The config is in force: ${counts}${overridden(settings)}`,
    fields: { rules, isolating, pools, policies, warnings },
  };
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function isolate(rules: number, isolating: number): string {
  if (rules === 0) return "";
  if (isolating === 0) return ", none isolates";
  return isolating === 1 ? ", 1 isolates" : `, ${isolating} isolate`;
}

/** The key of the host's example that decides every pick, if one is set. */
function overridden(settings: Settings): string {
  const { deny, delegate, authId } = settings;
  if (deny) return `; ${CONFIG_KEYS.deny} is on: every pick is refused`;
  if (delegate !== "") return `; ${CONFIG_KEYS.delegate} is set`;
  return authId === "" ? "" : `; ${CONFIG_KEYS.authId} is set`;
}
