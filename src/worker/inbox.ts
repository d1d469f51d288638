/**
 * What the main isolate has sent, as the pick isolate sees it: each message
 * comes with a ring of the bell, which is heard at once, while the message
 * takes a turn or two of the event loop. So long the isolate must not rest.
 */

/** So many turns without a message that was rung for mean that none comes. */
const MAX_TURNS_BEHIND = 100;

/** Counts messages and rings. */
export class Inbox {
  #received = 0;
  #turnsBehind = 0;

  /** A message came, whether it can be read or not. */
  received(): void {
    this.#received++;
    this.#turnsBehind = 0;
  }

  /**
   * Whether a message is still on its way. Asked once a turn.
   *
   * @param rings How often the bell rang so far.
   */
  isBehind(rings: number): boolean {
    if (rings <= this.#received) return false;
    if (++this.#turnsBehind <= MAX_TURNS_BEHIND) return true;
    this.#received = rings;
    this.#turnsBehind = 0;
    return false;
  }
}
