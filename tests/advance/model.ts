/**
 * What a pick must be answered under a config: a plain second opinion that
 * shares no code with the plugin and reads each request anew.
 */

import { delegated, DENIED, picked, UNHANDLED } from "../host/plugin.ts";
import { goString } from "./go_text.ts";

/** A config of the plugin. */
export type Settings =
  | { readonly policy: "none" | "deny" }
  | { readonly policy: "round_robin"; readonly tiers: "top" | "all" }
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
      return `${common}policy: round_robin\ntiers: ${settings.tiers}\n`;
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
 * @returns One answer; under round robin one for each turn, in order.
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
      const ids = turnsOf(text, settings.tiers);
      return ids.length === 0
        ? [UNHANDLED]
        : ids.map((id) => picked(withoutQuotes(id)));
    }
    default:
      return [failureOf(settings)];
  }
}

interface Candidate {
  readonly ID: string;
  readonly Priority: number;
}

function candidatesOf(text: string): readonly Candidate[] {
  const { Candidates: candidates } = JSON.parse(text) as {
    Candidates?: readonly Candidate[] | null;
  };
  return candidates ?? [];
}

function idsOf(text: string): string[] {
  return candidatesOf(text).map(({ ID: id }) => id);
}

/**
 * Whether the host finds the ID that it is told: it compares our answer without
 * white space at its ends, and cannot write bytes that are no text.
 */
export function isTellable(id: string): boolean {
  return id !== "" && !id.includes("\ufffd") &&
    !/^\p{White_Space}|\p{White_Space}$/u.test(id);
}

/** Who takes turns: each ID once, of the best priority or of all. */
function turnsOf(text: string, tiers: "top" | "all"): string[] {
  const all = candidatesOf(text).filter(({ ID: id }) => isTellable(id));
  const best = Math.max(...all.map(({ Priority: priority }) => priority));
  const kept = all.filter(({ Priority: priority }) =>
    tiers === "all" || priority === best
  );
  return [...new Set(kept.map(({ ID: id }) => id))];
}

function withoutQuotes(id: string): string {
  return goString(id).slice(1, -1);
}
