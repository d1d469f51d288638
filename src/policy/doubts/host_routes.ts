/**
 * The routes of the host by which requests come that need a credential, so that
 * a pattern which matches none of them is told. Facts of the host, v7.2.140:
 * `setupRoutes` in internal/api/server_routes.go.
 */

import { compileGlob } from "../glob.ts";
import type { Doubt } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";

/** Routes, as `request_path` has them. */
export const ROUTES: readonly string[] = [
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/messages",
  "/v1/messages/count_tokens",
  "/v1/responses",
  "/v1/responses/compact",
  "/v1/images/generations",
  "/v1/images/edits",
  "/v1/videos",
  "/v1/videos/generations",
  "/v1/videos/edits",
  "/v1/videos/extensions",
  "/v1/videos/:request_id",
  "/v1/alpha/search",
  "/v1/live",
  "/v1/live/:call_id",
  "/v1/realtime",
  "/v1/realtime/calls",
  "/v1/realtime/calls/:call_id",
  "/v1/realtime/calls/:call_id/accept",
  "/v1/realtime/calls/:call_id/hangup",
  "/v1/realtime/calls/:call_id/refer",
  "/v1/realtime/calls/:call_id/reject",
  "/v1/realtime/client_secrets",
  "/v1/realtime/sessions",
  "/v1/realtime/transcription_sessions",
  "/v1/realtime/translations",
  "/v1/realtime/translations/client_secrets",
  "/openai/v1/videos",
  "/openai/v1/videos/:video_id",
  "/openai/v1/videos/:video_id/content",
  "/backend-api/codex/responses",
  "/backend-api/codex/responses/compact",
  "/backend-api/codex/alpha/search",
  "/v1beta/interactions",
  "/v1beta/models/*action",
];

/**
 * Says what is doubtful about a pattern over routes.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 */
export function doubtRoute(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "text");
  if (foreign !== undefined) return foreign;
  const { matches } = compileGlob(pattern);
  if (ROUTES.some(matches)) return undefined;
  const message = "matches no route that is known of the host";
  if (/[,;]|\s(?:or|and)\s/i.test(pattern)) {
    return { message, hint: "write each alternative as an item of a list" };
  }
  const meant = meantBy(pattern);
  return {
    message,
    hint: hintFor(pattern),
    known: ROUTES,
    ...(meant !== undefined && { instead: meant }),
  };
}

function hintFor(pattern: string): string {
  if (/^[A-Z]+\s/.test(pattern)) return "write the route without the method";
  if (/^\w+:\/\//.test(pattern)) return "write the route without the host";
  if (!pattern.startsWith("/") && !pattern.startsWith("*")) {
    return "a route begins with /";
  }
  if (/\/models\/./.test(pattern)) {
    return "it sees the route and not what the client wrote: the route of " +
      "Gemini's models is /v1beta/models/*action";
  }
  if (ROUTES.some(compileGlob(pattern, { ignoresCase: true }).matches)) {
    return "only the case differs";
  }
  return "such as /v1/chat/completions, /v1/messages, /v1/responses or " +
    "/v1beta/models/*";
}

/** The route that a pattern is a part of, or has more of. */
function meantBy(pattern: string): string | undefined {
  const plain = pattern.toLowerCase().replace(/^[a-z]+\s+/, "")
    .replace(/^\w+:\/\/[^/]*/, "").replace(/[?#].*$/, "").replace(/\/+$/, "");
  if (!/^\/?[\w/*-]{4,}$/.test(plain)) return undefined;
  const start = plain.startsWith("/") ? plain : `/${plain}`;
  const candidates = [start, `/v1${start}`, `/v1beta${start}`, `*${start}`];
  return candidates.find((candidate) =>
    candidate !== pattern && ROUTES.some(compileGlob(candidate).matches)
  );
}
