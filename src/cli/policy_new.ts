/**
 * `policy new`: writes a policy to start from, its test, and the types.
 */

import { POLICY_KINDS } from "../policy/policies/kinds.ts";
import { CliError } from "./cli_error.ts";
import type { PolicyNewInvocation } from "./invocation.ts";
import type { Io, Outcome } from "./io.ts";
import {
  DECLARATIONS_FILE,
  policyTemplate,
  testTemplate,
} from "./policy_templates.ts";

/**
 * Writes the files. Never overwrites a policy or a test.
 *
 * @param invocation Name and folder.
 * @param io Where they go.
 * @returns What was written, and what to do next.
 * @throws {CliError} when they cannot be written.
 */
export async function policyNew(
  { name, folder }: PolicyNewInvocation,
  io: Io,
): Promise<Outcome> {
  if (name.endsWith("_test")) {
    throw new CliError(
      `Cannot name a policy ${JSON.stringify(name)}: so tests are named`,
      "choose another name",
    );
  }
  if (name === "none" || POLICY_KINDS.some((kind) => kind.name === name)) {
    throw new CliError(
      `Cannot name a policy ${JSON.stringify(name)}: there is one already`,
      "choose another name",
    );
  }
  const declarations = await io.policyTypes();
  const files = [
    { path: `${folder}/${name}.ts`, text: policyTemplate() },
    { path: `${folder}/${name}_test.ts`, text: testTemplate(name) },
  ];
  await attempt(folder, () => io.makeFolder(folder));
  for (const { path } of files) {
    if (!await io.exists(path)) continue;
    throw new CliError(
      `Cannot write ${JSON.stringify(path)}: it is there already`,
      "choose another name, or remove it first",
    );
  }
  for (const { path, text } of files) {
    await attempt(path, () => io.writeFile(path, text));
  }
  const types = `${folder}/${DECLARATIONS_FILE}`;
  await attempt(types, () => io.writeFile(types, declarations));
  const written = [...files.map(({ path }) => path), types];
  return {
    exitCode: 0,
    stdout: written.map((path) => `wrote  ${path}\n`).join("") +
      nextSteps(name, {
        folder,
      }),
    stderr: "",
  };
}

function nextSteps(name: string, { folder }: { readonly folder: string }) {
  return `next
  deno test ${folder}
  scheduler.so policy check ${folder}/${name}.ts
  and in the config:
    policies:
      ${name}: { module: ${name}.ts }
    policy: ${name}
`;
}

async function attempt(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const why = error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : error instanceof Deno.errors.NotADirectory
      ? "a part of the path is a file"
      : error instanceof Deno.errors.NotCapable
      ? "it is a special place"
      : error instanceof Deno.errors.AlreadyExists
      ? "it is there already"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new CliError(
      `Cannot write ${JSON.stringify(path)}: ${why}`,
      "check the path and its rights, or name another folder with --dir",
    );
  }
}
