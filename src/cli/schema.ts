/**
 * `schema`: the JSON Schema of the plugin's part of the config, so that
 * editors complete and check it. Made from what the parser itself goes by.
 */

import { jsonSchema } from "../config/json_schema.ts";
import { RULE_PARTS } from "../config/rule_parts.ts";
import type { Outcome } from "./io.ts";

/**
 * Shows the schema.
 *
 * @returns The schema, as JSON.
 */
export function schema(): Outcome {
  const stdout = `${JSON.stringify(jsonSchema(RULE_PARTS), null, 1)}\n`;
  return { exitCode: 0, stdout, stderr: "" };
}
