/**
 * Policies that users wrote, loaded in this process for a command: by the same
 * checks and in the same realms as in the worker, each pick with a guard of
 * time. Files are looked for from the working directory.
 */

import { checkModule } from "../modules/check_module.ts";
import { loadCompiler } from "../modules/compile.ts";
import { factsOf } from "../modules/facts.ts";
import { CHECK_GUARD_MS, SHARE_MS } from "../modules/limits.ts";
import {
  describeModuleProblem,
  MAX_SOURCE_BYTES,
  type ModuleProblem,
  withWords,
} from "../modules/module_problem.ts";
import { Realm } from "../modules/realm.ts";
import type {
  ModuleAnswer,
  ModuleQuestion,
  ModuleSettings,
  ModuleSpec,
  PolicyModules,
} from "../policy/policy_modules.ts";
import { CliError } from "./cli_error.ts";
import type { Source } from "./invocation.ts";
import type { Io } from "./io.ts";
import { readInput } from "./read_input.ts";

/** A policy that is not loaded, and why. */
export interface LocalProblem {
  readonly spec: ModuleSpec;
  /** Path of the file as it was looked for. */
  readonly path: string;
  readonly problem: ModuleProblem;
}

/**
 * Reads the file of a policy.
 *
 * @param io Where files come from.
 * @param source Which one.
 * @returns Its text.
 * @throws {CliError} when it cannot be read.
 */
export async function readPolicy(io: Io, source: Source): Promise<string> {
  const bytes = await readInput(io, {
    source,
    what: "the policy",
    limitBytes: MAX_SOURCE_BYTES,
    wanted: "a TypeScript file with a policy",
    mayBeEmpty: true,
  });
  return new TextDecoder().decode(bytes);
}

/** The loaded policies of one config. */
export class LocalModules implements PolicyModules {
  /** Those that are not loaded. */
  readonly problems: readonly LocalProblem[];
  readonly #io: Io;
  readonly #realms: ReadonlyMap<string, Realm>;

  private constructor(
    io: Io,
    realms: ReadonlyMap<string, Realm>,
    problems: readonly LocalProblem[],
  ) {
    this.#io = io;
    this.#realms = realms;
    this.problems = problems;
  }

  /**
   * Loads the policies of a config.
   *
   * @param settings What it names.
   * @param io Where files come from.
   * @returns Those that could be loaded, and why others could not.
   */
  static async open(
    { folder, specs }: ModuleSettings,
    io: Io,
  ): Promise<LocalModules> {
    const realms = new Map<string, Realm>();
    const problems: LocalProblem[] = [];
    if (specs.length === 0) return new LocalModules(io, realms, problems);
    const read = await Promise.all(specs.map(async (spec) => {
      const path = `${folder}/${spec.file}`;
      return { spec, path, text: await tryRead(io, path) };
    }));
    await prepareToRun(io);
    for (const { spec, path, text } of read) {
      const loaded = typeof text === "string"
        ? await loadRealm({ ...spec, text, seed: 0 })
        : text;
      if (loaded instanceof Realm) realms.set(spec.name, loaded);
      else problems.push({ spec, path, problem: loaded });
    }
    return new LocalModules(io, realms, problems);
  }

  /** One policy that was loaded already. */
  static of(io: Io, name: string, realm: Realm): LocalModules {
    return new LocalModules(io, new Map([[name, realm]]), []);
  }

  ask(
    { name, file }: ModuleSpec,
    { candidates, request, headers, nowMs }: ModuleQuestion,
  ): ModuleAnswer {
    const realm = this.#realms.get(name);
    if (realm === undefined) {
      return { kind: "not loaded", reason: `The policy ${name} is not loaded` };
    }
    const facts = JSON.stringify(factsOf(request, headers));
    const startMs = this.#io.now();
    const answer = realm.ask({ candidates, facts, nowMs }, CHECK_GUARD_MS);
    const tookMs = this.#io.now() - startMs;
    if (answer.kind === "fault") {
      const { problem } = answer;
      const what = withWords(describeModuleProblem(file, problem), problem);
      return none(`The policy ${name} failed: ${what}`);
    }
    if (tookMs > SHARE_MS) {
      return none(
        `The policy ${name} took ${Math.ceil(tookMs)} ms: more than ` +
          `${SHARE_MS} ms are no answer`,
      );
    }
    return answer.kind === "choice"
      ? answer
      : none(`The policy ${name} gave no answer`);
  }

  /** What the policies printed since this was last asked. */
  takeLines(): readonly string[] {
    return [...this.#realms.values()].flatMap((realm) => realm.takeLines());
  }
}

/**
 * Gets ready to run what others wrote: nothing can be read after.
 *
 * @param io The outside world.
 */
export async function prepareToRun(io: Io): Promise<void> {
  await loadCompiler();
  io.giveUpEverything();
}

async function tryRead(
  io: Io,
  path: string,
): Promise<string | ModuleProblem> {
  try {
    return await readPolicy(io, { kind: "file", path });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (path.startsWith("/")) return { message: error.message };
    const hint = `it was looked for at ${io.cwd()}/${path}: a relative ` +
      "policies_dir is looked for beside a config.yaml of the host, else from " +
      "where you are";
    return { message: error.message, hint };
  }
}

/**
 * Checks a policy as the worker does, and loads it.
 *
 * @param policy Its file and text, its options as JSON, and a whole number
 * below 2^32 for chance.
 * @returns The realm, or why there is none.
 */
export async function loadRealm(
  { file, text, options, seed }: {
    readonly file: string;
    readonly text: string;
    readonly options: string;
    readonly seed: number;
  },
): Promise<Realm | ModuleProblem> {
  const checked = await checkModule({ file, text, options, state: "" });
  if ("problem" in checked) return checked.problem;
  const realm = openRealm(checked, { file, options, seed });
  return realm instanceof Realm ? realm : realm.problem;
}

/**
 * Opens a realm for a policy that was checked.
 *
 * @param checked What the check found.
 * @param options What the policy is loaded with.
 * @returns The realm, which keeps what the policy prints.
 */
export function openRealm(
  { compiled }: { readonly compiled: Parameters<typeof Realm.open>[0] },
  options: {
    readonly file: string;
    readonly options: string;
    readonly seed: number;
  },
): ReturnType<typeof Realm.open> {
  return Realm.open(compiled, {
    ...options,
    state: "",
    guardMs: CHECK_GUARD_MS,
    listens: true,
  });
}

function none(reason: string): ModuleAnswer {
  return { kind: "none", reason };
}

/**
 * Names the file that a policy comes from, whose ending says whether there are
 * types in it.
 *
 * @param source Where it comes from.
 * @returns The name without folders.
 */
export function fileNameOf(source: Source): string {
  return source.kind === "stdin"
    ? "stdin.ts"
    : source.path.slice(source.path.lastIndexOf("/") + 1);
}

/**
 * Says what is wrong with the file of a policy.
 *
 * @param problem What is wrong.
 * @returns A sentence without a period.
 */
export function describeLocalProblem({ path, problem }: LocalProblem): string {
  return withWords(describeModuleProblem(path, problem), problem);
}

/**
 * Says which policies are not loaded.
 *
 * @param problems What is wrong.
 * @returns One sentence each, without a period.
 */
export function describeLocalProblems(
  problems: readonly LocalProblem[],
): readonly string[] {
  return problems.map((problem) =>
    `Policy ${problem.spec.name} is not loaded: ` +
    describeLocalProblem(problem)
  );
}
