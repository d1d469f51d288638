/** The policy `sticky`: its keys, what stands for whom, and no secrets. */

import { assert, assertEquals } from "@std/assert";
import {
  combine,
  NEVER,
  type Reuse,
  SAME_ROUTE,
  sameMetadata,
} from "../../../src/policy/reuse.ts";
import type { PickRequest } from "../../../src/policy/pick_request.ts";
import {
  createPolicy,
  POLICY_KINDS,
} from "../../../src/policy/policies/kinds.ts";
import { OTHERWISE, sticky } from "../../../src/policy/policies/sticky.ts";
import {
  chiDeviation,
  countsOf,
  explanation,
  idChosen,
  pickOf,
  policyOf,
  reasonsOf,
} from "./example_pick.ts";

const IDS = ["a", "b", "c", "d"];

const CANONICAL = sameMetadata("canonical_session_id");
const EXECUTION = sameMetadata("canonical_session_id", "execution_session_id");
const SESSION = sameMetadata(
  "canonical_session_id",
  "execution_session_id",
  "lcp_affinity_session_id",
  "derived_session_id",
);

function inSession(id: string): Partial<PickRequest> {
  return { metadata: { "derived_session_id": id } };
}

function withHeader(name: string, value: string): Partial<PickRequest> {
  return { metadata: {}, headers: { [name]: [value] } };
}

/** Keys, requests with them, and what was looked at. */
const REQUESTS: readonly (readonly [string, Partial<PickRequest>, Reuse])[] = [
  ["session", inSession("k"), SESSION],
  ["session", { metadata: { "canonical_session_id": "k" } }, CANONICAL],
  ["session", { metadata: { "execution_session_id": "k" } }, EXECUTION],
  ["session", withHeader("Session-Id", "k"), NEVER],
  ["session", withHeader("x-session-affinity", "k"), NEVER],
  ["session", withHeader("X-Conversation-Id", "k"), NEVER],
  [
    "caller",
    { metadata: { "caller_scope": "k" } },
    sameMetadata("caller_scope"),
  ],
  ["model", { model: "k" }, SAME_ROUTE],
  ["header:X-Team", withHeader("x-team", "k"), NEVER],
];

for (const [key, request, reuse] of REQUESTS) {
  const text = JSON.stringify(request);
  Deno.test(`sticky by ${key} sticks when the request has ${text}`, () => {
    const policy = policyOf("sticky", { key: [key] });
    const first = idChosen(policy, pickOf(IDS, { request }));
    for (const position of [1, 2, 3, 4]) {
      const again = pickOf(IDS, { request, position, seed: position });
      assertEquals(idChosen(policy, again), first);
    }
  });

  Deno.test(`sticky by ${key} says what it looked at when the request has ${text}`, () => {
    const choice = policyOf("sticky", { key: [key] })
      .choose(pickOf(IDS, { request }));
    assertEquals(choice?.reuse, reuse);
    assertEquals(choice?.rotation, undefined);
  });
}

/** The ID for the session `k`, wherever its ID stands. */
for (const [key, request] of REQUESTS) {
  if (key !== "session") continue;
  Deno.test(`sticky chooses for the ID alone when the request has ${JSON.stringify(request)}`, () => {
    const policy = policyOf("sticky");
    assertEquals(
      idChosen(policy, pickOf(IDS, { request })),
      idChosen(policy, pickOf(IDS, { request: inSession("k") })),
    );
  });
}

Deno.test("sticky looks at no header when metadata has the session", () => {
  const policy = policyOf("sticky");
  for (const header of ["v", "w", "x", "y", "z"]) {
    const request = { ...withHeader("Session-Id", header), ...inSession("k") };
    const choice = policy.choose(pickOf(IDS, { request }));
    const wanted = policy.choose(pickOf(IDS, { request: inSession("k") }));
    assertEquals(choice?.answer, wanted?.answer);
    assertEquals(choice?.reuse, SESSION);
  }
});

/** Keys, requests without them, and what was looked at. */
const KEYLESS: readonly (readonly [string, Partial<PickRequest>, Reuse])[] = [
  ["session", { metadata: {} }, NEVER],
  ["session", { metadata: { "derived_session_id": 7 } }, NEVER],
  ["caller", { metadata: {} }, sameMetadata("caller_scope")],
  ["model", { model: "" }, SAME_ROUTE],
  ["header:X-Team", { metadata: {} }, NEVER],
];

for (const [key, request, reuse] of KEYLESS) {
  const text = JSON.stringify(request);
  Deno.test(`sticky by ${key} takes turns when the request has ${text}`, () => {
    const pick = pickOf(IDS, { request, position: 2 });
    const choice = policyOf("sticky", { key: [key] }).choose(pick);
    assertEquals(choice?.answer, { kind: "auth", id: "c" });
    assertEquals(choice?.rotation?.period, 4);
    assertEquals(choice?.reuse, reuse);
  });
}

