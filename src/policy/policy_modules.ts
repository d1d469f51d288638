/**
 * Policies that users write, as the pipeline sees them: by the name and the
 * options that the config gives them. What runs them comes in with the context
 * of a pick (`src/modules`); here is nothing but questions and answers.
 */

import type { Candidate, PickRequest } from "./pick_request.ts";

/** One entry of `policies` in the config. */
export interface ModuleSpec {
  /** Its key, by which rules name it. */
  readonly name: string;
  /** Name of its file, in the folder of policies. */
  readonly file: string;
  /** What stands under `options`, as JSON; `{}` for nothing. */
  readonly options: string;
}

/** Every policy that users wrote and the config names. */
export interface ModuleSettings {
  /** The folder of their files; a relative one is the host's business. */
  readonly folder: string;
  readonly specs: readonly ModuleSpec[];
}

/** The folder if the config does not say, in the host's working directory. */
export const DEFAULT_POLICIES_DIR = "scheduler-policies";

/** There are none. */
export const NO_SPECS: ModuleSettings = {
  folder: DEFAULT_POLICIES_DIR,
  specs: [],
};

/** What such a policy is asked. */
export interface ModuleQuestion {
  /** What the rule kept: at least one, each ID once, sorted by ID. */
  readonly candidates: readonly Candidate[];
  readonly request: PickRequest;
  /** Names of the client's headers that it may see, in lower case. */
  readonly headers: readonly string[];
  /** Milliseconds since 1970, UTC. */
  readonly nowMs: number;
}

/** What it says. */
export type ModuleAnswer =
  | {
    readonly kind: "choice";
    /** Place of the chosen one among the candidates. */
    readonly place: number;
    /** Its own words, or ours if it gave none. */
    readonly reason: string;
    /**
     * One per candidate if it scored them, higher is better; undefined: it
     * cannot be used.
     */
    readonly scores?: readonly (number | undefined)[];
  }
  /** No answer: it chose none, failed, or is set aside. */
  | { readonly kind: "none"; readonly reason: string }
  /** It is not loaded, for whatever reason: it may come at any time. */
  | { readonly kind: "not loaded"; readonly reason: string };

/** Runs them. */
export interface PolicyModules {
  /**
   * Asks one. Never throws; what goes wrong is no answer.
   *
   * @param spec Which one.
   * @param question What it is asked.
   * @returns What it says.
   */
  ask(spec: ModuleSpec, question: ModuleQuestion): ModuleAnswer;
}

/** Runs those of the config in force. */
export interface ModuleHost extends PolicyModules {
  /**
   * A config is about to be in force: gets its policies ready.
   *
   * @param settings What it names.
   * @returns Whether they are ready, or will not be; false: ask again soon.
   */
  prepare(settings: ModuleSettings): boolean;
  /**
   * A config is in force.
   *
   * @param settings What it names.
   */
  adopt(settings: ModuleSettings): void;
}

/** None is loaded. */
export const NO_MODULES: PolicyModules = {
  ask: ({ name }) => ({
    kind: "not loaded",
    reason: `The policy ${name} is not loaded`,
  }),
};
