/**
 * `@std/yaml` for networks that reach npm only: the part of it that we call,
 * over js-yaml, from which it was ported. The import map beside this file puts
 * it under the real name; no other file may name js-yaml.
 */

import * as library from "js-yaml";

/** What we use of js-yaml, which brings no types of its own. */
interface JsYaml {
  readonly load: (
    content: string,
    options: { readonly schema: unknown; readonly json: boolean },
  ) => unknown;
  readonly FAILSAFE_SCHEMA: unknown;
  readonly JSON_SCHEMA: unknown;
  readonly CORE_SCHEMA: unknown;
  readonly DEFAULT_SCHEMA: unknown;
}

const { load, ...schemas }: JsYaml = library;

const SCHEMAS: Readonly<Record<SchemaType, unknown>> = {
  failsafe: schemas.FAILSAFE_SCHEMA,
  json: schemas.JSON_SCHEMA,
  core: schemas.CORE_SCHEMA,
  default: schemas.DEFAULT_SCHEMA,
};

/** Name of a schema; js-yaml has no counterpart of `extended`. */
export type SchemaType = "failsafe" | "json" | "core" | "default";

/** Options for {@linkcode parse}. */
export interface ParseOptions {
  /** Which scalars get a type. @default {"default"} */
  schema?: SchemaType;
  /** Whether the last of several equal keys wins. @default {false} */
  allowDuplicateKeys?: boolean;
}

/** Where an error is: line and column from 1, offset from 0. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** The text is not YAML, or is more than one document. */
export class YamlSyntaxError extends SyntaxError {
  readonly line: number;
  readonly column: number;
  readonly offset: number;

  /**
   * Makes an error whose message ends with the position.
   *
   * @param message What is wrong.
   * @param position Where.
   */
  constructor(message: string, position: YamlPosition) {
    super(`${message} at line ${position.line}, column ${position.column}`);
    this.name = "YamlSyntaxError";
    this.line = position.line;
    this.column = position.column;
    this.offset = position.offset;
  }
}

/**
 * Parses one YAML document.
 *
 * @param content The YAML text.
 * @param options Which schema, and what to do with duplicate keys.
 * @returns The document's value; `null` for an empty one.
 * @throws {YamlSyntaxError} When the text is not one YAML document.
 */
export function parse(content: string, options: ParseOptions = {}): unknown {
  try {
    return load(content, {
      schema: SCHEMAS[options.schema ?? "default"],
      json: options.allowDuplicateKeys ?? false,
    }) ?? null;
  } catch (error) {
    throw isLibraryError(error)
      ? new YamlSyntaxError(error.reason, positionOf(error))
      : error;
  }
}

interface LibraryError {
  readonly name: "YAMLException";
  readonly reason: string;
  /** Absent for the few errors that concern the document as a whole. */
  readonly mark?: {
    readonly line: number;
    readonly column: number;
    readonly position: number;
  };
}

function isLibraryError(error: unknown): error is LibraryError {
  return error instanceof Error && error.name === "YAMLException";
}

function positionOf({ mark }: LibraryError): YamlPosition {
  return {
    line: (mark?.line ?? 0) + 1,
    column: (mark?.column ?? 0) + 1,
    offset: mark?.position ?? 0,
  };
}
