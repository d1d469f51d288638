/** What a policy's file may be, and where it says what is wrong. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { compileModule, GLOBAL_NAMES } from "../../src/modules/compile.ts";
import { MAX_SOURCE_BYTES } from "../../src/modules/module_problem.ts";

const OBJECT = "{ pick() {} }";

/** Source, then place and start of the message. */
const BAD: readonly (readonly [string, source: string, problem: string])[] = [
  [
    "a syntax error",
    `const a = (1;\nexport default ${OBJECT}`,
    "1:13 Expected ','",
  ],
  [
    "one in the types",
    `let a: = 1;\nexport default ${OBJECT}`,
    "1:8 Unexpected token",
  ],
  [
    "an early error",
    `let a = 1;\nlet a = 2;\nexport default ${OBJECT}`,
    "2:5 ",
  ],
  [
    "no default export",
    "export const a = 1;",
    "1:1 The file has no default export",
  ],
  ["an empty file", "", "1:1 The file has no default export"],
  ["two default exports", `export default ${OBJECT};\nexport default 2;`, "2:"],
  [
    "a default export by name",
    `const a = ${OBJECT};\nexport { a as default };`,
    "2:1 The default export must be written",
  ],
  [
    "a class",
    "\nexport default class A {}",
    "2:1 The default export must be an object, got a class",
  ],
  [
    "a class expression",
    "export default (class {})",
    "1:1 The default export must be an object, got a class",
  ],
  [
    "a function",
    "export default function pick() {}",
    "1:1 The default export must be an object, got a function",
  ],
  [
    "an arrow",
    "export default () => {}",
    "1:1 The default export must be an object, got a function",
  ],
  [
    "an async method",
    "export default {\n  async pick() {},\n}",
    "2:13 A policy cannot wait",
  ],
  [
    "an async arrow",
    `const f = async () => 1;\nexport default ${OBJECT}`,
    "1:11 A policy cannot wait",
  ],
  [
    "an async generator",
    `async function* f() {}\nexport default ${OBJECT}`,
    "1:1 A policy cannot wait",
  ],
  [
    "a top-level await",
    `const a = await 1;\nexport default ${OBJECT}`,
    "1:11 A policy cannot wait",
  ],
  [
    "a top-level for await",
    `for await (const a of []);\nexport default ${OBJECT}`,
    "1:1 A policy cannot wait",
  ],
  [
    "await using",
    `await using a = null;\nexport default ${OBJECT}`,
    "1:1 A policy cannot wait",
  ],
  [
    "an import",
    `\nimport fs from "node:fs";\nexport default ${OBJECT}`,
    "2:1 A policy cannot import",
  ],
  [
    "an import for its effect",
    `import "./a.ts";\nexport default ${OBJECT}`,
    "1:1 A policy cannot import",
  ],
  [
    "a value from the types",
    `import { Policy } from "./scheduler.d.ts";\nexport default ${OBJECT}`,
    "1:1 A policy cannot import",
  ],
  [
    "a dynamic import",
    `export default { pick() { import("node:fs"); } }`,
    "1:27 A policy cannot import",
  ],
  [
    "import.meta",
    `const a = import.meta.url;\nexport default ${OBJECT}`,
    "1:11 A policy cannot import",
  ],
  [
    "a re-export",
    `export * from "./a.ts";\nexport default ${OBJECT}`,
    "1:1 A policy cannot import",
  ],
  [
    "a re-export by name",
    `export { a } from "./a.ts";\nexport default ${OBJECT}`,
    "1:1 A policy cannot import",
  ],
  [
    "a re-export as default",
    `export { a as default } from "./a.ts";`,
    "1:1 A policy cannot import",
  ],
  [
    "an enum",
    `enum A { B }\nexport default ${OBJECT}`,
    "1:1 TypeScript enum is not supported in a policy",
  ],
  [
    "a namespace",
    `namespace A { export const b = 1 }\nexport default ${OBJECT}`,
    "1:1 TypeScript namespace",
  ],
  [
    "a decorator",
    `@a class B {}\nexport default ${OBJECT}`,
    "1:1 Unexpected character '@'",
  ],
  ["a with statement", `with ({}) {}\nexport default ${OBJECT}`, "1:"],
  [
    "a way out of the function",
    `}); globalThis.a = 1; (() => {\nexport default ${OBJECT}`,
    "1:1 ",
  ],
  ["a comment of old", `<!-- a\nexport default ${OBJECT}`, "1:1 "],
  ["NUL", "\0", "1:1 "],
];

for (const [what, source, expected] of BAD) {
  Deno.test(`compileModule() refuses ${what} and says where`, async () => {
    const made = await compileModule(source, "mine.ts");
    assert("problem" in made, "it was compiled");
    const { line, column, message } = made.problem;
    const said = `${line}:${column} ${message}`;
    assert(said.startsWith(expected), said);
    assertMatch(message, /^[^\n]{1,300}$/);
  });
}

Deno.test("compileModule() refuses a file that is too large", async () => {
  const text = `export default ${OBJECT}//${"ä".repeat(MAX_SOURCE_BYTES / 2)}`;
  assertEquals(await compileModule(text, "mine.ts"), {
    problem: { message: "The file is larger than 256 KiB" },
  });
});

for (const depth of [1000, 20_000, 100_000]) {
  Deno.test(`compileModule() survives ${depth} brackets in brackets`, async () => {
    const text = `export default ${"[".repeat(depth)}${"]".repeat(depth)}`;
    const made = await compileModule(text, "mine.js");
    if ("problem" in made) assertMatch(made.problem.message, /deep|much|stack/);
  });
}

