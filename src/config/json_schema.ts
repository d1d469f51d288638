/**
 * The JSON Schema of the plugin's part of the config, for editors: made of the
 * same shapes that the reader reads by. What only meaning tells, such as
 * whether a pool exists, it cannot say. Pure.
 */

import type { PolicyKind } from "../policy/policy.ts";
import type { MapKey, ObjectShape, Shape } from "../policy/shape.ts";
import { type PluginShapes, pluginShapes } from "./plugin_shapes.ts";
import { policyShape, type UnsetOptions } from "./policy_reader.ts";
import type { RuleParts } from "./rule_parts.ts";
import { listItems, mapItems } from "./shape_facts.ts";
import { RULE_KEYS } from "./unknown_keys.ts";

/** A schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Texts that count as booleans beside `true` and `false`. */
const BOOLEAN_WORDS = [
  ...["y", "n"].flatMap((letter) => [letter, letter.toUpperCase()]),
  ...["yes", "on", "true", "no", "off", "false"].flatMap((word) => [
    word,
    `${word[0]?.toUpperCase()}${word.slice(1)}`,
    word.toUpperCase(),
  ]),
];

/** Keys of the host, which stand beside ours. */
const HOST_PROPERTIES: JsonSchema = {
  enabled: {
    type: "boolean",
    description: "Whether the host loads the plugin",
  },
  priority: {
    type: "integer",
    description: "Order of the host's plugins, highest first",
  },
};

/**
 * Makes the JSON Schema (draft 2020-12).
 *
 * @param parts What rules are made of.
 * @returns The schema, ready for `JSON.stringify()`.
 */
export function jsonSchema(parts: RuleParts): JsonSchema {
  return new SchemaWriter(parts).whole();
}

/** A schema that stands under `$defs`. */
interface Part {
  readonly name: string;
  readonly part: JsonSchema;
}

class SchemaWriter {
  readonly #shapes: PluginShapes;
  readonly #kinds: readonly PolicyKind[];
  /** The object that names a policy under `policies`. */
  readonly #ownPolicy: ObjectShape;
  /** What stands more than once, by `identityOf`. */
  readonly #repeated: ReadonlySet<unknown>;
  /** Its schemas, by the same. */
  readonly #parts = new Map<unknown, Part>();

