/**
 * Policies that users write, on the command line of the built file: whatever one
 * prints, throws or makes the runtime say, the terminal gets plain lines.
 */

import { assert, assertEquals } from "@std/assert";
import { PLUGIN_FILE, ROOT } from "../ffi/build/paths.ts";

const FOLDER = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(FOLDER, { recursive: true });
});

const REQUEST =
  `${ROOT}tests/fixtures/host-v7.2.140/pick-codex-mixed-plans.json`;

/** A line of the log and an escape, in a text of the policy. */
const TEXT = String
  .raw`"\n{\"level\":\"error\",\"forged\":1}\u001b[31m\u009b31m\u202e"`;

/** Near the stack's limit, at each of the last frames before it. */
function near(statement: string): string {
  return `let depth = 0;
    const measure = () => { depth++; measure(); };
    try { measure(); } catch { }
    const dive = (n) => { if (n > depth * 0.85) { try { ${statement} } catch { } } dive(n + 1); };
    try { dive(0); } catch { }`;
}

/** What a policy does, and where. */
const BODIES: Readonly<Record<string, string>> = {
  "formats a stack near the limit": near(
    `new Error(${TEXT}).stack`,
  ),
  "formats the stack of the runtime's own error near the limit": near(
    `{ try { null[${TEXT}] } catch (error) { error.stack } }`,
  ),
  "formats a captured stack near the limit": near(
    `{ const o = { message: ${TEXT}, name: ${TEXT} }; Error.captureStackTrace(o); o.stack }`,
  ),
  "has a message that recurses":
    `const f = () => { const e = new Error(); Object.defineProperty(e, "message", { get: () => { f(); return ${TEXT} } }); return e.stack }; try { f() } catch { }`,
  "prints": `console.log(${TEXT}, { a: ${TEXT} }); console.error(${TEXT})`,
  "throws": `throw new Error(${TEXT})`,
  "throws what has such a name":
    `throw Object.assign(new Error(${TEXT}), { name: ${TEXT} })`,
  "throws a text": `throw ${TEXT}`,
  "gives such a reason": `return { id: candidates[0].id, reason: ${TEXT} }`,
  "returns an unknown ID": `return { id: ${TEXT} }`,
  "leaves an error to the runtime": near(`throw new Error(${TEXT})`),
};

const decoder = new TextDecoder();

async function output(...args: readonly string[]) {
  const command = new Deno.Command(PLUGIN_FILE, { args: ["policy", ...args] });
  const { stdout, stderr } = await command.output();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const files: Readonly<Record<string, (body: string) => string>> = {
  "at a pick": (body) =>
    `export default { pick(candidates) {\n${body}\nreturn { id: candidates[0].id }; } };`,
  "at its load": (body) =>
    `const candidates = [{ id: "" }];\n(() => {\n${body}\n})();\nexport default { pick(candidates) { return { id: candidates[0].id }; } };`,
};

for (const [what, body] of Object.entries(BODIES)) {
  Deno.test(`a policy that ${what} writes no control characters to the terminal`, async () => {
    for (const [where, source] of Object.entries(files)) {
      const file = `${FOLDER}/${crypto.randomUUID()}.js`;
      await Deno.writeTextFile(file, source(body));
      for (
        const args of [
          ["check", file, "--request", REQUEST],
          ["check", file, "--json"],
          ["run", file, "--request", REQUEST],
          ["run", file, "--request", REQUEST, "--json"],
        ]
      ) {
        const { stdout, stderr } = await output(...args);
        const said = `${stdout}${stderr}`;
        assert(said.length > 0);
        const found = /(?!\n)[\p{Cc}\p{Cf}]/u.exec(said);
        assertEquals(found, null, `${where}: ${args.join(" ")}\n${said}`);
        assert(!/^\{"level"/m.test(said), said);
        assert(!said.includes("JsStackFrame"), said);
      }
    }
  });
}
