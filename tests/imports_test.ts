/**
 * The import rules of the layout: which folder may import which, and which may
 * name what reaches outside. Reads the sources as text, without comments.
 */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** Names that only one folder, or few, may use. */
const FFI = /\bDeno\.(dlopen|Unsafe\w+)/;
const TERMINAL = /\bconsole\b|\bDeno\.(args|exit|exitCode|stdout|stdin)\b/;
const AMBIENT = new RegExp(
  [
    "Deno|Date|Math\\.random|performance|fetch|crypto|console|process|Worker",
    "setTimeout|setInterval|queueMicrotask|globalThis|self|navigator",
    "localStorage|WebSocket|XMLHttpRequest|eval|Temporal",
  ].map((names) => `(?<![.\\w"])(?:${names})\\b(?!\\s*[:?]|")`).join("|"),
);
/** What a worker may say and do besides its channel. */
const WORKER_TERMINAL = /\bconsole\b|\bDeno\.(args|stdout|stdin)\b/;

/** Policies of users find a console, so its name is known there. */
const MODULES_TERMINAL =
  /\bconsole\.|\bDeno\b|\b(?:fetch|setTimeout|setInterval)\(/;

interface Rule {
  /** Folders and files below `src/` that may be imported. */
  readonly imports: readonly string[];
  /** Packages that may be imported, by their bare names. */
  readonly packages?: readonly string[];
  readonly forbidden: readonly RegExp[];
}

/** By folder of `src/`; `main.ts` and files of `src/` itself by their names. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["policy", { imports: ["policy"], forbidden: [AMBIENT] }],
  ["config", {
    imports: ["config", "policy"],
    packages: ["@std/yaml", "yaml"],
    forbidden: [AMBIENT],
  }],
  ["modules", {
    imports: ["modules", "policy"],
    packages: ["acorn", "amaro", "node:vm"],
    forbidden: [FFI, MODULES_TERMINAL],
  }],
  ["rpc", { imports: ["rpc", "config", "policy"], forbidden: [AMBIENT] }],
  ["channel", { imports: ["channel"], forbidden: [TERMINAL] }],
  ["worker", {
    imports: ["worker", "channel", "modules", "rpc", "version.ts"],
    forbidden: [FFI, WORKER_TERMINAL],
  }],
  ["cli", {
    imports: [
      "cli",
      "worker",
      "channel",
      "modules",
      "rpc",
      "config",
      "policy",
      "version.ts",
      "runtime_origin.ts",
    ],
    packages: ["@std/cli"],
    forbidden: [FFI],
  }],
  ["npm", {
    imports: ["npm"],
    packages: ["js-yaml", "minimist", "node:assert"],
    forbidden: [FFI, TERMINAL],
  }],
  ["version.ts", {
    imports: ["../deno.json"],
    forbidden: [AMBIENT],
  }],
  ["runtime_origin.ts", { imports: [], forbidden: [AMBIENT] }],
  ["../main.ts", { imports: ["cli", "worker"], forbidden: [FFI] }],
]);

/**
 * Breaches that are meant: the package `yaml` reads the environment for its own
 * debugging, which throws where there is no permission, so it is given an empty
 * one; the lock-down names the console to silence it; and a template is text.
 */
const MEANT: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/config/document.ts", ["imports node:process", "names process"]],
  ["src/worker/lock_down.ts", ["names console"]],
  ["src/cli/policy_templates.ts", ["imports node:assert/strict"]],
]);

/** What a source breaks. `path` is relative to the root. */
function violations(path: string, source: string): string[] {
  const area = areaOf(path);
  const rule = RULES.get(area);
  if (rule === undefined) return [`${area} has no rule`];
  const code = withoutComments(source);
  const found = importsOf(code)
    .filter((specifier) => !isAllowed(specifier, path, rule))
    .map((specifier) => `imports ${specifier}`);
  for (const forbidden of rule.forbidden) {
    const match = forbidden.exec(code);
    if (match !== null) found.push(`names ${match[0]}`);
  }
  return found;
}

function isAllowed(specifier: string, path: string, rule: Rule): boolean {
  if (!specifier.startsWith(".")) {
    return rule.packages?.includes(specifier) ?? false;
  }
  const target = new URL(specifier, new URL(path, ROOT));
  return rule.imports.includes(areaOf(target.href.slice(ROOT.href.length)));
}

/** Folder or file directly below `src/`; what is outside begins with `../`. */
function areaOf(path: string): string {
  if (!path.startsWith("src/")) return `../${path}`;
  return path.split("/")[1] ?? "";
}

