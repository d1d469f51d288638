/**
 * Where the project's files are, as paths that may hold any character.
 */

import { fileURLToPath } from "node:url";

/** The project's folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where builds go. */
export const DIST = `${ROOT}dist`;

/** The one file that ships. */
export const PLUGIN_FILE = `${DIST}/scheduler.so`;
