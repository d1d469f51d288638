/**
 * A plugin's part of a whole host config. What the host hands over was compared
 * with the host's own code.
 */

import { assertEquals } from "@std/assert";
import {
  type FileReading,
  readConfigFile,
} from "../../src/config/host_config.ts";
import { EMPTY_PLAN } from "../../src/config/rules_reader.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";

const HOST = `# A host config
port: 8317
api-keys:
  - secret-key
plugins:
  enabled: true
  configs:
    other:
      enabled: false
    scheduler:
      enabled: true
      auth_id: a.json
`;

/** A function equals no other. */
function withoutPlaces({ reading, ...file }: FileReading): FileReading {
  const { placeOf: _, ...rest } = reading;
  return { ...file, reading: rest };
}

Deno.test("readConfigFile() finds the plugin when it is a host config", () => {
  assertEquals(withoutPlaces(read(HOST)), {
    form: "host",
    pluginPath: "plugins.configs.scheduler",
    enabled: true,
    pluginsEnabled: true,
    reading: {
      settings: { ...DEFAULT_SETTINGS, authId: "a.json" },
      plan: EMPTY_PLAN,
      problems: [],
    },
  });
});

Deno.test("readConfigFile() reads a plugin's own YAML as it is", () => {
  assertEquals(withoutPlaces(read("enabled: true\nauth_id: x\n")), {
    form: "plugin",
    reading: {
      settings: { ...DEFAULT_SETTINGS, authId: "x" },
      plan: EMPTY_PLAN,
      problems: [],
    },
  });
});

for (const yaml of ["", "{}\n", "plugins: x\ndeny: yes\n", "store: {}\n"]) {
  const text = JSON.stringify(yaml);
  Deno.test(`readConfigFile() takes ${text} for a plugin's own YAML`, () => {
    assertEquals(read(yaml).form, "plugin");
  });
}

Deno.test("readConfigFile() finds another plugin when its id is given", () => {
  const yaml = HOST.replace("scheduler:", "mine:");
  const { reading, pluginPath } = readConfigFile(encode(yaml), {
    pluginId: "mine",
  });
  assertEquals(pluginPath, "plugins.configs.mine");
  assertEquals(reading.settings?.authId, "a.json");
});

const FOUND: Readonly<Record<string, readonly [string, Partial<Settings>]>> = {
  "braces": [
    "plugins: {enabled: true, configs: {scheduler: {enabled: true, deny: on}}}",
    { deny: true },
  ],
  "an alias for the part": [
    "x: &base\n  enabled: true\n  deny: yes\nplugins:\n  enabled: true\n" +
    "  configs:\n    scheduler: *base\n",
    { deny: true },
  ],
  "a merge key within the part": [
    part("base: &b {deny: on}\nenabled: true\n<<: *b"),
    { deny: true },
  ],
  "a merge key around the part": [
    "x: &x\n  scheduler: {enabled: true, deny: on}\nplugins:\n" +
    "  enabled: true\n  configs:\n    <<: *x\n",
    { deny: true },
  ],
  "a v8 layout": [
    `config-version: 8\nupstream: {}\n${part("enabled: true\ndeny: on")}`,
    { deny: true },
  ],
};

for (const [what, [yaml, settings]] of Object.entries(FOUND)) {
  Deno.test(`readConfigFile() reads the settings when there is ${what}`, () => {
    const { form, enabled, reading } = read(yaml);
    assertEquals({ form, enabled }, { form: "host", enabled: true });
    assertEquals(reading.settings, { ...DEFAULT_SETTINGS, ...settings });
  });
}

const WARNINGS: Readonly<Record<string, readonly [string, string]>> = {
  "the plugin is not enabled": [
    part("deny: on"),
    "plugins.configs.scheduler.enabled is not true, so the host does not load " +
    "the plugin",
  ],
  "the plugin is disabled": [
    part("enabled: false"),
    "plugins.configs.scheduler.enabled is not true, so the host does not load " +
    "the plugin",
  ],
  "only a merged key enables it": [
    part("<<: {enabled: true}"),
    "plugins.configs.scheduler.enabled is not true, so the host does not load " +
    "the plugin",
  ],
  "plugins are disabled": [
    part("enabled: true").replace("  enabled: true\n", ""),
    "plugins.enabled is not true, so the host does not load the plugin",
  ],
  "the part is null": [
    "plugins:\n  enabled: true\n  configs:\n    scheduler:\n",
    "plugins.configs.scheduler is null, so the host does not load the plugin",
  ],
  "a key is unknown": [
    part("enabled: true\nzones: []"),
    "plugins.configs.scheduler has an unknown key, which is ignored",
  ],
};

for (const [what, [yaml, warning]] of Object.entries(WARNINGS)) {
  Deno.test(`readConfigFile() warns when ${what}`, () => {
    const { settings, problems } = read(yaml).reading;
    assertEquals(settings === undefined, false);
    const lines = problems.map((p) => `${p.path} ${p.message}`);
    assertEquals(lines.includes(warning), true, lines.join("\n"));
  });
}

/** Where the warning that the plugin is not loaded points. */
const PLACES: Readonly<Record<string, readonly [string, number, number]>> = {
  "the plugin has no enabled": [part("deny: on"), 4, 5],
  "the plugin's enabled is empty": [part("deny: on\nenabled:"), 6, 15],
  "the plugin's enabled is false": [part("deny: on\nenabled: no"), 6, 16],
  "plugins have no enabled": [
    `port: 1\n${part("enabled: true").replace("  enabled: true\n", "")}`,
    2,
    1,
  ],
};

