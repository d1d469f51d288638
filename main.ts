/**
 * The program's start: argv to one command. What a command needs is imported
 * for that command alone, so that the worker starts without the command
 * line's libraries. Must not hold any logic.
 */

if (Deno.args[0] === "serve") {
  const { serve } = await import("./src/worker/serve.ts");
  serve(Deno.args[1]);
} else {
  const { run } = await import("./src/cli/run.ts");
  const { Terminal } = await import("./src/cli/terminal.ts");
  Deno.exitCode = await run(Deno.args, new Terminal());
}
