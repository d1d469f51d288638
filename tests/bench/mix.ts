/**
 * Traffic as a busy host has it: several models of two providers, many
 * callers and sessions, retries, and lists of candidates that change as
 * credentials cool down and come back.
 */

import {
  type Candidate,
  encodePrefix,
  encodeTail,
  makeCandidates,
  type Metadata,
} from "./requests.ts";
import { encodeRing, type RingEntry, type Tail } from "./ring_file.ts";

/** Requests of the mix. */
const REQUESTS = 4096;

/** Credentials of each provider. */
const CANDIDATES = 10;

const SESSIONS = 500;
const CALLERS = 12;

/** How many requests one set of credentials stays available. A guess: a
 * cooldown of minutes at a request a second. */
const EPOCH_REQUESTS = 256;

/** One request in so many is a second attempt. A guess. */
const RETRY_ONE_IN = 25;

const MODELS: readonly [provider: string, model: string][] = [
  ["codex", "gpt-5.5"],
  ["codex", "gpt-5.5(high)"],
  ["claude", "claude-sonnet-4-5-20250929"],
  ["codex", "gpt-5.5-codex"],
  ["claude", "team/claude-opus-4-5"],
];

/** A number below `below`, the same for the same seed. */
function draw(seed: number, below: number): number {
  let x = Math.imul(seed + 1, 0x9E3779B1);
  x = Math.imul(x ^ (x >>> 15), 0x85EBCA6B);
  return ((x ^ (x >>> 13)) >>> 0) % below;
}

/**
 * The file of the mix, in requests that a plugin with this metadata gets.
 *
 * @param answers The right answers to a list of candidates.
 */
export function mixRing(
  metadata: Metadata,
  answers: (candidates: readonly Candidate[]) => readonly string[],
): string {
  const pools = new Map<string, Candidate[]>();
  for (const [provider] of MODELS) {
    pools.set(provider, makeCandidates(provider, CANDIDATES));
  }
  const tails: Tail[] = [];
  const known = new Map<string, number>();
  function tailOf(candidates: readonly Candidate[]): number {
    const text = encodeTail(candidates);
    const number = known.get(text) ?? tails.length;
    if (number === tails.length) {
      known.set(text, number);
      tails.push({ text, answers: answers(candidates) });
    }
    return number;
  }
  function entry(serial: number): RingEntry {
    const [provider, model] = MODELS[draw(serial, MODELS.length)]!;
    const cooling = draw(Math.floor(serial / EPOCH_REQUESTS), CANDIDATES);
    const available = pools.get(provider)!.filter((_, at) => at !== cooling);
    const session = draw(serial * 3 + 1, SESSIONS);
    const tried = draw(serial * 3 + 2, RETRY_ONE_IN) === 0
      ? available[draw(serial, available.length)]
      : undefined;
    const prefix = encodePrefix({
      metadata,
      provider,
      model,
      session,
      caller: session % CALLERS,
      named: session % 3 === 0,
      serial,
      ...(tried && { tried: tried.id }),
    });
    return { prefix, tail: tailOf(available.filter((one) => one !== tried)) };
  }
  const entries = Array.from(
    { length: REQUESTS },
    (_, serial) => entry(serial),
  );
  return encodeRing(tails, entries);
}
