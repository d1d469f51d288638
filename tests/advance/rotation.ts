/**
 * Whether picks go round their lists, one candidate after the other: a list
 * that is remembered goes on where it was, any other begins anywhere. The very
 * first one begins at its first candidate.
 */

/** Lists that are remembered at least. */
const REMEMBERED_LISTS = 64;

/** A larger list is never remembered. */
const LIST_LIMIT_BYTES = 1 << 20;

/** A pick, told apart from the others that ran at the same time. */
export interface TimedPick {
  /** Place of the candidate in its list. */
  readonly place: number;
  /** Ticks of one clock. */
  readonly began: number;
  readonly ended: number;
}

/** What is known of the rotations of all lists since a register. */
export class Rotation {
  /** By list, the places that may come next; missing if it may be forgotten. */
  readonly #next = new Map<string, readonly number[]>();
  #first = true;

  /**
   * Takes note of an answer, all picks being made one by one.
   *
   * @param list Bytes of the list, if it can be remembered.
   * @param answers One for each candidate, in order; at least one.
   * @param answer What came.
   * @returns Whether it may come.
   */
  take(
    list: string | undefined,
    answers: readonly string[],
    answer: string,
  ): boolean {
    if (list === undefined || !isSmall(list)) {
      // It may have been taken for a list of another form.
      if (list === undefined) this.forget();
      return answers.includes(answer);
    }
    const places = this.#places(list, answers.length)
      .filter((place) => answers[place] === answer);
    this.#note(list, places.map((place) => (place + 1) % answers.length));
    return places.length > 0;
  }

  /**
   * Takes note of picks of one list that were made at the same time.
   *
   * @param list Bytes of the list.
   * @param candidates Count of the candidates, all of them different.
   * @param picks All picks of the list, each of them with an answer.
   * @returns Whether they may have come so.
   */
  takeAll(
    list: string,
    candidates: number,
    picks: readonly TimedPick[],
  ): boolean {
    const starts = this.#places(list, candidates)
      .filter((start) => goesRound(picks, candidates, start));
    this.#note(
      list,
      starts.map((start) => (start + picks.length) % candidates),
    );
    return starts.length > 0;
  }

  /** A pick of the list got no answer: it may have used up a turn. */
  lose(list: string | undefined, candidates: number): void {
    this.#first = false;
    if (list === undefined) this.forget();
    else if (isSmall(list)) this.#note(list, everyPlace(candidates));
  }

  /** From now on any list may begin anywhere. */
  forget(): void {
    this.#first = false;
    this.#next.clear();
  }

  #places(list: string, candidates: number): readonly number[] {
    const known = this.#next.get(list);
    if (known !== undefined) return known;
    return this.#first ? [0] : everyPlace(candidates);
  }

  #note(list: string, next: readonly number[]): void {
    this.#first = false;
    // A new one may have taken the place of any other.
    if (!this.#next.has(list) && this.#next.size >= REMEMBERED_LISTS) {
      this.#next.clear();
    }
    this.#next.set(list, next);
  }
}

/**
 * Whether picks may have taken their turns in one rotation. A turn is taken
 * between a pick's beginning and its end: so when S picks have begun and E of
 * them have ended, at least the first E and at most the first S turns are
 * taken.
 *
 * @param picks In any order.
 * @param candidates Count.
 * @param start Place of the first turn.
 * @returns False if they cannot have.
 */
export function goesRound(
  picks: readonly TimedPick[],
  candidates: number,
  start: number,
): boolean {
  const events = picks.flatMap(({ place, began, ended }) => [
    { at: began, place, ends: false },
    { at: ended, place, ends: true },
  ]).sort((a, b) => a.at - b.at);
  const begun = new Array<number>(candidates).fill(0);
  const done = new Array<number>(candidates).fill(0);
  let allBegun = 0;
  let allDone = 0;
  /** Turns of a place among the first `turns`. */
  const share = (place: number, turns: number) =>
    Math.ceil(
      (turns - (place - start + candidates) % candidates) / candidates,
    );
  for (const { place, ends } of events) {
    if (ends) {
      done[place]!++;
      allDone++;
    } else {
      begun[place]!++;
      allBegun++;
    }
    for (let each = 0; each < candidates; each++) {
      if (done[each]! > share(each, allBegun)) return false;
      if (begun[each]! < share(each, allDone)) return false;
    }
  }
  return true;
}

function everyPlace(candidates: number): number[] {
  return Array.from({ length: candidates }, (_, place) => place);
}

function isSmall(list: string): boolean {
  return list.length <= LIST_LIMIT_BYTES &&
    new TextEncoder().encode(list).length <= LIST_LIMIT_BYTES;
}
