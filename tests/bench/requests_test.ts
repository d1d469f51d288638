import { assert, assertEquals } from "@std/assert";
import { decodePickRequest } from "../../src/rpc/scheduler_pick.ts";
import { fixture } from "../host/host.ts";
import {
  encodePrefix,
  encodeTail,
  goJson,
  hex,
  makeCandidates,
} from "./requests.ts";

const OPTIONS = {
  metadata: {
    Name: "n",
    Version: "1",
    Author: "a",
    GitHubRepository: "g",
    Logo: "",
    ConfigFields: [],
  },
  provider: "codex",
  model: "gpt-5.5",
  caller: 1,
  session: 2,
  named: false,
  serial: 3,
};

function request(): string {
  return encodePrefix(OPTIONS) + encodeTail(makeCandidates("codex", 10));
}

/** Keys in their order, as far as the shape goes that the host fixes. */
function shape(json: string): unknown {
  const value = JSON.parse(json);
  return {
    top: Object.keys(value),
    plugin: Object.keys(value.Plugin),
    options: Object.keys(value.Options),
    candidate: Object.keys(value.Candidates[0]),
  };
}

Deno.test("a request has the shape of a recorded one", async () => {
  const recorded = await Deno.readTextFile(fixture("pick-codex-mixed-plans"));
  assertEquals(shape(request()), shape(recorded));
});

Deno.test("a request is written as Go writes it", () => {
  const text = request();
  const { Options, Candidates } = JSON.parse(text);
  for (const map of [Options.Headers, Options.Metadata]) {
    assertEquals(Object.keys(map), Object.keys(map).toSorted());
  }
  for (const { Attributes } of Candidates) {
    assertEquals(Object.keys(Attributes), Object.keys(Attributes).toSorted());
  }
  assertEquals(goJson("<a>&"), '"\\u003ca\\u003e\\u0026"');
  assert(!/[<>&]/.test(text));
});

Deno.test("a request is one for the plugin", () => {
  const decoded = decodePickRequest(new TextEncoder().encode(request()));
  assertEquals(decoded.candidates.length, 10);
  assertEquals(
    decoded.metadata.derived_session_id,
    `ctx:v1:${hex("session 2", 64)}`,
  );
});

Deno.test("makeCandidates() sorts by ID, and no ID is there twice", () => {
  const ids = makeCandidates("codex", 1000).map(({ id }) => id);
  assertEquals(ids, ids.toSorted());
  assertEquals(new Set(ids).size, 1000);
});
