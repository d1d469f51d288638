/**
 * How the plugin's part of the config looks, as one value: what the reader, the
 * JSON Schema and the reference share. The shapes of conditions, pools and
 * policies come from `rule_parts.ts`.
 */

import { DEFAULT_POLICIES_DIR } from "../policy/policy_modules.ts";
import type { Refusal } from "../policy/rule.ts";
import type {
  ChoiceShape,
  Field,
  Infer,
  ListShape,
  MapKey,
  MapShape,
  ObjectShape,
  Shape,
  TextShape,
} from "../policy/shape.ts";
import { CONFIG_KEYS } from "../policy/settings.ts";
import { POLICIES_DIR_KEY } from "./known_keys.ts";
import type { RuleParts } from "./rule_parts.ts";

/** What the client is told when the config does not say. */
export const DEFAULT_REFUSAL: Refusal = {
  status: 503,
  message: "no credential is available for this request",
};

/** Policy of a rule that names none. */
export const DEFAULT_POLICY = "round_robin";

/** What people may take for the absence of a policy. */
const NO_POLICY = "none";

const MAX_RULES = 1000;
const MAX_POOLS = 256;
const MAX_CALLERS = 1024;
/** Each has a context of its own in the worker. A guess: nobody writes more. */
const MAX_MODULES = 32;
/** Keys of one caller. A guess: a company, not everybody. */
const MAX_HASHES = 1000;
/** As long as a problem quotes, so that it shows names whole. */
const MAX_NAME_LENGTH = 40;
const MAX_RULE_NAME_LENGTH = 100;
/** A guess: below what systems allow, above what people write. */
const MAX_PATH_LENGTH = 1024;
/** A sentence or two for the client. A guess. */
const MAX_MESSAGE_LENGTH = 500;

const NAME_PATTERN = `[\\p{L}\\p{N}_-]{1,${MAX_NAME_LENGTH}}`;

/** Names that may stand in logs: an address or a key with dots is none. */
const NAME = textLike(`^${NAME_PATTERN}$`, {
  wanted: `must be a name of at most ${MAX_NAME_LENGTH} letters, digits, - ` +
    "and _",
});

/** Names of pools and callers. */
const NAME_KEY: Pick<MapKey, "check" | "pattern" | "isName"> = {
  ...NAME,
  isName: true,
};

/** `name` of a rule. */
export const RULE_NAME_SHAPE = {
  kind: "text",
  description: "Name of the rule in logs and reasons; no two have the same",
  ...textLike(
    `^(?=\\S)(?!.*\\s$)[^\\p{Cc}]{1,${MAX_RULE_NAME_LENGTH}}$`,
    {
      wanted: `must be a text of 1 to ${MAX_RULE_NAME_LENGTH} characters on ` +
        "one line, without spaces around it",
    },
  ),
} as const satisfies TextShape;

/** `tiers`, at the top and in a rule. */
export const TIERS_SHAPE = {
  kind: "choice",
  description: "Which candidates a rule sees: those of the best priority, or " +
    "those of all priorities",
  values: ["top", "all"],
} as const satisfies ChoiceShape<"top" | "all">;

/** `otherwise` of a rule. */
export const OTHERWISE_SHAPE = {
  kind: "choice",
  description: "When no candidate is left: refuse the request, or let the " +
    "host's own selector choose",
  values: ["refuse", "host"],
} as const satisfies ChoiceShape<"refuse" | "host">;

/** `refuse` in a rule. */
export const REFUSE_SHAPE = {
  kind: "object",
  description: "What the client is told when a rule refuses",
  fields: {
    status: {
      default: `${DEFAULT_REFUSAL.status}`,
      shape: {
        kind: "number",
        description: "HTTP status",
        min: 400,
        max: 599,
        isInteger: true,
      },
    },
    message: {
      default: DEFAULT_REFUSAL.message,
      shape: {
        kind: "text",
        description: "Message for the client",
        isSecret: true,
        ...textLike(`^(?=.*\\S)[^\\p{Cc}]{1,${MAX_MESSAGE_LENGTH}}$`, {
          wanted: `must be a text of 1 to ${MAX_MESSAGE_LENGTH} characters ` +
            "on one line",
        }),
      },
    },
  },
} as const satisfies ObjectShape;

