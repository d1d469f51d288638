/**
 * Keeps a session with its credential, and gives a new one to the credential
 * that has the fewest. Remembers which, in `context.state`: that is kept when
 * this file is saved, and gone when the worker ends.
 */

import type { Policy } from "../scheduler.d.ts";

/**
 * IDs of credentials by session; the one not seen for longest is first. Objects
 * keep the order of their keys unless these look like small numbers; sessions
 * are hashes of 16 digits.
 */
type Sessions = Record<string, string>;

export default {
  pick(candidates, { request: { session }, state, options }) {
    if (session === "") return undefined;
    const sessions = (state.sessions ??= {}) as Sessions;
    const known = sessions[session];
    const stays = candidates.some(({ id }) => id === known);
    const id = stays ? known! : fewest(candidates, sessions);
    // Out and in again, so that it is the last one.
    delete sessions[session];
    sessions[session] = id;
    // At least 1; also drops more than one when the option was made smaller.
    const most = Math.max(1, Number(options.sessions ?? 1000) || 1000);
    if (!stays) forget(sessions, Object.keys(sessions).length - most);
    return { id, reason: stays ? "It has the session" : "It had the fewest" };
  },
} satisfies Policy;

/** The lowest ID if equal: candidates are sorted. */
function fewest(candidates: readonly { id: string }[], sessions: Sessions) {
  const counts = new Map(candidates.map(({ id }) => [id, 0]));
  for (const id of Object.values(sessions)) {
    const count = counts.get(id);
    if (count !== undefined) counts.set(id, count + 1);
  }
  const [first, ...others] = [...counts];
  return others.reduce((a, b) => b[1] < a[1] ? b : a, first!)[0];
}

function forget(sessions: Sessions, count: number) {
  for (const session of Object.keys(sessions).slice(0, Math.max(0, count))) {
    delete sessions[session];
  }
}