for (const [what, [yaml, line, column]] of Object.entries(PLACES)) {
  Deno.test(`readConfigFile() points at the mapping or the value when ${what}`, () => {
    const { problems } = read(yaml).reading;
    assertEquals(problems.map((p) => [p.line, p.column]), [[line, column]]);
  });
}

/** Files with keys that are none of a plugin's part. */
const FOREIGN: readonly string[] = [
  "scheduler:\n  deny: true\n",
  "configs:\n  scheduler:\n    deny: true\n",
  "plugin:\n  configs:\n    scheduler:\n      deny: true\n",
  '{"Provider":"","Model":"m","Candidates":[{"ID":"a"}]}',
  "zones: []\ndelgate: fill-first\n",
];

for (const yaml of FOREIGN) {
  const text = JSON.stringify(yaml);

  Deno.test(`readConfigFile() warns that nothing is in force when it is ${text}`, () => {
    const { isForeign, reading } = read(yaml);
    assertEquals(isForeign, true);
    assertEquals(reading.settings, DEFAULT_SETTINGS);
    assertEquals(reading.problems[0], {
      severity: "warning",
      path: "",
      line: 1,
      column: 1,
      message: "holds no key of this plugin, so nothing of it is in force",
      hint: "in a config.yaml of the host the plugin is looked for at " +
        "plugins.configs.scheduler",
    });
  });
}

/** Files that may be a plugin's part, empty or misspelled. */
const OWN: readonly string[] = [
  "",
  "{}\n",
  "enabled: true\nzones: []\n",
  "delgate: fill-first\n",
  "<<: {deny: true}\n",
  "<<: {deny: true}\nzones: []\n",
  "x: &k deny\n*k : true\n",
];

for (const yaml of OWN) {
  Deno.test(`readConfigFile() takes it for a config when it is ${JSON.stringify(yaml)}`, () => {
    assertEquals(read(yaml).isForeign, undefined);
  });
}

const ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  "there are no plugins": [
    "port: 8317\n",
    '1 : must hold "plugins": the plugin is looked for at ' +
    "plugins.configs.scheduler",
  ],
  "there are no configs": [
    "plugins:\n  enabled: true\n",
    '2 plugins: must hold "configs": the plugin is looked for at ' +
    "plugins.configs.scheduler",
  ],
  "the plugin has another name": [
    part("enabled: true").replace("scheduler", "Scheduler"),
    '4 plugins.configs: must hold "scheduler": the plugin is looked for at ' +
    "plugins.configs.scheduler",
  ],
  "plugins are a list": [
    "plugins:\n  - a\n",
    "2 plugins: must be a mapping that leads to plugins.configs.scheduler, " +
    "got a list",
  ],
  "the part is a text": [
    "plugins:\n  enabled: true\n  configs:\n    scheduler: on\n",
    "4 plugins.configs.scheduler: must be a mapping, got a text",
  ],
  "a field has the wrong type": [
    part("enabled: true\ndeny: maybe"),
    "6 plugins.configs.scheduler.deny: must be a boolean, got a text",
  ],
  "enabled is no boolean": [
    part("enabled: maybe"),
    "5 plugins.configs.scheduler.enabled: must be a boolean, got a text",
  ],
  "enabled is true in quotes, which the host does not read": [
    part("enabled: 'true'"),
    "5 plugins.configs.scheduler.enabled: must be a boolean, got a quoted text",
  ],
  "priority is no integer": [
    part("enabled: true\npriority: high"),
    "6 plugins.configs.scheduler.priority: must be an integer, got a text",
  ],
  "a key is set twice": [
    part("enabled: true\nx: 1\nx: 2"),
    "7 plugins.configs.scheduler: must not set a key twice, got one of line 6 " +
    "again",
  ],
  "an anchor is outside of the part": [
    `x: &a {deny: on}\n${part("enabled: true\n<<: *a")}`,
    "7 plugins.configs.scheduler: must not use an anchor from outside of it, " +
    "which the host cuts off",
  ],
  "a boolean is empty in braces": [
    "plugins: {enabled: true, configs: {scheduler: {enabled: true, deny: }}}",
    "1 plugins.configs.scheduler.deny: must have a value, got none in braces",
  ],
  "a folded block has several lines": [
    part("enabled: true\nauth_id: >\n  a\n   b"),
    "6 plugins.configs.scheduler: must not hold a > block of several lines, " +
    "nor a block that begins with space: the host hands them over changed",
  ],
};

for (const [what, [yaml, error]] of Object.entries(ERRORS)) {
  Deno.test(`readConfigFile() names the error when ${what}`, () => {
    const { settings, problems } = read(yaml).reading;
    assertEquals(settings, undefined);
    const errors = problems.filter(({ severity }) => severity === "error")
      .map((p) => `${p.line} ${p.path}: ${p.message}`);
    assertEquals(errors, [error]);
  });
}

Deno.test("readConfigFile() shows nothing of the host's own part", () => {
  const { problems } = read(HOST.replace("secret-key", "[secret-key")).reading;
  assertEquals(problems.length > 0, true);
  assertEquals(JSON.stringify(problems).includes("secret"), false);
});

Deno.test("readConfigFile() refuses a file when it is nested too deeply", () => {
  const { problems } = read(`port: ${"[".repeat(100_000)}`).reading;
  assertEquals(problems.map(({ message }) => message), [
    "must be nested less deeply",
  ]);
});

/** A host config with this block as the plugin's part, from line 5. */
function part(yaml: string): string {
  const block = yaml.replaceAll(/^/gm, "      ");
  return `plugins:\n  enabled: true\n  configs:\n    scheduler:\n${block}\n`;
}

function read(yaml: string): ReturnType<typeof readConfigFile> {
  return readConfigFile(encode(yaml));
}

function encode(yaml: string): Uint8Array {
  return new TextEncoder().encode(yaml);
}
