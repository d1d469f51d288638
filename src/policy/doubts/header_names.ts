/**
 * Names of headers that a request never has, as the host's HTTP server hands
 * it on: Go's net/http takes some out (`Request.Host`, `TransferEncoding`,
 * `Trailer`).
 */

import type { Doubt } from "../shape.ts";

const TAKEN_OUT: readonly string[] = ["host", "transfer-encoding", "trailer"];

/**
 * Says what is doubtful about the name of a header.
 *
 * @param name A name of the config.
 * @returns What is doubtful, if anything is.
 */
export function doubtHeaderName(name: string): Doubt | undefined {
  if (TAKEN_OUT.includes(name.toLowerCase())) {
    const hint = "the host's HTTP server takes it out of the headers";
    return { message: "is no header that the host sends", hint };
  }
  if (name.includes("*")) {
    const hint = "only values are globs, names are not";
    return { message: "has a * in its name, which stands for itself", hint };
  }
  return /^HTTP_/.test(name)
    ? {
      message: "is no name of a header",
      hint: "write the name as the client sends it, such as X-Team",
    }
    : undefined;
}
