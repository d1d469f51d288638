/**
 * `@std/cli` for networks that reach npm only: `parseArgs` for boolean and
 * string flags, over minimist, from which it was ported. Where the two differ,
 * the arguments are spelled out first (`--name value` -> `--name=value`), so
 * that minimist has nothing left to decide. No other file may name minimist.
 */

import minimist from "minimist";

/** What we use of minimist, which brings no types of its own. */
type Minimist = (
  args: string[],
  options: {
    readonly boolean: string[];
    readonly string: string[];
    readonly alias: Readonly<Record<string, string | readonly string[]>>;
  },
) => Record<string, unknown>;

const parseFlags: Minimist = minimist;

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions<B extends string, S extends string> {
  /** Flags without a value; `false` when absent. @default {[]} */
  boolean?: readonly B[];
  /** Flags with a value; `""` when the value is missing. @default {[]} */
  string?: readonly S[];
  /** Values of absent flags. @default {{}} */
  default?: Readonly<Record<string, unknown>>;
  /** Other names of a flag. @default {{}} */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Whether to stop at the first argument that is no flag. @default {false} */
  stopEarly?: boolean;
  /** Whether what follows `--` gets a list of its own. @default {false} */
  "--"?: boolean;
  /** Asked for each undeclared argument; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns. */
export type Args<B extends string, S extends string> =
  & { [K in B]: boolean }
  & { [K in S]?: string }
  & { [name: string]: unknown; _: (string | number)[]; "--"?: string[] };

/** One flag as it was meant, after all spellings are told apart. */
interface Flag {
  readonly key: string;
  readonly value: string | boolean;
  /** The argument that it stood in. */
  readonly arg: string;
}

/** With a value, `--no-` does not count, as the real one has it. */
const FLAG_REGEXP = /^--(?:no-(?=[^=]+=))?([^=]+)(?:=([^]*))?$/;
const LETTERS_REGEXP = /^-([A-Za-z]+)$/;
const LETTER_VALUE_REGEXP = /^-([A-Za-z])(?:=?)([^]+)$/;

/**
 * Tells flags and other arguments apart.
 *
 * @param args The command line, without the program's name.
 * @param options Which flags there are.
 * @returns The flags by name; the other arguments as `_`, numbers as numbers
 * unless `_` is declared a string.
 */
export function parseArgs<B extends string = never, S extends string = never>(
  args: readonly string[],
  options?: ParseOptions<B, S>,
): Args<B, S>;
export function parseArgs(
  args: readonly string[],
  options: ParseOptions<string, string> = {},
): Args<never, never> {
  const { unknown = () => true, default: defaults = {} } = options;
  const names = new Names(options);
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const rest = args.slice(end + 1);
  const flags: Flag[] = [];
  const others: (string | number)[] = [];
  for (let i = 0; i < end; i++) {
    const arg = args[i] ?? "";
    const next = i + 1 < end ? args[i + 1] ?? "" : "";
    const read = readFlags(arg, next, names);
    if (read === undefined) {
      if (unknown(arg) !== false) others.push(names.typed("_", arg));
      if (!options.stopEarly) continue;
      others.push(...args.slice(i + 1, end));
      break;
    }
    if (read.tookNext) i++;
    for (const flag of read.flags) {
      const { key, value } = flag;
      const kept = names.isKnown(key) ||
        unknown(flag.arg, key, value) !== false;
      if (kept) flags.push(flag);
    }
  }
  const parsed = parseFlags(flags.map(spellOut), {
    boolean: [...options.boolean ?? [], ...flags.filter(isBare).map(nameOf)],
    string: [...options.string ?? []],
    alias: options.alias ?? {},
  });
  const result: Args<never, never> = { ...lastOfEach(parsed), _: others };
  const given = new Set(flags.flatMap((flag) => names.of(flag.key)));
  for (const [key, value] of Object.entries(defaults)) {
    if (given.has(key)) continue;
    for (const name of names.of(key)) result[name] = value;
  }
  if (options["--"]) result["--"] = rest;
  else others.push(...rest);
  return result;
}

/** What is declared of a flag, under any of its names. */
class Names {
  readonly #alike: readonly (readonly string[])[];
  readonly #boolean: ReadonlySet<string>;
  readonly #string: ReadonlySet<string>;

  constructor(options: ParseOptions<string, string>) {
    this.#alike = Object.entries(options.alias ?? {})
      .map(([key, others]) => [key, ...[others].flat()]);
    this.#boolean = new Set(options.boolean?.flatMap((key) => this.of(key)));
    this.#string = new Set(options.string?.flatMap((key) => this.of(key)));
  }

  of(key: string): readonly string[] {
    return this.#alike.find((names) => names.includes(key)) ?? [key];
  }

  isBoolean(key: string): boolean {
    return this.#boolean.has(key);
  }

  isKnown(key: string): boolean {
    return this.#boolean.has(key) || this.#string.has(key) ||
      this.of(key).length > 1;
  }

  /** The value of a flag that stands without one. */
  bare(key: string): string | boolean {
    return this.#string.has(key) ? "" : true;
  }

  typed(key: string, text: string): string | number {
    const isNumber = /\S/.test(text) && Number.isFinite(Number(text));
    return isNumber && !this.#string.has(key) ? Number(text) : text;
  }
}

function readFlags(
  arg: string,
  next: string,
  names: Names,
): { readonly flags: Flag[]; readonly tookNext: boolean } | undefined {
  const inline = LETTERS_REGEXP.test(arg)
    ? null
    : LETTER_VALUE_REGEXP.exec(arg);
  const [, key = inline?.[1], value = inline?.[2]] = FLAG_REGEXP.exec(arg) ??
    [];
  if (key !== undefined && value !== undefined) {
    const meant = names.isBoolean(key) ? value !== "false" : value;
    return { flags: [{ key, value: meant, arg }], tookNext: false };
  }
  const letters = LETTERS_REGEXP.exec(arg)?.[1]?.split("") ?? [];
  const last = key ?? letters.pop();
  if (last === undefined) return undefined;
  // A lone "-" (standard input) is a value for -f, but not for --file.
  const isFlag = key === undefined ? /^--?[^-]/ : /^-/;
  const tookNext = names.isBoolean(last)
    ? next === "true" || next === "false"
    : next !== "" && !isFlag.test(next);
  const taken = names.isBoolean(last) ? next !== "false" : next;
  const flags = letters.map((key) => ({ key, value: names.bare(key), arg }));
  flags.push({ key: last, value: tookNext ? taken : names.bare(last), arg });
  return { flags, tookNext };
}

function spellOut({ key, value }: Flag): string {
  return `--${key}=${value}`;
}

function isBare({ value }: Flag): boolean {
  return typeof value === "boolean";
}

function nameOf({ key }: Flag): string {
  return key;
}

/** Where minimist lists the values of a repeated flag, the last one counts. */
function lastOfEach(
  parsed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.at(-1) : value,
    ]),
  );
}