/** Specifiers of static imports, re-exports and literal `import()`. */
function importsOf(code: string): string[] {
  const pattern = /(?<!["'])\b(?:from|import)\s*\(?\s*["']([^"'\s]+)["']/g;
  return Array.from(code.matchAll(pattern), (match) => match[1] ?? "");
}

/** Strings stay, so that `"https://…"` does not begin a comment. */
function withoutComments(source: string): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[^]*?\*\/|\/\/.*/g,
    (_comment, text?: string) => text ?? " ",
  );
}

function sourcesBelow(folder: string): string[] {
  const entries = [...Deno.readDirSync(new URL(folder, ROOT))];
  return entries.toSorted((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      if (isDirectory) return sourcesBelow(`${folder}${name}/`);
      return name.endsWith(".ts") ? [`${folder}${name}`] : [];
    });
}

const SOURCES = ["main.ts", ...sourcesBelow("src/")];

for (const path of SOURCES) {
  Deno.test(`imports of ${path} keep the rules`, () => {
    const source = Deno.readTextFileSync(new URL(path, ROOT));
    assertEquals(violations(path, source), MEANT.get(path) ?? []);
  });
}

Deno.test("SOURCES holds every folder that has a rule", () => {
  for (const area of RULES.keys()) {
    assert(SOURCES.some((path) => areaOf(path) === area), area);
  }
});

/** Breaches that the rules must find. */
const BREACHES: readonly (readonly [string, string, string])[] = [
  ["policy/x.ts", `import "../rpc/wire.ts";`, "imports ../rpc/wire.ts"],
  ["policy/x.ts", `import { a } from "@std/yaml";`, "imports @std/yaml"],
  ["policy/x.ts", `export * from "../../main.ts";`, "imports ../../main.ts"],
  ["policy/x.ts", `const t = Date.now();`, "names Date"],
  ["policy/x.ts", `const t = new Date();`, "names Date"],
  ["policy/x.ts", `const r = Math.random();`, "names Math.random"],
  ["policy/x.ts", `const t = performance.now();`, "names performance"],
  ["policy/x.ts", `await fetch("https://x");`, "names fetch"],
  ["policy/x.ts", `crypto.randomUUID();`, "names crypto"],
  ["policy/x.ts", `Deno.env.get("A");`, "names Deno"],
  ["policy/x.ts", `setTimeout(run, 1);`, "names setTimeout"],
  ["config/x.ts", `import "../rpc/wire.ts";`, "imports ../rpc/wire.ts"],
  ["config/x.ts", `import "js-yaml";`, "imports js-yaml"],
  ["config/x.ts", `import "npm:yaml@2.8.1";`, "imports npm:yaml@2.8.1"],
  ["rpc/x.ts", `import "../channel/a.ts";`, "imports ../channel/a.ts"],
  ["rpc/x.ts", `import "../cli/a.ts";`, "imports ../cli/a.ts"],
  ["rpc/x.ts", `import "yaml";`, "imports yaml"],
  ["rpc/x.ts", `console.error(1);`, "names console"],
  ["channel/x.ts", `import "../rpc/wire.ts";`, "imports ../rpc/wire.ts"],
  ["channel/x.ts", `Deno.exit(1);`, "names Deno.exit"],
  ["worker/x.ts", `Deno.dlopen("x", {});`, "names Deno.dlopen"],
  ["worker/x.ts", `console.log(1);`, "names console"],
  ["worker/x.ts", `import "../cli/a.ts";`, "imports ../cli/a.ts"],
  ["cli/x.ts", `new Deno.UnsafeCallback({}, f);`, "names Deno.UnsafeCallback"],
  ["cli/x.ts", `const a = await import("yaml");`, "imports yaml"],
  ["cli/x.ts", `import a from "jsr:@std/cli";`, "imports jsr:@std/cli"],
  ["other/x.ts", ``, "other has no rule"],
];

for (const [path, source, expected] of BREACHES) {
  Deno.test(`violations() finds that ${path} ${expected} when it has ${source}`, () => {
    assertEquals(violations(`src/${path}`, source), [expected]);
  });
}

const HARMLESS: readonly (readonly [string, string])[] = [
  ["policy/x.ts", `import type { A } from "./decision.ts";`],
  ["policy/x.ts", `// Date.now() is not for us`],
  ["policy/x.ts", `/** Not Math.random. */ const a = 1;`],
  ["policy/x.ts", `const a = settings.performance;`],
  ["policy/x.ts", `const a = "https://x"; const b = updated;`],
  ["config/x.ts", `import { parse } from "@std/yaml";`],
  ["worker/x.ts", `Deno.exit(0);`],
  ["cli/x.ts", `console.log(Deno.args);`],
];

for (const [path, source] of HARMLESS) {
  Deno.test(`violations() finds nothing when ${path} has ${source}`, () => {
    assertEquals(violations(`src/${path}`, source), []);
  });
}