/** Forms that are good, with what else than the default they hold. */
const GOOD: readonly string[] = [
  `export default ${OBJECT};`,
  `#!/usr/bin/env deno\nexport default ${OBJECT}`,
  `\ufeffexport default ${OBJECT}`,
  `const a = ${OBJECT}\nexport default a`,
  `export /* c */ default // d\n(${OBJECT})`,
  `export\ndefault\n${OBJECT}`,
  `export const a = 1;\nexport function b() {}\nexport class C {}\nexport default ${OBJECT}`,
  `const a = 1;\nexport { a };\n(() => {})();\nexport default ${OBJECT}`,
  `const a = 1\nexport { a }\nexport default ${OBJECT}`,
  `type A = { a: number };\ninterface B {}\nexport type { A };\nexport default ${OBJECT} satisfies object as unknown`,
  `import type { Policy } from "./scheduler.d.ts";\nexport default ${OBJECT} satisfies Policy`,
  `function* f() { yield 1 }\nexport default ${OBJECT}`,
  `export default ${OBJECT}\r\n// a\r\n`,
  `function f() { return new.target }\nexport default ${OBJECT}`,
];

for (const source of GOOD) {
  Deno.test(`compileModule() takes ${JSON.stringify(source)}`, async () => {
    const made = await compileModule(source, "mine.ts");
    assert("script" in made, JSON.stringify(made));
    const exports = new Function(
      "e",
      `(${made.script.replace(/;?$/, "")})(e); return e;`,
    )({}) as { v?: { pick?: unknown } };
    assertEquals(typeof exports.v?.pick, "function");
  });
}

/** What a module and a script read differently, in a file without types. */
const OLD_COMMENTS: readonly string[] = [
  `let x, y;\nx <!--y /*\n; (async () => {})(); /*\n*/;\nexport default ${OBJECT}`,
  `let b = 3;\nwhile (b --> 0);\nexport default ${OBJECT}`,
  `/* a\n*/ --> b\nexport default ${OBJECT}`,
];

for (const source of OLD_COMMENTS) {
  for (const file of ["mine.ts", "mine.js", "mine.mjs"]) {
    Deno.test(`compileModule() refuses ${JSON.stringify(source)} as ${file}`, async () => {
      assert("problem" in await compileModule(source, file));
    });
  }
}

Deno.test("compileModule() takes texts that hold what looks like old comments", async () => {
  const source =
    `const a = "<!-- -->" + \`-->\` + /<!--/; // <!-- -->\nexport default ${OBJECT}`;
  for (const file of ["mine.ts", "mine.js"]) {
    assert("script" in await compileModule(source, file), file);
  }
});

Deno.test("compileModule() leaves every line and column where it was", async () => {
  const source = `type A = 1;
export const a: number = 1; const marker1 = 0;
export { a as b }; const marker2 = 0;
export   default   ( { pick() {} } ); const marker3 = 0;
`;
  const made = await compileModule(source, "mine.ts");
  assert("script" in made);
  const lines = made.script.split("\n").slice(1);
  for (const [index, line] of source.split("\n").entries()) {
    const at = line.indexOf("marker");
    assertEquals(lines[index]?.indexOf("marker"), at, line);
  }
});

Deno.test("compileModule() takes no types away from what is no TypeScript", async () => {
  const made = await compileModule(
    "let a: number;\nexport default {}",
    "mine.js",
  );
  assert("problem" in made);
  assertEquals(made.problem.line, 1);
});

Deno.test("the names that a policy finds are sorted, and have no way out", () => {
  assertEquals([...GLOBAL_NAMES].sort(), GLOBAL_NAMES);
  for (
    const name of ["Promise", "WebAssembly", "eval", "Deno", "setTimeout", "gc"]
  ) {
    assertEquals(GLOBAL_NAMES.includes(name), false, name);
  }
});

/** Texts with halves of surrogate pairs, as literals of the language. */
const HALVES: readonly string[] = [
  '"\\ud800\\u{e0041}"',
  '"\\uDBFF\\u{41}zz0zz1"',
  '"\\ud800\\u{dc00}\\ud800\\u{dc00}"',
  '"\\ud800\\udc00\\ud800\\u{41}"',
  '"\\\\ud800\\u{41}"',
  '"\\udc00\\u{41}"',
  '"\\ud800"',
  "'\\ud83d' + '\\u{41}'",
  "`\\ud800\\u{e0041}${1}\\ud800\\u{41}`",
  "/\\ud800\\u{41}/u.source",
  "Object.keys({ '\\ud800\\u{41}': 1 })[0]",
];

Deno.test("compileModule() takes half a surrogate pair before any escape", async () => {
  for (const half of HALVES) {
    const wanted: unknown = (0, eval)(half);
    for (const file of ["mine.ts", "mine.js"]) {
      const made = await compileModule(
        `const a = ${half};\nexport default { pick: () => a };`,
        file,
      );
      assert(!("problem" in made), `${file}: ${half}`);
      const exports: { v?: { pick(): unknown } } = {};
      (0, eval)(made.script)(exports, globalThis);
      assertEquals(exports.v?.pick(), wanted, `${file}: ${half}`);
    }
  }
});

Deno.test("compileModule() names the place of an error after half a surrogate pair", async () => {
  const made = await compileModule(
    'const a = "\\ud800\\u{41}"; enum B { c }\nexport default { pick() {} };',
    "mine.ts",
  );
  assertEquals("problem" in made && [made.problem.line, made.problem.column], [
    1,
    27,
  ]);
});
