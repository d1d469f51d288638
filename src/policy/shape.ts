/**
 * How a value in the config looks, as plain data: the one source of the parser
 * with its error messages (`src/config`), of the JSON Schema and of the
 * reference in the README. Conditions and policies describe their own values
 * with it.
 */

/** What every shape says. */
interface Described {
  /** One sentence for people, without a period at its end. */
  readonly description: string;
}

/**
 * Says what is wrong with a value, in the form `must be a time zone, such as
 * Europe/Berlin`; undefined if it is good. Never quotes the value.
 */
export type Check<T> = (value: T) => string | undefined;

/** Why a value that is accepted may not do what its writer thinks. */
export interface Doubt {
  /** Reads after the path, as in `is a glob, in which | is an ordinary
   * character`. Never quotes the value. */
  readonly message: string;
  /** What to do about it. Never quotes the value. */
  readonly hint?: string;
  /** Words, one of which may have been meant. */
  readonly known?: readonly string[];
  /** Whether it is one only if a known word is close. @default {false} */
  readonly isMisspelling?: boolean;
  /** The value as it should be written: for a terminal only, never a log. */
  readonly instead?: string;
}

/** Says what is doubtful about a good value; undefined if nothing is. */
export type DoubtOf = (value: string) => Doubt | undefined;

/** A text. Any scalar counts, with the text that stands in the source. */
export interface TextShape extends Described {
  readonly kind: "text";
  readonly check?: Check<string>;
  /** Makes warnings of what `check` likes. */
  readonly doubt?: DoubtOf;
  /** Regular expression of the JSON Schema, if there is a simple one. */
  readonly pattern?: string;
  readonly example?: string;
  /** Whether no problem may quote it, not even on a terminal. @default {false} */
  readonly isSecret?: boolean;
}

/** One of some words. */
export interface ChoiceShape<T extends string = string> extends Described {
  readonly kind: "choice";
  readonly values: readonly T[];
}

/** `true` or `false`. */
export interface BooleanShape extends Described {
  readonly kind: "boolean";
}

/** A number within bounds, both included. */
export interface NumberShape extends Described {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  /** @default {false} */
  readonly isInteger?: boolean;
}

/** A list with at least one item; one item may stand without a list. */
export interface ListShape<S extends Shape = Shape> extends Described {
  readonly kind: "list";
  readonly of: S;
  /** @default {32} */
  readonly maxItems?: number;
}

/** A key of a mapping whose keys are free. */
export interface MapKey extends Omit<TextShape, "kind"> {
  /**
   * Whether it is a name, which problems may show in a log if `check` likes it.
   * @default {false}
   */
  readonly isName?: boolean;
}

/** A mapping whose keys are free, with at least one; each has a value. */
export interface MapShape<S extends Shape = Shape> extends Described {
  readonly kind: "map";
  /** What a key is, such as `a name of a pool`. */
  readonly key: MapKey;
  readonly of: S;
  /** The same with other doubts, for a key of which more is known. */
  readonly ofKey?: (key: string) => S | undefined;
  /** @default {1024} */
  readonly maxItems?: number;
}

/**
 * A mapping with known keys, at least one; any other is an error, and so is a
 * key without a value.
 */
export interface ObjectShape<
  F extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>,
> extends Described {
  readonly kind: "object";
  readonly fields: F;
  /**
   * Whether null, `[]` and `{}` leave a key out, and there may be none: only
   * where that widens nothing. The host's page deletes no key within a key.
   * @default {false}
   */
  readonly allowsUnset?: boolean;
}

/**
 * A free value: whatever JSON can hold, typed as YAML's core schema types it;
 * what readers of YAML type differently is an error. May hold secrets, so that
 * no problem quotes it.
 */
export interface JsonShape extends Described {
  readonly kind: "json";
  /** Whether it must be a mapping. @default {false} */
  readonly isMapping?: boolean;
  /** Bytes of its JSON. @default {65536} */
  readonly maxBytes?: number;
}

/** A key of an object. */
export interface Field<S extends Shape = Shape> {
  readonly shape: S;
  /** @default {false} */
  readonly isRequired?: boolean;
  /** What is in force without it, as the reference says it. */
  readonly default?: string;
}

/** How a value looks. */
export type Shape =
  | TextShape
  | ChoiceShape
  | BooleanShape
  | NumberShape
  | ListShape
  | MapShape
  | ObjectShape
  | JsonShape;

/**
 * The type of a value of a shape; what is not required may be missing. Of an
 * object whose fields are not known nothing can be said, or it had no end.
 */
export type Infer<S extends Shape> = S extends TextShape ? string
  : S extends ChoiceShape<infer T> ? T
  : S extends BooleanShape ? boolean
  : S extends NumberShape ? number
  : S extends ListShape<infer T> ? readonly Infer<T>[]
  : S extends MapShape<infer T> ? { readonly [key: string]: Infer<T> }
  : S extends ObjectShape<infer F>
    ? string extends keyof F ? { readonly [key: string]: unknown }
    : InferFields<F>
  : S extends JsonShape ? unknown
  : never;

type InferFields<F extends Readonly<Record<string, Field>>> =
  & {
    readonly [K in keyof F as F[K]["isRequired"] extends true ? K : never]:
      Infer<F[K]["shape"]>;
  }
  & {
    readonly [K in keyof F as F[K]["isRequired"] extends true ? never : K]?:
      Infer<F[K]["shape"]>;
  };