/** `refuse` at the top. */
export const TOP_REFUSE_SHAPE = {
  ...REFUSE_SHAPE,
  fields: { ...REFUSE_SHAPE.fields },
  allowsUnset: true,
} as const satisfies ObjectShape;

/** `callers`. */
export const CALLERS_SHAPE = {
  kind: "map",
  description: "Clients by the hashes of their keys",
  key: {
    description: "Name of a caller, for conditions",
    ...NAME_KEY,
    // A client's key may stand here by mistake.
    isSecret: true,
  },
  of: {
    kind: "list",
    description: "The caller_scope of each key of the client",
    of: {
      kind: "text",
      description: "A caller_scope, as the host makes it of a client's key",
      isSecret: true,
      ...textLike("^[0-9a-fA-F]{64}$", {
        wanted: "must be the hash of a client's key, 64 hexadecimal digits: " +
          "make it with scheduler.so caller",
      }),
    },
    maxItems: MAX_HASHES,
  },
  maxItems: MAX_CALLERS,
} as const satisfies Shape;

/** `policies_dir`. */
export const POLICIES_DIR_SHAPE = {
  kind: "text",
  description: "Folder of the files of policies; a relative one starts at " +
    "the host's working directory",
  ...folderLike(),
} as const satisfies TextShape;

/** One entry of `policies`. */
export const MODULE_SHAPE = {
  kind: "object",
  description: "A policy that a user wrote",
  allowsUnset: true,
  fields: {
    module: {
      isRequired: true,
      shape: {
        kind: "text",
        description: "Name of its file in the folder of policies",
        example: "mine.ts",
        ...textLike(
          "^(?!.*\\.d\\.m?ts$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}" +
            "\\.(?:ts|mts|js|mjs)$",
          {
            wanted: "must be the name of a .ts or .js file in the folder of " +
              "policies",
          },
        ),
      },
    },
    options: {
      shape: {
        kind: "json",
        description: "What it is made with: any keys and values",
        isMapping: true,
      },
    },
  },
} as const satisfies ObjectShape;

/** What one entry of `policies` says. */
export type ModuleValue = Infer<typeof MODULE_SHAPE>;

/** `use` of a rule. */
export const USE_SHAPE = {
  kind: "list",
  description: "Pools to choose from, tried in this order",
  of: { kind: "text", description: "Name of a pool" },
} as const satisfies ListShape;

/** How the plugin's part looks. */
export interface PluginShapes {
  /** The keys at the top that are the plugin's. */
  readonly top: Readonly<Record<string, Field>>;
  /** One item of `rules`. */
  readonly rule: ObjectShape;
  /** All rules. */
  readonly rules: ListShape;
  /** All pools. */
  readonly pools: Shape & { readonly kind: "map" };
  /** All policies that users wrote. */
  readonly modules: MapShape<typeof MODULE_SHAPE>;
  /**
   * Stand where a policy does, and say which names one may have. A policy with
   * options is an object that no shape describes; those who meet these know.
   */
  readonly policies: ReadonlySet<Shape>;
}

/**
 * Describes the plugin's part.
 *
 * @param parts What rules are made of.
 * @returns The shapes.
 */