Deno.test("sticky goes by otherwise when the request has no key", () => {
  const policy = policyOf("sticky", { otherwise: "fill_first" });
  const pick = pickOf(IDS, { request: { metadata: {} }, position: 2 });
  assertEquals(idChosen(policy, pick), "a");
  assertEquals(
    policy.choose(pick)?.reason,
    "The request has no session: fill_first chooses",
  );
});

Deno.test("sticky keeps everything from what weighs nothing", () => {
  const policy = policyOf("sticky", { weights: { a: 0, b: 0 } });
  for (let at = 0; at < 50; at++) {
    const keyed = pickOf(IDS, { request: inSession(`${at}`) });
    const keyless = pickOf(IDS, { request: { metadata: {} }, position: at });
    assert("cd".includes(idChosen(policy, keyed)!));
    assert("cd".includes(idChosen(policy, keyless)!));
  }
});

Deno.test("sticky chooses none when no candidate weighs anything", () => {
  const policy = policyOf("sticky", { weights: { "*": 0 } });
  assertEquals(policy.choose(pickOf(IDS)), undefined);
  assertEquals(
    explanation(policy, pickOf(["a"])),
    [{ reason: "Weight 0 by the option weights", isDropped: true }],
  );
  assertEquals(policy.choose(pickOf([])), undefined);
});

Deno.test("sticky chooses the only one", () => {
  const pick = pickOf(["a"], { request: inSession("k") });
  assertEquals(idChosen(policyOf("sticky"), pick), "a");
});

Deno.test("sticky moves only the sessions of a credential that was tried", () => {
  const policy = policyOf("sticky");
  const moved: (string | undefined)[] = [];
  for (let at = 0; at < 3000; at++) {
    const request = inSession(`session ${at}`);
    const first = idChosen(policy, pickOf(IDS, { request }));
    const rest = pickOf(["a", "b", "d"], {
      request: {
        metadata: { ...request.metadata, selected_auth_id: "c" },
      },
    });
    const next = idChosen(policy, rest);
    if (first === "c") moved.push(next);
    else assertEquals(next, first);
  }
  const counts = [...countsOf(moved).values()];
  assertEquals(counts.length, 3);
  assert(chiDeviation(counts, [1, 1, 1]) < 4, `${counts}`);
});

Deno.test("sticky spreads sessions by weights", () => {
  const weights = { a: 1, b: 2, c: 3, d: 4 };
  const policy = policyOf("sticky", { weights });
  const found = countsOf(Array.from(
    { length: 5000 },
    (_, at) => idChosen(policy, pickOf(IDS, { request: inSession(`${at}`) })),
  ));
  const counts = IDS.map((id) => found.get(id) ?? 0);
  assert(chiDeviation(counts, [1, 2, 3, 4]) < 4, `${counts}`);
});

Deno.test("sticky explains ranks and no scores when it sticks", () => {
  const policy = policyOf("sticky", { weights: { b: 0 } });
  const pick = pickOf(IDS, { request: inSession("k") });
  const said = explanation(policy, pick);
  const chosen = idChosen(policy, pick)!;
  assertEquals(
    said[IDS.indexOf(chosen)]?.reason,
    "Number 1 of 3 for this session",
  );
  assertEquals(
    said.map(({ reason }) => reason).toSorted(),
    [
      "Number 1 of 3 for this session",
      "Number 2 of 3 for this session",
      "Number 3 of 3 for this session",
      "Weight 0 by the option weights",
    ],
  );
  assert(said.every((one) => !("score" in one)));
});

Deno.test("sticky tells no key", () => {
  const secret = "s3cr3t";
  for (const [key, request] of REQUESTS) {
    const text = JSON.stringify(request).replaceAll(`"k"`, `"${secret}"`)
      .replaceAll(`["k"]`, `["${secret}"]`);
    const pick = pickOf(IDS, { request: JSON.parse(text) });
    const policy = policyOf("sticky", { key: [key] });
    const said = [policy.choose(pick)?.reason, ...reasonsOf(policy, pick)];
    assert(text.includes(secret));
    assert(!JSON.stringify(said).includes(secret));
  }
});

Deno.test("sticky.options takes the names of keys and no others", () => {
  const { check } = sticky.options.fields.key.shape.of;
  for (const key of ["session", "caller", "model", "header:X-Team"]) {
    assertEquals(check(key), undefined);
  }
  for (const key of ["", "Session", "header:", "header:a b", "header: a"]) {
    assertEquals(
      check(key),
      "must be session, caller, model, or header: and the name of a header, " +
        "such as header:X-Team",
    );
  }
});

