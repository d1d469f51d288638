/**
 * Random requests with what is known beside them, and requests that differ
 * from another one in everything that a decision did not look at.
 */

import type { PickContext } from "../../../src/policy/pick_context.ts";
import type {
  Candidate,
  PickRequest,
} from "../../../src/policy/pick_request.ts";
import { NO_MODULES } from "../../../src/policy/policy_modules.ts";
import type { Reuse } from "../../../src/policy/reuse.ts";
import type { Random } from "../../advance/random.ts";
import {
  ATTRIBUTES,
  CALLER_SCOPES,
  HEADERS,
  IDS,
  MODELS,
  PATHS,
  PROVIDERS,
  SERVICE_TIERS,
  STATUSES,
} from "./words.ts";

/** A request, and what else is known. */
export interface Asked {
  readonly request: PickRequest;
  readonly context: PickContext;
}

const MINUTE_MS = 60_000;

/** When clocks are put forward or back, and days and years begin. */
const INSTANTS = [
  Date.UTC(2025, 2, 30, 1),
  Date.UTC(2025, 9, 26, 1),
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 0, 1),
  Date.UTC(2026, 7, 24, 22),
];
const FIRST_MS = Date.UTC(2024, 0, 1);
const LAST_MS = Date.UTC(2037, 0, 1);

/** What may stand where a text is expected. */
const NO_TEXTS: readonly unknown[] = [null, 1, true, {}, ["a"]];

/** Makes requests. */
export class Requests {
  readonly #random: Random;

  /** @param random Random numbers. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** A request, with its own candidates if none are given. */
  next(candidates: readonly Candidate[] = this.candidates()): Asked {
    const request = {
      ...this.#route(),
      headers: this.#headers(),
      metadata: this.#metadata(),
      candidates,
    };
    const position = this.#random.of([
      this.#random.below(8),
      this.#random.below(1000),
      2 ** 32 + this.#random.below(1000),
    ]);
    return { request, context: this.#context(this.#now(), position) };
  }

  /** Candidates in any order, some of them twice. */
  candidates(): readonly Candidate[] {
    const random = this.#random;
    const count = random.of([0, 1, 1, 2, 3, 4, 5, 8, 12]);
    const list = Array.from({ length: count }, () => this.#candidate());
    return random.once(2)
      ? list
      : list.toSorted((a, b) => a.id < b.id ? -1 : 1);
  }

  /**
   * Another request for which a decision stands, by what its reuse says.
   *
   * @param asked What was decided about.
   * @param reuse How far the decision reaches.
   * @param keepsPosition Whether it is a rotation's, whose position counts.
   * @returns Something that differs in all else.
   */
  like(
    { request, context }: Asked,
    reuse: Exclude<Reuse, { kind: "never" }>,
    keepsPosition: boolean,
  ): Asked {
    const random = this.#random;
    const other = this.next();
    const position = keepsPosition ? context.positionOf(0) : undefined;
    if (reuse.kind === "any") return other;
    const { route, metadata, forMs } = reuse;
    const changed = Object.entries(other.request.metadata)
      .filter(([name]) => !metadata.includes(name));
    const kept = Object.entries(request.metadata)
      .filter(([name]) => metadata.includes(name));
    const nowMs = forMs === undefined
      ? this.#now()
      : context.nowMs + random.of([0, forMs - 1, random.below(forMs)]);
    const next = this.#context(nowMs, position ?? random.below(1000));
    return {
      request: {
        ...other.request,
        ...route && {
          provider: request.provider,
          providers: request.providers,
          model: request.model,
          stream: request.stream,
        },
        metadata: Object.fromEntries([...changed, ...kept]),
        // A list that is known stays the same object; another is decoded anew.
        candidates: random.once(2)
          ? request.candidates
          : structuredClone(request.candidates),
      },
      // Chance is the worker's, and so is its number.
      context: { ...next, seed: context.seed },
    };
  }

  #candidate(): Candidate {
    const random = this.#random;
    const attributes: Record<string, string> = {};
    for (const [name, values] of Object.entries(ATTRIBUTES)) {
      if (random.once(2)) attributes[name] = random.of(values);
    }
    return {
      id: random.of(IDS),
      provider: random.of(PROVIDERS),
      priority: random.of([0, 0, 0, 5, -5, 10]),
      status: random.of(STATUSES),
      attributes,
    };
  }

  #route(): Pick<PickRequest, "provider" | "providers" | "model" | "stream"> {
    const random = this.#random;
    return {
      provider: random.once(3) ? random.of(PROVIDERS) : "",
      providers: PROVIDERS.filter(() => random.once(2)),
      model: random.once(10) ? "" : random.of(MODELS),
      stream: random.once(2),
    };
  }

  #headers(): PickRequest["headers"] {
    const random = this.#random;
    const headers: Record<string, string[]> = {};
    for (const [name, values] of Object.entries(HEADERS)) {
      if (!random.once(3)) continue;
      const key = random.once(4) ? name.toLowerCase() : name;
      headers[key] = Array.from(
        { length: random.below(3) },
        () => random.of(values),
      );
    }
    return headers;
  }

  #metadata(): PickRequest["metadata"] {
    const random = this.#random;
    const fields: Record<string, () => string> = {
      "caller_scope": () => random.of(CALLER_SCOPES),
      "request_path": () => random.of(PATHS),
      "service_tier": () => random.of(SERVICE_TIERS),
      "selected_auth_id": () => random.of(["", ...IDS]),
      "canonical_session_id": () => random.of(["c1", " c1", "", "c\n"]),
      "lcp_affinity_session_id": () => random.of(["l1", "l2", ""]),
      "parent_session_id": () => random.of(["p1", "p2"]),
      "execution_session_id": () => random.of(["e1", " e1 ", "", "e\n"]),
      "derived_session_id": () => random.of(["ctx:v1:1", "ctx:v1:2"]),
      "requested_model": () => random.of(MODELS),
      "idempotency_key": () => random.hex(8),
    };
    const metadata: Record<string, unknown> = {};
    for (const [name, make] of Object.entries(fields)) {
      if (random.once(2)) continue;
      metadata[name] = random.once(12) ? random.of(NO_TEXTS) : make();
    }
    return metadata;
  }

  #now(): number {
    const random = this.#random;
    const minutes = (LAST_MS - FIRST_MS) / MINUTE_MS;
    const minute = random.once(3)
      ? random.of(INSTANTS) + (random.below(360) - 180) * MINUTE_MS
      : FIRST_MS + random.below(minutes) * MINUTE_MS;
    return minute + random.of([0, 1, MINUTE_MS - 1, random.below(MINUTE_MS)]);
  }

  /** Each rotation is at another position. */
  #context(nowMs: number, position: number): PickContext {
    const random = this.#random;
    const last = new Map(
      IDS.map((id) => [id, random.once(3) ? 0 : 1 + random.below(50)]),
    );
    return {
      nowMs,
      seed: random.below(2 ** 32),
      history: {
        picksOf: (id) => last.get(id) ?? 0,
        lastPickOf: (id) => last.get(id) ?? 0,
      },
      modules: NO_MODULES,
      positionOf: (tag) => position + 31 * tag,
    };
  }
}
