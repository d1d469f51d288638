/**
 * Nothing of a config reaches the host: neither the log nor an error answer
 * holds a value of it, nor a key that nobody knows.
 */

import { assertEquals } from "@std/assert";
import {
  ConfigError,
  describeProblem,
  readConfig,
} from "../../src/config/config.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { base64, utf8 } from "./bytes.ts";

/** `M` in the configs below: parts of a mail address and of a token. */
const MARKS = ["zoe@qux-mail.zz", "sk-0123456789abcdef"];

/** A problem each, with a mark in every position that YAML has. */
const CONFIGS: readonly string[] = [
  // Values.
  "deny: M\n",
  "deny: 'M'\n",
  "deny: [M]\n",
  "deny: {M: M}\n",
  "deny: |\n  M\n",
  "auth_id: [M]\n",
  "auth_id: {M: M}\n",
  "auth_id: !!int M\n",
  "auth_id: !!binary M\n",
  "auth_id: !M x\n",
  "delegate: M\n",
  "delegate: M\nauth_id: M\n",
  "deny: true\ndelegate: M\nauth_id: M\n",
  // Keys.
  "M: x\n",
  "'M': M\n",
  "? M\n: M\n",
  "{M, M}\n",
  "M: 1\nM: 2\n",
  "'M': 1\n\"M\": 2\n",
  "!!int M: 1\n",
  "x: 1\n!!int M: 1\n",
  "x: 1\n!M M: 1\n",
  "deny:\n  M: 1\n  M: 2\n",
  "[M]: M\n",
  "{M: M}: M\n",
  "delgate: M\n",
  "scheduler:\n  M: M\n",
  // Rules and what they are made of.
  "policy: M\n",
  "policy: {name: M}\n",
  "policy: {name: sticky, key: M}\n",
  "policy: {name: weighted, weights: {M: x}}\n",
  "policy: {name: weighted, M: x}\n",
  "pools: M\n",
  "pools: {a: {M: x}}\n",
  "pools: {a: {id: [M, [M]]}}\n",
  "pools: {a: {attributes: {M: [M, {}]}}}\n",
  "callers: M\n",
  "callers: {M: x}\n",
  "callers: {M: []}\n",
  "callers: {M: 1, M: 2}\n",
  "callers.M: x\n",
  "callers: {a: M}\n",
  "callers: {a: [M]}\n",
  "tiers: M\n",
  "refuse: M\n",
  "refuse: {status: M}\n",
  "refuse: {status: 200, message: M}\n",
  "refuse: {M: 1}\n",
  "rules: M\n",
  "rules: [M]\n",
  "rules: [{M: 1}]\n",
  "rules: [{name: a, when: M}]\n",
  "rules: [{name: a, when: {M: x}}]\n",
  "rules: [{name: a, when: {caller: M}}]\n",
  "rules: [{name: a, when: {caller: [[M]]}}]\n",
  "rules: [{name: a, when: {header: {M: M, x: [[M]]}}}]\n",
  "rules: [{name: a, when: {model: {M: M}}}]\n",
  "rules: [{name: a, when: {time: M}}]\n",
  "rules: [{name: a, when: {stream: M}}]\n",
  "rules: [{name: a, when: {any: [{caller: M}, {not: {caller: M}}]}}]\n",
  "rules: [{name: a, use: M}]\n",
  "rules: [{name: a, policy: M}]\n",
  "rules: [{name: a, otherwise: M}]\n",
  "rules: [{name: a, otherwise: refuse, refuse: {status: 0, message: M}}]\n",
  // Merges, anchors and aliases.
  "<<: M\n",
  "<<: [M, {}]\n",
  "<<: {M: M}\n",
  "<<: {M: 1, M: 2}\n",
  "x: &M M\n",
  "auth_id: *M\n",
  "*M : x\n",
  "x: &k M\n*k : 1\n",
  // Documents, comments and syntax errors.
  "M\n",
  "'M'\n",
  "- M\n",
  "deny: x # M\n",
  "auth_id: M: M\n",
  "auth_id: 'M\n",
  'auth_id: "M\\z"\n',
  "auth_id: [M\n",
  "auth_id: @M\n",
  "auth_id: x\n  M: M\n",
  "M:\n\tM: M\n",
  "%M\n---\nM: M\n",
  "auth_id: M\n---\nM: M\n",
  "auth_id: M\0\n",
];

/** With names of pools, which are shown if they may be names. */
const NAMED: readonly string[] = [
  "pools: {M: x}\n",
  "pools.M.id: [[x]]\n",
];

/** The marks that no name looks like. */
const NO_NAMES = MARKS.filter((mark) => /[@.]/.test(mark));

for (const template of [...CONFIGS, ...NAMED]) {
  for (const mark of NAMED.includes(template) ? NO_NAMES : MARKS) {
    const yaml = template.replaceAll("M", mark);
    const title = JSON.stringify(yaml);

    Deno.test(`call() answers nothing of the config when it is ${title}`, () => {
      assertEquals(leaks(register(yaml), mark), []);
    });

    Deno.test(`call() logs nothing of the config when it is ${title}`, () => {
      const said = reconfigure(yaml);
      assertEquals(said.length > 0, true);
      assertEquals(leaks(said, mark), []);
    });

    Deno.test(`describeProblem() shows nothing of the config when it is ${title}`, () => {
      const { problems } = readConfig(utf8(yaml));
      const said = problems.map(describeProblem);
      assertEquals(said.length > 0, true);
      assertEquals(leaks([...said, `${new ConfigError(problems)}`], mark), []);
    });
  }
}

/** What the first call with a config answers and logs. */
function register(yaml: string): string[] {
  const said: string[] = [];
  const dispatcher = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log: (entry) => said.push(JSON.stringify(entry)),
  });
  return [dispatcher.call("plugin.register", lifecycle(yaml)).body, ...said];
}

/** What is logged when a config follows a good one. */
function reconfigure(yaml: string): string[] {
  const said: string[] = [];
  const dispatcher = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log: (entry) => said.push(JSON.stringify(entry)),
  });
  dispatcher.call("plugin.register", lifecycle(""));
  dispatcher.call("plugin.reconfigure", lifecycle(yaml));
  return said;
}

function lifecycle(yaml: string): Uint8Array {
  return utf8(`{"config_yaml":"${base64(utf8(yaml))}","schema_version":3}`);
}

/** Texts that hold the mark, or a part of it that is no common word. */
function leaks(texts: readonly string[], mark: string): string[] {
  const parts = mark.split(/[@.-]/).filter((part) => part.length > 2);
  return texts.filter((text) => parts.some((part) => text.includes(part)));
}