Deno.test("OTHERWISE has every other that chooses without options", () => {
  const plain = POLICY_KINDS
    .filter(({ isPlain, otherwise }) => isPlain && otherwise === undefined)
    .map(({ name }) => name);
  assertEquals([...OTHERWISE, "sticky"], plain);
});

// ---- the model ----

for (
  const [form, write] of [
    ["a suffix", (name: string) => `${name}(high)`],
    ["a prefix", (name: string) => `team/${name}`],
    ["both", (name: string) => `team/${name}(high)`],
  ] as const
) {
  Deno.test(`sticky by model chooses for a name with ${form} as for the name`, () => {
    const policy = policyOf("sticky", { key: ["model"] });
    for (const name of ["m", "gpt-5.5", "a-b", "k", "x", "claude-x[1m]"]) {
      const of = (model: string) =>
        idChosen(policy, pickOf(IDS, { request: { model } }));
      assertEquals(of(write(name)), of(name));
    }
  });
}

// ---- several keys ----

const CALLER = sameMetadata("caller_scope");

Deno.test("sticky by several keys sticks to the first that the request has", () => {
  const policy = policyOf("sticky", { key: ["caller", "session"] });
  for (let at = 0; at < 50; at++) {
    const both = { "caller_scope": `c${at}`, "derived_session_id": `s${at}` };
    const caller = { "caller_scope": both["caller_scope"] };
    const session = { "derived_session_id": both["derived_session_id"] };
    const of = (metadata: PickRequest["metadata"], key: string) =>
      idChosen(
        key === "" ? policy : policyOf("sticky", { key: [key] }),
        pickOf(IDS, { request: { metadata } }),
      );
    assertEquals(of(both, ""), of(caller, "caller"));
    assertEquals(of(session, ""), of(session, "session"));
  }
});

Deno.test("sticky by several keys says what it looked at, and no more", () => {
  const policy = policyOf("sticky", { key: ["caller", "session", "model"] });
  const reuseOf = (metadata: PickRequest["metadata"]) =>
    policy.choose(pickOf(IDS, { request: { metadata } }))?.reuse;
  assertEquals(
    reuseOf({ "caller_scope": "c", "derived_session_id": "s" }),
    CALLER,
  );
  assertEquals(
    reuseOf({ "canonical_session_id": "s", "derived_session_id": "t" }),
    combine(CALLER, CANONICAL),
  );
  assertEquals(
    reuseOf({ "derived_session_id": "t" }),
    combine(CALLER, SESSION),
  );
  assertEquals(reuseOf({}), NEVER);
});

Deno.test("sticky by several keys names the one that it found, or all", () => {
  const policy = policyOf("sticky", { key: ["session", "caller"] });
  const reasonOf = (metadata: PickRequest["metadata"]) =>
    policy.choose(pickOf(IDS, { request: { metadata } }))?.reason;
  assertEquals(
    reasonOf({ "caller_scope": "c" }),
    "The caller belongs to it as long as it is a candidate",
  );
  assertEquals(
    reasonOf({}),
    "The request has no session or caller: round_robin chooses",
  );
});

Deno.test("sticky takes each key once", () => {
  for (
    const key of [["caller", "caller"], ["header:X-Team", "header:x-team"]]
  ) {
    assertEquals(createPolicy("sticky", { key }), "must name each key once");
  }
});

// ---- otherwise: host ----

Deno.test("sticky leaves a request without a key to the host when otherwise is host", () => {
  const policy = policyOf("sticky", { key: ["caller"], otherwise: "host" });
  const pick = pickOf(IDS, { request: { metadata: {} } });
  const choice = policy.choose(pick);
  assertEquals(choice?.answer, { kind: "unhandled" });
  assertEquals(choice?.rotation, undefined);
  assertEquals(choice?.reuse, CALLER);
  assertEquals(
    choice?.reason,
    "The request has no caller: the configured selector of the host chooses",
  );
  assertEquals(explanation(policy, pick).length, IDS.length);
  assertEquals(policy.leavesToHost, true);
  assertEquals(policyOf("sticky").leavesToHost, undefined);
});

Deno.test("sticky sticks all the same when otherwise is host", () => {
  const pick = pickOf(IDS, { request: inSession("k") });
  assertEquals(
    idChosen(policyOf("sticky", { otherwise: "host" }), pick),
    idChosen(policyOf("sticky"), pick),
  );
});

Deno.test("sticky takes no weight of 0 when otherwise is host", () => {
  const weights = { a: 0, "*": 1 };
  assertEquals(
    createPolicy("sticky", { otherwise: "host", weights }),
    "must not have a weight of 0 with otherwise: host, whose selector knows " +
      "no weights",
  );
  const { leavesToHost } = policyOf("sticky", {
    otherwise: "host",
    weights: { a: 2 },
  });
  assertEquals(leavesToHost, true);
});
