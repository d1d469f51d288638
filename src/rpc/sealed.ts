/**
 * What is told while the plugin is sealed: registered, and refusing every pick,
 * because a first config cannot be read and may close something. The build puts
 * these texts into the C side as well (`ffi/build/shim.ts`), which serves them by
 * itself, so that no worker is needed to refuse.
 */

import type { Answer } from "../policy/decision.ts";
import { encodeRegistration } from "./registration.ts";
import { encodeAnswer } from "./wire.ts";

/** What a client is told. The host may try again by itself. */
const SEALED: Answer = {
  kind: "refuse",
  code: "scheduler_sealed",
  message: "the scheduler's config has an error or cannot be read",
  status: 503,
};

/** The answer to every pick. */
export const SEALED_REFUSAL = encodeAnswer(SEALED);

/**
 * Registers for everything that any config could ask for, since what this one
 * asks for is not known.
 *
 * @param version Our version.
 * @param schemaVersion The newest schema that the host speaks. @default {1,
 * which every host does}
 * @returns The envelope.
 */
export function sealedRegistration(version: string, schemaVersion = 1): string {
  return encodeRegistration({ version, schemaVersion, allTiers: true });
}
