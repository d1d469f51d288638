/**
 * Condition `path`: the route of the host's HTTP interface, such as
 * `/v1/chat/completions`. It is the pattern of the route, in which `*action`
 * and the like stand for what the client wrote: metadata `request_path`.
 */

import type { ConditionKind } from "../condition.ts";
import { doubtRoute } from "../doubts/host_routes.ts";
import { compileGlobs, type GlobsShape, globsShape } from "../globs.ts";
import { onMetadataText } from "./metadata_text.ts";

/** Globs over the route, one of which has to match. */
export const path: ConditionKind<GlobsShape> = {
  key: "path",
  shape: globsShape("The request came by one of these routes of the host", {
    example: "/v1/chat/*",
    doubt: doubtRoute,
  }),
  create: (patterns) =>
    onMetadataText("path", {
      field: "request_path",
      wanted: patterns,
      matches: compileGlobs(patterns).matches,
    }),
};
