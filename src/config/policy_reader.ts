/**
 * Reads a policy of the config: a name, or a mapping with a name and that
 * policy's options. A part of step 5 of reading a config.
 */

import { isScalar } from "yaml";
import type { Policy, PolicyKind } from "../policy/policy.ts";
import type { ChoiceShape, ObjectShape } from "../policy/shape.ts";
import { sourceOf } from "./document.ts";
import type { KeyPath } from "./key_path.ts";
import { DEFAULT_POLICY } from "./plugin_shapes.ts";
import type { RuleParts } from "./rule_parts.ts";
import type { ShapeReader } from "./shape_reader.ts";
import { kindIn, type Slot } from "./slot.ts";

/** A policy that was read. */
export interface PolicyReading {
  readonly kind: PolicyKind;
  /** Absent if something is wrong with its options. */
  readonly policy?: Policy;
}

/**
 * The object that stands for a policy with options.
 *
 * @param kind The kind of the policy.
 * @param options Whether options may be unset, as at the top.
 * @returns Its shape: the name, then the options.
 */
export function policyShape(
  kind: PolicyKind,
  { allowsUnset = false }: UnsetOptions = {},
): ObjectShape {
  return {
    kind: "object",
    allowsUnset,
    description: kind.options.description,
    fields: {
      name: {
        shape: {
          kind: "choice",
          description: "Name of the policy",
          values: [kind.name],
        },
        isRequired: true,
      },
      ...kind.options.fields,
    },
  };
}

/** What a policy may hold. */
export interface UnsetOptions {
  /** Whether null, `[]` and `{}` leave an option out. @default {false} */
  readonly allowsUnset?: boolean;
}

/** Reads policies. */
export class PolicyReader {
  readonly #reader: ShapeReader;
  readonly #parts: RuleParts;
  readonly #nameShape: ChoiceShape;
  /** Every key that some policy knows. */
  readonly #keys: readonly string[];
  readonly #isBroken: (name: string) => boolean;
  readonly #used = new Set<string>();

  /**
   * @param reader Takes the problems.
   * @param parts Which policies there are.
   * @param isBroken Tells of any other name whether a policy may have it with
   * which something is wrong, so that no more is said of it.
   */
  constructor(
    reader: ShapeReader,
    parts: RuleParts,
    isBroken: (name: string) => boolean,
  ) {
    this.#reader = reader;
    this.#parts = parts;
    this.#isBroken = isBroken;
    const kinds = parts.policyKinds;
    this.#nameShape = {
      kind: "choice",
      description: "Name of the policy",
      values: kinds.map(({ name }) => name),
    };
    const options = kinds.flatMap(({ options }) => Object.keys(options.fields));
    this.#keys = ["name", ...new Set(options)];
  }

  /** Names of the policies that were read so far, with or without error. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /**
   * Reads a policy.
   *
   * @param slot Where it is; nothing means the default.
   * @param path Its path.
   * @param options Whether its options may be unset.
   * @returns The policy; undefined if it is not known which one is meant.
   */
  read(
    slot: Slot | undefined,
    path: KeyPath,
    options: UnsetOptions = {},
  ): PolicyReading | undefined {
    if (slot === undefined) return this.#create(DEFAULT_POLICY, { path });
    const { at } = slot;
    if (kindIn(slot) === "a list") {
      const message = "must be a text or a mapping, got a list";
      this.#reader.report(path, message, {
        at,
        found: this.#reader.quote(this.#nameShape, slot),
      });
      return undefined;
    }
    return isScalar(slot.value)
      ? this.#readName(slot, path)
      : this.#readMapping(slot, path, options);
  }

  #readName(slot: Slot, path: KeyPath): PolicyReading | undefined {
    const kind = this.#readKind(slot, path);
    if (kind === undefined) return undefined;
    const { name } = kind;
    if (kind.isPlain) return this.#create(name, { path, slot });
    const keys = Object.keys(kind.options.fields).join(", ");
    this.#reader.report(path, `must have options with the policy ${name}`, {
      at: slot.at,
      hint: `write a mapping with name: ${name} and ${keys}`,
    });
    return { kind };
  }

  #readKind(slot: Slot, path: KeyPath): PolicyKind | undefined {
    const written = isScalar(slot.value)
      ? sourceOf(slot.value).text.trim()
      : "";
    if (this.#kindOf(written) === undefined && this.#isBroken(written)) {
      return undefined;
    }
    const name = this.#reader.readSet(this.#nameShape, slot, path);
    if (name === undefined) return undefined;
    this.#used.add(name);
    return this.#kindOf(name);
  }

  #readMapping(
    slot: Slot,
    path: KeyPath,
    unset: UnsetOptions,
  ): PolicyReading | undefined {
    const namePath = [...path, "name"];
    const nameSlot = this.#reader.peek(this.#keys, slot, { path, key: "name" });
    if (nameSlot === undefined) {
      this.#reader.report(namePath, "must be set", {
        at: slot.at,
        hint: `known are ${this.#nameShape.values.join(", ")}`,
      });
      return undefined;
    }
    const kind = this.#readKind(nameSlot, namePath);
    if (kind === undefined) return undefined;
    const shape = policyShape(kind, unset);
    const reading = this.#reader.readUntyped(shape, slot, path);
    if (reading === undefined) return { kind };
    const { name: _, ...options } = reading.value as Readonly<
      Record<string, unknown>
    >;
    return this.#create(kind.name, { path, slot, options });
  }

  #create(
    name: string,
    { path, slot, options = {} }: {
      readonly path: KeyPath;
      readonly slot?: Slot | undefined;
      readonly options?: object;
    },
  ): PolicyReading | undefined {
    const kind = this.#kindOf(name);
    const policy = kind === undefined
      ? "must be set"
      : this.#parts.createPolicy(name, options);
    if (typeof policy === "string") {
      this.#reader.report(path, policy, { at: slot?.at });
    }
    if (kind === undefined) return undefined;
    return typeof policy === "string" ? { kind } : { kind, policy };
  }

  #kindOf(name: string): PolicyKind | undefined {
    return this.#parts.policyKinds.find((kind) => kind.name === name);
  }
}
