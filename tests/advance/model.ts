/**
 * What a pick must be answered under a config: a plain second opinion that
 * shares no code with the plugin and reads each request anew.
 */

import { delegated, DENIED, picked, UNHANDLED } from "../host/plugin.ts";
import { goString } from "./go_text.ts";

/** A config of the plugin. */
export type Settings =
  | { readonly policy: "none" | "deny" | "round_robin" }
  | { readonly policy: "delegate"; readonly to: "fill-first" | "round-robin" }
  | { readonly policy: "auth_id"; readonly id: string };

/** The config as its user writes it. */
export function yamlOf(settings: Settings): string {
  const common = "enabled: true\npriority: 1\n";
  switch (settings.policy) {
    case "none":
      return common;
    case "deny":
      return `${common}deny: true\n`;
    case "round_robin":
      return `${common}policy: round_robin\n`;
    case "delegate":
      return `${common}delegate: ${settings.to}\n`;
    case "auth_id":
      return `${common}auth_id: ${JSON.stringify(settings.id)}\n`;
  }
}

/** What any pick may be answered while the worker cannot be asked. */
export function failureOf(settings: Settings): string {
  switch (settings.policy) {
    case "deny":
      return DENIED;
    case "delegate":
      return delegated(settings.to);
    default:
      return UNHANDLED;
  }
}

/**
 * What the worker or whoever speaks for it may answer.
 *
 * @param settings The config in force.
 * @param text The request.
 * @returns One answer; under round robin one for each candidate, in order.
 */
export function answersOf(settings: Settings, text: string): string[] {
  switch (settings.policy) {
    case "auth_id":
      return [
        idsOf(text).includes(settings.id)
          ? picked(withoutQuotes(settings.id))
          : UNHANDLED,
      ];
    case "round_robin": {
      const ids = idsOf(text);
      return ids.length === 0
        ? [UNHANDLED]
        : ids.map((id) => picked(withoutQuotes(id)));
    }
    default:
      return [failureOf(settings)];
  }
}

function idsOf(text: string): string[] {
  const { Candidates: candidates } = JSON.parse(text) as {
    Candidates?: readonly { ID: string }[] | null;
  };
  return (candidates ?? []).map(({ ID: id }) => id);
}

function withoutQuotes(id: string): string {
  return goString(id).slice(1, -1);
}
