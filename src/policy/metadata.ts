/**
 * The metadata that the host adds to a request, such as `caller_scope`. Any
 * of it may be secret.
 */

import type { PickRequest } from "./pick_request.ts";

/**
 * Reads a text of the metadata.
 *
 * @param request The request.
 * @param field Name of the field.
 * @returns The text; undefined if the field is not there or no text.
 */
export function metadataText(
  { metadata }: PickRequest,
  field: string,
): string | undefined {
  const value = Object.hasOwn(metadata, field) ? metadata[field] : undefined;
  return typeof value === "string" ? value : undefined;
}
