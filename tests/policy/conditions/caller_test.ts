import { assert, assertEquals } from "@std/assert";
import { caller } from "../../../src/policy/conditions/caller.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { sameMetadata } from "../../../src/policy/reuse.ts";
import {
  BLUES,
  explained,
  holds,
  made,
  RED,
  requestWith,
  SCOPE,
} from "./example_scope.ts";

const OTHER = "0123456789abcdef".repeat(4);

function from(hash: unknown) {
  return { metadata: { caller_scope: hash } };
}

Deno.test("caller holds when the client has a wanted name", () => {
  assertEquals(holds(made(caller, ["team-red"]), from(RED)), true);
});

for (const hash of BLUES) {
  Deno.test(`caller holds for the key ${hash[0]} of a client with two`, () => {
    const condition = made(caller, ["team-red", "team-blue"]);
    assertEquals(holds(condition, from(hash)), true);
  });
}

Deno.test("caller holds when the hash itself is wanted", () => {
  assertEquals(holds(made(caller, [OTHER.toUpperCase()]), from(OTHER)), true);
});

Deno.test("caller does not hold for another client", () => {
  assertEquals(holds(made(caller, ["team-red"]), from(OTHER)), false);
});

for (const nothing of [undefined, null, "", 1, [RED]]) {
  Deno.test(`caller does not hold when caller_scope is ${JSON.stringify(nothing)}`, () => {
    assertEquals(holds(made(caller, ["team-red"]), from(nothing)), false);
  });
}

Deno.test("caller can be reused with the same client", () => {
  const condition = made(caller, ["team-red"]);
  const { reuse } = condition.test(requestWith({}), firstPick(0));
  assertEquals(reuse, sameMetadata("caller_scope"));
});

for (const name of ["team-green", "constructor", "__proto__", "a".repeat(63)]) {
  Deno.test(`caller refuses the unknown name ${name.slice(0, 20)}`, () => {
    const known = ["team-red", "team-blue"];
    assertEquals(caller.create(["team-red", name], SCOPE), {
      problems: [{
        path: [1],
        message: "must name a caller under callers",
        meant: { word: name, known },
      }],
    });
  });
}

for (const name of ["", "a".repeat(101)]) {
  Deno.test(`caller refuses a name of ${name.length} characters`, () => {
    assertEquals(
      caller.shape.of.check?.(name),
      "must be the name of a caller or a caller_scope of 64 hexadecimal " +
        "digits, such as team-red",
    );
  });
}

Deno.test("caller is never quoted by a problem", () => {
  assertEquals(caller.shape.of.isSecret, true);
});

const EXPLANATIONS: readonly (readonly [readonly string[], unknown, string])[] =
  [
    [["team-red"], RED, 'caller is "team-red", wanted "team-red"'],
    [["team-red"], BLUES[1], 'caller is "team-blue", wanted "team-red"'],
    [["team-red"], OTHER, 'caller is not known, wanted "team-red"'],
    [["team-red"], undefined, 'caller is not there, wanted "team-red"'],
    [[OTHER], OTHER, "caller is one of the wanted hashes, wanted a hash"],
    [
      ["team-red", OTHER, "d".repeat(64)],
      RED,
      'caller is "team-red", wanted "team-red" or one of 2 hashes',
    ],
  ];

for (const [callers, found, expected] of EXPLANATIONS) {
  Deno.test(`caller explains: ${expected}`, () => {
    assertEquals(explained(made(caller, callers), from(found)), expected);
  });
}

for (const name of ["team-*", "team-red|team-blue", "team-red, team-blue"]) {
  Deno.test(`caller says that ${name} is no glob`, () => {
    const made = caller.create([name], SCOPE);
    assert(typeof made === "object" && "problems" in made);
    assertEquals(
      made.problems.map(({ message }) => message),
      ["must name a caller under callers, and is no glob: list several"],
    );
  });
}
