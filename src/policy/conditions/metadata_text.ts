/**
 * What conditions on one text of the metadata have in common. Its value is
 * compared, never shown.
 */

import type { Condition } from "../condition.ts";
import { metadataText } from "../metadata.ts";
import type { PickRequest } from "../pick_request.ts";
import { quoteAny } from "../quote.ts";
import { sameMetadata } from "../reuse.ts";

/** What a field is compared with. */
export interface WantedText {
  /** Name of the field. */
  readonly field: string;
  /** As it stands in the config. */
  readonly wanted: readonly string[];
  /** Whether a text is wanted. */
  matches(text: string): boolean;
}

/**
 * Makes a condition on a text of the metadata.
 *
 * @param key Its key in the config.
 * @param options Which field, and what is wanted of it.
 * @returns A condition that does not hold when there is no such text.
 */
export function onMetadataText(key: string, options: WantedText): Condition {
  const { field, wanted, matches } = options;
  const reuse = sameMetadata(field);
  const textOf = (request: PickRequest) => metadataText(request, field);
  return {
    key,
    test: (request) => {
      const text = textOf(request);
      return { holds: text !== undefined && matches(text), reuse };
    },
    explain: (request) => {
      const text = textOf(request);
      if (text === undefined) {
        return `there is no ${key}, wanted ${quoteAny(wanted)}`;
      }
      const verb = matches(text) ? "matches" : "does not match";
      return `${key} ${verb} ${quoteAny(wanted)}`;
    },
  };
}
