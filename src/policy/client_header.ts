/**
 * Headers of the client, as conditions and policies name them. Their values are
 * secret.
 */

import type { PickRequest } from "./pick_request.ts";

/** The form of a header's name: https://www.rfc-editor.org/rfc/rfc9110#tokens */
export const HEADER_NAME_PATTERN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}";

/**
 * Reads a header.
 *
 * @param request The request.
 * @param name Name of the header; case does not count.
 * @returns All of its values, in their order; none if it was not sent.
 */
export function headerValues(
  { headers }: PickRequest,
  name: string,
): readonly string[] {
  const wanted = name.toLowerCase();
  return Object.keys(headers)
    .filter((key) => key.toLowerCase() === wanted)
    .flatMap((key) => headers[key] ?? []);
}
