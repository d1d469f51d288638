/**
 * What a step of a pick may know beside the request and the config: the time,
 * chance and what went before. Given in, so that the same context always gives
 * the same decision.
 */

import { NO_MODULES, type PolicyModules } from "./policy_modules.ts";

/** What earlier picks left behind. */
export interface PickHistory {
  /** Picks of a credential, as far as they are known; 0 for none. */
  picksOf(id: string): number;
  /**
   * When a credential was last picked: counts up with each pick that is known,
   * so that a higher number is more recent; 0 for never.
   */
  lastPickOf(id: string): number;
}

/** What is known at one pick. */
export interface PickContext {
  /** Milliseconds since 1970, UTC. */
  readonly nowMs: number;
  /** A whole number below 2^32, chosen at random when the worker starts. */
  readonly seed: number;
  readonly history: PickHistory;
  /** Runs policies that users wrote. */
  readonly modules: PolicyModules;
  /**
   * The position of this pick in a rotation: how many went before it.
   *
   * @param tag As in `Rotation`.
   * @returns A whole number from 0.
   */
  positionOf(tag: number): number;
}

/** Nothing went before. */
export const NO_HISTORY: PickHistory = {
  picksOf: () => 0,
  lastPickOf: () => 0,
};

/**
 * The first pick of all, at a time.
 *
 * @param nowMs Milliseconds since 1970, UTC.
 * @param seed A whole number below 2^32.
 * @param modules Runs policies that users wrote. @default {none is loaded}
 * @returns The context.
 */
export function firstPick(
  nowMs: number,
  seed = 0,
  modules: PolicyModules = NO_MODULES,
): PickContext {
  return { nowMs, seed, history: NO_HISTORY, modules, positionOf: () => 0 };
}
