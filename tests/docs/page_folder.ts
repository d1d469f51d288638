/**
 * A folder in which the commands of a page run: the plugin under the name that
 * pages give it, and recorded requests of a host.
 */

import { join } from "node:path";

const SCHEDULER = new URL("../../dist/scheduler.so", import.meta.url).pathname;
const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);

/** The names that pages give recorded requests. */
const REQUESTS: Readonly<Record<string, string>> = {
  "request.json": "pick-codex-mixed-plans.json",
  "stream.json": "pick-codex-stream-session.json",
};

/** A folder of one page. Removed when it is disposed of. */
export class PageFolder implements AsyncDisposable {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns A folder with the recorded requests. */
  static async open(): Promise<PageFolder> {
    const path = await Deno.makeTempDir({ prefix: "scheduler-page-" });
    for (const [name, fixture] of Object.entries(REQUESTS)) {
      await Deno.copyFile(new URL(fixture, FIXTURES), join(path, name));
    }
    await Deno.mkdir(join(path, "bin"));
    await Deno.symlink(SCHEDULER, join(path, "bin/scheduler.so"));
    return new PageFolder(path);
  }

  /**
   * Writes a file of the page.
   *
   * @param name Its name.
   * @param text Its text.
   */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(join(this.#path, name), text);
  }

  /**
   * Runs a command.
   *
   * @param command For the shell.
   * @returns What it prints, standard error last, without spaces at its end.
   */
  async run(command: string): Promise<string> {
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", command],
      cwd: this.#path,
      clearEnv: true,
      env: {
        PATH: `${join(this.#path, "bin")}:/usr/local/bin:/usr/bin:/bin`,
        HOME: this.#path,
        TZ: "UTC",
        NO_COLOR: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return (decoder.decode(stdout) + decoder.decode(stderr)).trimEnd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}
