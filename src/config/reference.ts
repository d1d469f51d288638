/**
 * The reference of the config, a row a key: made of the same shapes that the
 * reader reads by. Pure.
 */

import type { Field, ObjectShape, Shape } from "../policy/shape.ts";
import { type PluginShapes, pluginShapes } from "./plugin_shapes.ts";
import type { RuleParts } from "./rule_parts.ts";
import { jsonBytes, listItems, mapItems } from "./shape_facts.ts";

/** What there is to say about one key. */
export interface ReferenceRow {
  /** Path of the key, such as `rules[].use`; `*` stands for a free key. */
  readonly path: string;
  /** Such as `text, or a list of them`. */
  readonly type: string;
  /** What is in force without it; `required` if there must be one. */
  readonly default: string;
  /** Such as `1 to 32 items`; `""` if there is nothing to say. */
  readonly bounds: string;
  readonly description: string;
}

/**
 * Lists every key of the plugin's part, in the order of the shapes. Options of
 * policies come last, as `policy.weights`. Sets in sets, such as conditions
 * under `not`, are listed once.
 *
 * @param parts What rules are made of.
 * @returns The rows.
 */
export function referenceRows(parts: RuleParts): readonly ReferenceRow[] {
  const shapes = pluginShapes(parts);
  const seen = new Set<Field>();
  const policies = [
    ...parts.policyKinds,
    { name: "a policy under policies", options: parts.moduleOptions },
  ];
  return [
    ...rowsOf(shapes, shapes.top, { under: "", seen }),
    ...policies.flatMap(({ name, options }) =>
      rowsOf(shapes, options.fields, { under: "policy.", seen }).map((row) => ({
        ...row,
        description: `With ${name}: ${row.description}`,
      }))
    ),
  ];
}

/**
 * Puts rows into sections in Markdown, one a key, to be read in a terminal.
 * Long lines are left to `deno fmt`.
 *
 * @param rows The rows.
 * @returns The sections, with a newline at their end.
 */
export function formatReference(rows: readonly ReferenceRow[]): string {
  return rows.map(formatRow).join("\n");
}

function formatRow(
  { path, type, default: fallback, bounds, description }: ReferenceRow,
): string {
  const facts = [
    capitalize(type),
    ...bounds === "" ? [] : [bounds],
    fallback === "required" ? "required" : `default: ${fallback}`,
  ];
  return `### \`${path}\`\n\n${description}.\n\n${facts.join("; ")}.\n`;
}

function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function rowsOf(
  shapes: PluginShapes,
  fields: ObjectShape["fields"],
  { under, seen }: Above,
): ReferenceRow[] {
  const above = new Set([...seen, ...Object.values(fields)]);
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = `${under}${name}`;
    const { shape, isRequired } = field;
    const row = {
      path,
      type: typeOf(shapes, shape),
      default: isRequired ? "required" : field.default ?? "none",
      bounds: boundsOf(shape),
      description: shape.description,
    };
    return [row, ...rowsUnder(shapes, shape, { under: path, seen: above })];
  });
}

/** What stands above a key. */
interface Above {
  readonly under: string;
  readonly seen: ReadonlySet<Field>;
}

/** What is inside of a value, unless the same keys stand above it already. */
function rowsUnder(
  shapes: PluginShapes,
  shape: Shape,
  { under, seen }: Above,
): ReferenceRow[] {
  switch (shape.kind) {
    case "list":
      return rowsUnder(shapes, shape.of, { under: `${under}[]`, seen });
    case "map":
      return rowsUnder(shapes, shape.of, { under: `${under}.*`, seen });
    case "object": {
      const isRepeated = Object.values(shape.fields).some((field) =>
        seen.has(field)
      );
      if (isRepeated) return [];
      return rowsOf(shapes, shape.fields, { under: `${under}.`, seen });
    }
    default:
      return [];
  }
}

function typeOf(shapes: PluginShapes, shape: Shape): string {
  if (shapes.policies.has(shape)) return "text or mapping";
  switch (shape.kind) {
    case "choice":
      return "text";
    case "list":
      return `${typeOf(shapes, shape.of)}, or a list of them`;
    case "map":
      return `mapping to ${typeOf(shapes, shape.of)}`;
    case "object":
      return "mapping";
    case "number":
      return shape.isInteger ? "whole number" : "number";
    case "json":
      return shape.isMapping ? "mapping" : "any value";
    default:
      return shape.kind;
  }
}

function boundsOf(shape: Shape): string {
  switch (shape.kind) {
    case "choice":
      return shape.values.map((value) => `\`${value}\``).join(", ");
    case "number":
      return `${shape.min} to ${shape.max}`;
    case "list": {
      const bounds = boundsOf(shape.of);
      const items = `1 to ${listItems(shape)} items`;
      return bounds === "" ? items : `${items}; ${bounds}`;
    }
    case "map": {
      const bounds = boundsOf(shape.of);
      const keys = `up to ${mapItems(shape)} keys`;
      return bounds === "" ? keys : `${keys}; ${bounds}`;
    }
    case "json":
      return `up to ${jsonBytes(shape)} bytes as JSON`;
    case "text":
      return shape.example === undefined ? "" : `such as \`${shape.example}\``;
    default:
      return "";
  }
}