  constructor(parts: RuleParts) {
    this.#shapes = pluginShapes(parts);
    this.#kinds = parts.policyKinds;
    this.#ownPolicy = ownPolicyShape(parts, this.#shapes.modules.key);
    const policies = [
      ...this.#kinds.map((kind) => policyShape(kind)),
      this.#ownPolicy,
    ];
    const fields = [
      ...Object.values(this.#shapes.top),
      ...policies.flatMap(({ fields }) => Object.values(fields)),
      // Its name may stand alone, too.
      this.#ownPolicy.fields["name"]!,
    ];
    this.#repeated = repeatedAmong(fields.map(({ shape }) => shape));
  }

  whole(): JsonSchema {
    const { top, rule } = this.#shapes;
    const properties = {
      ...HOST_PROPERTIES,
      ...Object.fromEntries(
        Object.entries(top).map(([name, { shape }]) => [
          name,
          this.#or(unsetAtTop(shape), shape),
        ]),
      ),
      policy: {
        description: top["policy"]?.shape.description,
        anyOf: [{ $ref: "#/$defs/topPolicy" }, UNSET],
      },
    };
    const definitions = {
      rule: {
        ...this.#object(rule),
        allOf: [this.#refuseFilters(["use", "tiers"], FORBIDDEN)],
      },
      policy: {
        $ref: "#/$defs/topPolicy",
        type: ["string", "number", "boolean", "object"],
        additionalProperties: { not: EMPTY },
      },
      topPolicy: this.#policy({ allowsUnset: true }),
    };
    return {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "scheduler",
      description: "The plugin's part of the config: " +
        "plugins.configs.scheduler",
      type: ["object", "null"],
      properties,
      additionalProperties: true,
      allOf: [
        forbid(RULE_KEYS),
        ifSet("rules", forbid(["policy", "delegate", "auth_id"])),
        ifSet("policy", forbid(["delegate", "auth_id"])),
        this.#refuseFilters(["tiers"], UNSET),
      ],
      $defs: {
        ...definitions,
        ...UNSET_PARTS,
        ...Object.fromEntries(
          [...this.#parts.values()].map(({ name, part }) => [name, part]),
        ),
      },
    };
  }

  #schema(shape: Shape): JsonSchema {
    const { description } = shape;
    if (this.#shapes.policies.has(shape)) {
      return { description, $ref: "#/$defs/policy" };
    }
    if (shape === this.#shapes.rule) return { $ref: "#/$defs/rule" };
    if (!this.#repeated.has(identityOf(shape))) {
      return { description, ...this.#form(shape) };
    }
    const { name, part } = this.#partOf(shape);
    const isSaid = description === part["description"];
    return { ...(!isSaid && { description }), $ref: `#/$defs/${name}` };
  }

  /** A schema of what the host's page cannot delete. */
  #or(unset: JsonSchema, shape: Shape): JsonSchema {
    const { description, ...schema } = this.#schema(shape);
    const anyOf = [schema, unset];
    return description === undefined ? { anyOf } : { description, anyOf };
  }

  /** What stands more than once, with its name under `$defs`. */
  #partOf(shape: Shape): Part {
    const identity = identityOf(shape);
    const known = this.#parts.get(identity);
    if (known !== undefined) return known;
    const { description } = shape;
    const part = { description, ...this.#form(shape) };
    const made = { name: `part${this.#parts.size + 1}`, part };
    this.#parts.set(identity, made);
    return made;
  }

  #form(shape: Shape): JsonSchema {
    switch (shape.kind) {
      case "text":
        return {
          // Numbers and the like count as the text that stands there.
          type: ["string", "number", "boolean"],
          ...(shape.pattern !== undefined && { pattern: shape.pattern }),
          ...(shape.example !== undefined && { examples: [shape.example] }),
        };
      case "choice":
        return { enum: shape.values };
      case "boolean":
        return { anyOf: [{ type: "boolean" }, { enum: BOOLEAN_WORDS }] };
      case "number":
        return {
          type: shape.isInteger ? "integer" : "number",
          minimum: shape.min,
          maximum: shape.max,
        };
      case "list": {
        const items = this.#schema(withoutExample(shape.of));
        const [minItems, maxItems] = [1, listItems(shape)];
        const example = exampleOf(shape.of);
        return {
          anyOf: [items, { type: "array", items, minItems, maxItems }],
          ...(example !== undefined && { examples: [example] }),
        };
      }
      case "map":
        return {
          type: "object",
          propertyNames: {
            description: shape.key.description,
            ...(shape.key.pattern && { pattern: shape.key.pattern }),
          },
          additionalProperties: this.#schema(shape.of),
          minProperties: 1,
          maxProperties: mapItems(shape),
        };
      case "object":
        return this.#object(shape);
      case "json":
        return shape.isMapping ? { type: "object" } : {};
    }
  }

  #object(shape: ObjectShape): JsonSchema {
    const { description, fields, allowsUnset = false } = shape;
    const required = Object.keys(fields).filter((name) =>
      fields[name]?.isRequired
    );
    return {
      description,
      type: "object",
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, { shape, isRequired }]) => [
          name,
          allowsUnset && !isRequired
            ? this.#or(EMPTY, shape)
            : this.#schema(shape),
        ]),
      ),
      ...(required.length > 0 && { required }),
      ...(required.length === 0 && !allowsUnset && { minProperties: 1 }),
      additionalProperties: allowsUnset ? { type: "null" } : false,
    };
  }

  /**
   * A name, or an object with the options that go with it. Which policies are
   * under `policies` it cannot know, so that any name may be one of them.
   */
  #policy(unset: UnsetOptions): JsonSchema {
    const plain = this.#kinds.filter(({ isPlain }) => isPlain);
    const own = this.#ownPolicy;
    return {
      anyOf: [
        { enum: plain.map(({ name }) => name) },
        this.#schema(own.fields["name"]!.shape),
        this.#object({ ...own, ...unset }),
        {
          type: "object",
          properties: { name: { enum: this.#kinds.map(({ name }) => name) } },
          required: ["name"],
          oneOf: this.#kinds.map((kind) =>
            this.#object(policyShape(kind, unset))
          ),
        },
      ],
    };
  }

  /** Keys that may not stand beside a policy which sees every candidate. */
  #refuseFilters(keys: readonly string[], instead: unknown): JsonSchema {
    const kinds = this.#kinds.filter(({ mayFilter }) => !mayFilter);
    const names = { enum: kinds.map(({ name }) => name) };
    const object = {
      type: "object",
      properties: { name: names },
      required: ["name"],
    };
    return {
      if: {
        properties: { policy: { anyOf: [names, object] } },
        required: ["policy"],
      },
      then: {
        properties: Object.fromEntries(keys.map((key) => [key, instead])),
      },
    };
  }
}

