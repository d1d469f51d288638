/** What a command of the Deno that runs this prints. */

/**
 * Runs a command of Deno.
 *
 * @param args What follows `deno`.
 * @param input What it reads. @default {""}
 * @returns What it prints.
 * @throws {TypeError} when it fails.
 */
export async function denoOutput(
  args: readonly string[],
  input = "",
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new TypeError(`deno ${args[0]} failed: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout);
}
