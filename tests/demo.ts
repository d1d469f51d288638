/**
 * The main job, to be seen: loads the built file the way the host does, plays
 * recorded host requests under six configs, shows each answer, and then one
 * pick from the command line.
 */

import { build, runTask } from "../ffi/build/build.ts";
import { PLUGIN_FILE, ROOT } from "../ffi/build/paths.ts";
import { compileHost, TestHost } from "./host/host.ts";

const REQUESTS = [
  "pick-codex-mixed-plans",
  "pick-claude-retry-mixed-kinds",
  "pick-codex-stream-session",
  "pick-openai-compatible",
];

/** The credential of the demo; a candidate of two of the requests. */
const AUTH_ID = "codex:apikey:cf77dd7433ac";

const CONFIGS: readonly [title: string, yaml: string][] = [
  ["nothing configured", "enabled: true\n"],
  [`auth_id: "${AUTH_ID}"`, `enabled: true\nauth_id: "${AUTH_ID}"\n`],
  ["policy: round_robin", "enabled: true\npolicy: round_robin\n"],
  [
    "rules: subscriptions for streams, keys for the rest",
    `enabled: true
pools:
  subscriptions: { auth_kind: oauth }
  keys: { auth_kind: apikey }
rules:
  - { name: streams, when: { stream: true }, use: [subscriptions, keys] }
  - { name: the rest, use: keys, policy: fill_first }
`,
  ],
  ["delegate: round-robin", "enabled: true\ndelegate: round-robin\n"],
  ["deny: true", "enabled: true\ndeny: true\n"],
];

interface Envelope {
  readonly ok: boolean;
  readonly result?: {
    readonly AuthID: string;
    readonly DelegateBuiltin: string;
    readonly Handled: boolean;
  };
  readonly error?: { readonly code: string; readonly message: string };
}

/** What an answer means to the host, in words. */
function describe(body: string): string {
  const { result, error } = JSON.parse(body) as Envelope;
  if (error !== undefined) return `refused: ${error.message} (${error.code})`;
  if (result?.AuthID) return `use ${result.AuthID}`;
  if (result?.DelegateBuiltin) {
    return `the host's ${result.DelegateBuiltin} chooses`;
  }
  return "not handled: the host's own selector chooses";
}

function print(text = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function play(host: TestHost): Promise<void> {
  print(`load dist/scheduler.so: ${await host.command("load", PLUGIN_FILE)}`);
  for (const [index, [title, yaml]] of CONFIGS.entries()) {
    const method = index === 0 ? "plugin.register" : "plugin.reconfigure";
    const { rc } = await host.configure(yaml, method);
    print(`\n${title}   (${method}: rc ${rc})`);
    for (const name of REQUESTS) {
      const { body } = await host.pick(name);
      print(`  ${name.padEnd(30)} ${describe(body)}`);
    }
  }
  const stopped = await host.command("shutdown");
  print(`\nshutdown: ${stopped} ms   dlclose: ${await host.command("unload")}`);
}

async function showCommandLine(): Promise<void> {
  const request = "tests/fixtures/host-v7.2.140/pick-codex-mixed-plans.json";
  const config = "dist/demo.yaml";
  await Deno.writeTextFile(`${ROOT}${config}`, CONFIGS[1]![1]);
  print(`\n$ cat ${config}\n${CONFIGS[1]![1]}`);
  print(`$ dist/scheduler.so pick --config ${config} ${request}`);
  const { stdout } = await new Deno.Command(PLUGIN_FILE, {
    args: ["pick", "--config", config, request],
    cwd: ROOT,
  }).output();
  Deno.stdout.writeSync(stdout);
}

await runTask(async () => {
  await build();
  const folder = await Deno.makeTempDir();
  try {
    await using host = await TestHost.start(await compileHost(folder));
    await play(host);
    await showCommandLine();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  print(`
To use it, put the one file into the host's plugins folder:

  install -m 755 dist/scheduler.so <host folder>/plugins/scheduler.so

and add to the host's config.yaml:

  plugins:
    enabled: true
    dir: plugins
    configs:
      scheduler:
        enabled: true
        priority: 1
        policy: round_robin   # or rules, see the README`);
});