function ownPolicyShape(
  { moduleOptions }: RuleParts,
  { pattern = "" }: MapKey,
): ObjectShape {
  const { description, fields } = moduleOptions;
  const name: Shape = {
    kind: "text",
    description: "Name of a policy under policies",
    pattern,
  };
  return {
    kind: "object",
    description,
    fields: { name: { shape: name, isRequired: true }, ...fields },
  };
}

/**
 * Objects with the same fields are the same, whatever is said of them; texts
 * are if the same is said of them.
 */
function identityOf(shape: Shape): unknown {
  switch (shape.kind) {
    case "object":
      return shape.fields;
    case "text":
      return JSON.stringify([shape.description, shape.pattern, shape.example]);
    default:
      return shape;
  }
}

/** The example of an item stands with the list, so that items are the same. */
function withoutExample(shape: Shape): Shape {
  if (shape.kind !== "text") return shape;
  const { example: _, ...rest } = shape;
  return rest;
}

function exampleOf(shape: Shape): string | undefined {
  return shape.kind === "text" ? shape.example : undefined;
}

/** What is met more than once, but for what a reference is no shorter than. */
function repeatedAmong(shapes: readonly Shape[]): ReadonlySet<unknown> {
  const met = new Set<unknown>();
  const repeated = new Set<unknown>();
  const meet = (shape: Shape): void => {
    if (shape.kind === "boolean" || shape.kind === "number") return;
    const identity = identityOf(shape);
    if (met.has(identity)) repeated.add(identity);
    else {
      met.add(identity);
      shapesIn(shape).forEach(meet);
    }
  };
  shapes.forEach(meet);
  return repeated;
}

function shapesIn(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case "list":
      // An item stands in a list or alone.
      return [withoutExample(shape.of), withoutExample(shape.of)];
    case "map":
      return [shape.of];
    case "object":
      return Object.values(shape.fields).map(({ shape }) => shape);
    default:
      return [];
  }
}

/** A key that must not be there. */
const FORBIDDEN = false;

/** What stands for a key that the host's page cannot delete. */
const EMPTY: JsonSchema = { $ref: "#/$defs/empty" };

/** The same for a text at the top. */
const NO_TEXT: JsonSchema = { $ref: "#/$defs/noText" };

/** The same for what is a text or a mapping, and for any key at the top. */
const UNSET: JsonSchema = { anyOf: [EMPTY, NO_TEXT] };

/** What these refer to. */
const UNSET_PARTS: JsonSchema = {
  empty: { enum: [null, [], {}] },
  noText: { type: ["string", "null"], pattern: "^\\s*$" },
};

function unsetAtTop({ kind }: Shape): JsonSchema {
  if (kind === "boolean") return { type: "null" };
  return kind === "text" || kind === "choice" ? NO_TEXT : EMPTY;
}

function ifSet(key: string, then: JsonSchema): JsonSchema {
  return {
    if: { properties: { [key]: { not: UNSET } }, required: [key] },
    then,
  };
}

function forbid(keys: readonly string[]): JsonSchema {
  return {
    properties: Object.fromEntries(keys.map((key) => [key, UNSET])),
  };
}
