/** What `keyed_policy.ts` must answer, by plain reading of the request. */

import { picked, UNHANDLED } from "../host/plugin.ts";
import { goString } from "./go_text.ts";

/**
 * The answer to a pick.
 *
 * @param text The request.
 * @returns The whole envelope.
 */
export function keyedAnswer(text: string): string {
  const { Provider, Model, Stream, Options, Candidates } = JSON.parse(text);
  const ids: string[] = (Candidates ?? []).map(({ ID }: { ID: string }) => ID);
  const scope = Options.Metadata?.["caller_scope"];
  const looked: unknown[] = [];
  if (ids.length % 3 !== 1) looked.push(Provider, Model, Stream);
  if (ids.length % 3 !== 2) looked.push(scope === undefined ? "absent" : scope);
  const hash = Array.from(JSON.stringify(looked))
    .flatMap((character) => character.split(""))
    .reduce((sum, unit) => (sum * 31 + unit.charCodeAt(0)) % 1_000_003, 0);
  const id = ids[hash % ids.length];
  return id === undefined ? UNHANDLED : picked(goString(id).slice(1, -1));
}
