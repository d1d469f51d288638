/**
 * The plugin's version, for the registration and for `version`. Read from
 * deno.json, its only source.
 */

import manifest from "../deno.json" with { type: "json" };

/** Version of the plugin, such as `0.1.0`; equal to the release's. */
export const VERSION: string = manifest.version;