export function pluginShapes(parts: RuleParts): PluginShapes {
  const names = parts.policyKinds.map(({ name }) => name);
  const policy: ChoiceShape = {
    kind: "choice",
    description: "How to choose among the candidates: the name of a policy, " +
      "one of these or one under policies, or a mapping with its name and " +
      "its options",
    values: names,
  };
  const rule: ObjectShape = {
    kind: "object",
    description: "One rule",
    fields: {
      name: { shape: RULE_NAME_SHAPE, isRequired: true },
      when: { shape: parts.whenShape, default: "every request" },
      use: { shape: USE_SHAPE, default: "all candidates" },
      policy: { shape: policy, default: DEFAULT_POLICY },
      otherwise: { shape: OTHERWISE_SHAPE, default: "host" },
      refuse: { shape: REFUSE_SHAPE, default: "refuse at the top" },
      tiers: { shape: TIERS_SHAPE, default: "tiers at the top" },
    },
  };
  const rules: ListShape = {
    kind: "list",
    description: "Rules; the first that a request meets decides",
    of: rule,
    maxItems: MAX_RULES,
  };
  const pools: PluginShapes["pools"] = {
    kind: "map",
    description: "Credentials by what the host says of them",
    key: { description: "Name of a pool, for rules", ...NAME_KEY },
    of: parts.poolShape,
    maxItems: MAX_POOLS,
  };
  const modules: PluginShapes["modules"] = {
    kind: "map",
    description: "Policies that users wrote",
    key: {
      description: "Name of the policy, for rules",
      ...moduleName(names),
      isName: true,
    },
    of: MODULE_SHAPE,
    maxItems: MAX_MODULES,
  };
  const onlyPolicy: ChoiceShape = {
    ...policy,
    description: "Instead of rules: one policy for every request, over all " +
      "candidates",
  };
  const top = {
    ...SETTING_FIELDS,
    pools: { shape: pools },
    callers: { shape: CALLERS_SHAPE },
    policies: { shape: modules },
    [POLICIES_DIR_KEY]: {
      shape: POLICIES_DIR_SHAPE,
      default: DEFAULT_POLICIES_DIR,
    },
    tiers: { shape: TIERS_SHAPE, default: "top" },
    refuse: { shape: TOP_REFUSE_SHAPE },
    rules: { shape: rules },
    policy: { shape: onlyPolicy },
  };
  const policies = new Set([policy, onlyPolicy]);
  return { top, rule, rules, pools, modules, policies };
}

/** The keys of the host's own example; `settings_reader.ts` reads them. */
const SETTING_FIELDS: Readonly<Record<string, Field>> = {
  deny: {
    shape: { kind: "boolean", description: "Refuse every request" },
    default: "false",
  },
  delegate: {
    shape: {
      kind: "text",
      description: "Let this built-in selector of the host choose, always",
      example: "fill-first",
    },
    default: "none",
  },
  [CONFIG_KEYS.authId]: {
    shape: {
      kind: "text",
      description:
        "Pick the credential with this ID whenever it is a candidate",
    },
    default: "none",
  },
};

/** Names of policies that users wrote: none that means something already. */
function moduleName(
  taken: readonly string[],
): Pick<MapKey, "check" | "pattern"> {
  return {
    pattern: `^(?!(?:${[...taken, NO_POLICY].join("|")})$)${NAME_PATTERN}$`,
    check: (name) => {
      if (taken.includes(name)) {
        return "must not be the name of a policy that there is already";
      }
      return name === NO_POLICY ? `must not be ${name}` : NAME.check(name);
    },
  };
}

/** A check by a regular expression, for readers and for the JSON Schema. */
function textLike(
  pattern: string,
  { wanted }: { readonly wanted: string },
): { readonly pattern: string; check(text: string): string | undefined } {
  const regexp = new RegExp(pattern, "u");
  return {
    pattern,
    check: (text) => regexp.test(text) ? undefined : wanted,
  };
}

/** A folder, as the shell would not have it: `~` and `$` are not expanded. */
function folderLike(): ReturnType<typeof textLike> {
  const pattern = `^(?=.*\\S)(?![~$])[^\\p{Cc}]{1,${MAX_PATH_LENGTH}}$`;
  const { check } = textLike(pattern, {
    wanted: `must be a text of 1 to ${MAX_PATH_LENGTH} characters on one line`,
  });
  return {
    pattern,
    check: (text) =>
      /^[~$]/.test(text)
        ? "must be a path in full, such as /home/ada/policies: ~ and " +
          "variables are not expanded"
        : check(text),
  };
}
