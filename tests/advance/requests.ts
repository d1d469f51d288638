/**
 * Picks as the host sends them, byte for byte in its form, and others that are
 * valid JSON all the same. What differs from pick to pick is chosen so that
 * whoever takes a request apart by its bytes has every chance to be wrong.
 */

import type { CandidateList } from "./candidates.ts";
import { goMap, goString, goStruct } from "./go_text.ts";
import type { Random } from "./random.ts";

/** One pick to ask for. */
export interface PickCall {
  /** What is special about it, for the count of what was tried. */
  readonly kinds: readonly string[];
  readonly text: string;
  /**
   * The end of the text, from the comma before the candidates' key on, if it is
   * in the host's form.
   */
  readonly list: string | undefined;
  /** Go takes it, we need not: a key twice in one object. */
  readonly refusable: boolean;
}

/** A part of a request, and what is special about it. */
interface Part {
  readonly kind: string;
  readonly json: string;
  readonly refusable?: boolean;
}

/** Text that means something where it is no text. */
const TRAPS = [
  ',"Candidates":[{"ID":"x","Provider":"codex"}]}',
  '","Candidates":[{"ID":"x"',
  ',"Options":{"Headers":null,"Metadata":{}}',
  '{"caller_scope":"0000"}',
  ',"caller_scope":"0000",',
  '\\","caller_scope":"0000',
  ',"Metadata":{"caller_scope":"0000"}}',
  '"}},"Metadata":{"caller_scope":"0000',
  "\\",
  '"',
];

/** More than twice as many sessions as keys are remembered at least. */
const SESSIONS = 3000;

/** Lists that are kept for where none belongs, and how long they may be. */
const STRAY_LISTS = 16;
const STRAY_LENGTH = 5000;

/** Makes picks. */
export class Requests {
  readonly #random: Random;
  /** Texts of `caller_scope`, one for each client. */
  readonly sessions: readonly string[];
  /** Lists of picks before: they may be known, but are not this pick's own. */
  readonly #strays = Array<string>(STRAY_LISTS).fill('[{"ID":"stray"}]');
  #count = 0;

  /**
   * @param random Random numbers.
   * @param sessions How many clients take turns. @default {3000}
   */
  constructor(random: Random, sessions = SESSIONS) {
    this.#random = random;
    this.sessions = Array.from({ length: sessions }, () => random.hex(64));
  }

  /** A pick in the host's form, with these candidates. */
  host(list: CandidateList): PickCall {
    const parts = [this.#head(), this.#headers(), this.#metadata()] as const;
    const [head, headers, metadata] = parts;
    const tail = `,"Candidates":${list.json}}`;
    this.#count++;
    if (list.json.length < STRAY_LENGTH) {
      this.#strays[this.#count % STRAY_LISTS] = list.json;
    }
    return {
      kinds: [`candidates: ${list.kind}`, ...parts.map(({ kind }) => kind)],
      text:
        `${head.json},"Options":{"Headers":${headers.json},"Metadata":${metadata.json}}${tail}`,
      list: tail,
      refusable: metadata.refusable ?? false,
    };
  }

  /** A pick in the host's form or, now and then, another. */
  any(list: CandidateList): PickCall {
    const call = this.host(list);
    return this.#random.once(12) ? this.#reshaped(call, list) : call;
  }

  #head(): Part {
    const random = this.#random;
    const model = random.of(["gpt-5.5", "gpt-5.5", "gpt-5.4", "gpt-5.5-mini"]);
    switch (random.below(8)) {
      case 0:
        return head("one provider", { provider: "codex", model });
      case 1:
        return head("a suffix", { model: `team/${model}(high)` });
      case 2:
        return head("unicode", { model: `модель-世界-😀-<${model}>` });
      case 3:
        return head("trap in the model", { model: model + random.of(TRAPS) });
      case 4:
        return head("trap in the plugin", { model, logo: random.of(TRAPS) });
      case 5:
        return head("no model", { model: "" });
      default:
        return head(model, { model, stream: random.once(2) });
    }
  }

  #headers(): Part {
    const random = this.#random;
    const usual = {
      "Accept": ["*/*"],
      "Authorization": [`Bearer client-key-${random.below(20)}`],
      "Content-Length": [String(random.below(100_000))],
      "User-Agent": ["curl/7.88.1"],
      "X-Request": [String(this.#count)],
    };
    switch (random.below(11)) {
      case 0:
        return { kind: "headers: null", json: "null" };
      case 1:
        return { kind: "headers: none", json: "{}" };
      case 2:
        return headers("the key Candidates", {
          ...usual,
          Candidates: [this.#random.of(this.#strays), "x"],
        });
      case 3:
        return headers("the word Candidates among values", {
          ...usual,
          "X-List": ["x", "Candidates", ":[", "Candidates"],
        });
      case 4:
        return headers("the key Options", { ...usual, Options: ["Headers"] });
      case 5:
        return headers("the key caller_scope", {
          ...usual,
          "caller_scope": [random.of(this.sessions)],
        });
      case 6:
        return headers("a trap as text", {
          ...usual,
          "X-Text": [random.of(TRAPS), `${random.of(TRAPS)}${this.#count}`],
        });
      case 7:
        return headers("a session", {
          ...usual,
          "Thread-Id": [random.of(this.sessions)],
        });
      default:
        return headers("usual", usual);
    }
  }

  #metadata(): Part {
    const random = this.#random;
    const scope = random.of(this.sessions);
    const other = random.of(this.sessions);
    const usual = {
      "generate": "true",
      "request_path": '"/v1/responses"',
      "requested_model": '"gpt-5.5"',
      "service_tier": '"auto"',
      "session_affinity_model": '""',
      "session_affinity_provider": '"mixed"',
    };
    const scoped = { ...usual, "caller_scope": goString(scope) };
    switch (random.below(20)) {
      case 0:
        return { kind: "metadata: null", json: "null" };
      case 1:
        return { kind: "metadata: none", json: "{}" };
      case 2:
        return metadata("no caller_scope", usual);
      case 3:
        return metadata("caller_scope one byte off", {
          ...usual,
          "caller_scope": goString(`${scope.slice(0, -1)}g`),
        });
      case 4:
        return metadata("caller_scope is no text", {
          ...usual,
          "caller_scope": random.of(["1", "null", "true", "[]", '["a"]', "{}"]),
        });
      case 5:
        return metadata("caller_scope nested alone", {
          ...usual,
          a: `{"caller_scope":${goString(scope)}}`,
        });
      case 6:
        return metadata("caller_scope nested too", {
          ...scoped,
          a: `{"caller_scope":${goString(other)},"x":{"caller_scope":"1"}}`,
        });
      case 7:
        return metadata("caller_scope in a text", {
          ...scoped,
          note: goString(`,"caller_scope":"${scope}",`),
        });
      case 8:
        return {
          kind: "metadata: caller_scope in escapes",
          json: goMap(usual).replace("{", `{"caller\\u005fscope":"\\u0061",`),
        };
      case 9:
        return {
          kind: "metadata: caller_scope twice",
          json: goMap(scoped).replace("{", '{"caller_scope":"0000",'),
          refusable: true,
        };
      case 10:
        return metadata("a list of candidates", {
          ...scoped,
          Candidates: this.#random.of(this.#strays),
        });
      case 11:
        return metadata("candidates at the end", {
          a: "1",
          z: `{"Options":{},"Candidates":${this.#random.of(this.#strays)}}`,
        });
      case 12:
        return metadata("the key Options", { ...scoped, Options: "{}" });
      case 13:
        return metadata("a second attempt", {
          ...scoped,
          derived_session_id: goString(`ctx:v1:${random.of([scope, other])}`),
          selected_auth_id: '"codex-bob@example.com-pro.json"',
          selected_auth_index: goString(random.hex(16)),
        });
      case 14:
        return metadata("a connection", {
          ...scoped,
          derived_session_id: goString(`ctx:v1:${scope}`),
          execution_session_id: goString(random.of([scope, other])),
        });
      case 15:
        return metadata("a named session", {
          ...scoped,
          "canonical_session_id": goString(`conv:${random.of([scope, other])}`),
          "execution_session_id": goString(other),
          "parent_session_id": goString(`conv:${other}`),
        });
      case 16:
        return metadata("a session by its start", {
          ...scoped,
          derived_session_id: goString(`ctx:v1:${other}`),
          "lcp_affinity_session_id": goString(random.of([scope, other])),
        });
      default:
        return metadata("a session", scoped);
    }
  }

  /** The same pick as no host writes it. */
  #reshaped(call: PickCall, list: CandidateList): PickCall {
    const fields = Object.entries(
      JSON.parse(call.text) as Record<string, unknown>,
    ).map(([key, value]) => `${goString(key)}:${JSON.stringify(value)}`);
    const candidates = `"Candidates":${list.json}`;
    const others = fields.slice(0, -1);
    const shaped = (kind: string, text: string): PickCall => ({
      ...call,
      kinds: [...call.kinds, `form: ${kind}`],
      text,
      list: undefined,
    });
    switch (this.#random.below(7)) {
      case 0:
        return shaped("white space", spaced(call.text, this.#random));
      case 1:
        return shaped("white space after", `${call.text}\n`);
      case 2:
        return shaped("candidates first", `{${[candidates, ...others]}}`);
      case 3:
        return shaped(
          "candidates in the middle",
          `{${others.toSpliced(3, 0, candidates)}}`,
        );
      case 4:
        return shaped(
          "a further field after",
          `${call.text.slice(0, -1)},"Then":{"Candidates":${
            this.#random.of(this.#strays)
          }}}`,
        );
      case 5:
        return shaped("no candidates", `{${others}}`);
      default:
        return {
          ...shaped(
            "white space before",
            `${
              spaced(call.text.slice(0, -call.list!.length), this.#random)
            }${call.list}`,
          ),
          list: call.list,
        };
    }
  }
}

function head(
  kind: string,
  { provider = "", model, stream = true, logo = "" }: {
    provider?: string;
    model: string;
    stream?: boolean;
    logo?: string;
  },
): Part {
  const plugin = goStruct([
    ["Name", '"scheduler"'],
    ["Version", '"0.1.0"'],
    ["Author", '"scheduler"'],
    ["GitHubRepository", '"https://example.com/scheduler"'],
    ["Logo", goString(logo)],
    [
      "ConfigFields",
      '[{"Name":"deny","Type":"boolean","EnumValues":null,"Description":"d"}]',
    ],
  ]);
  const json = goStruct([
    ["Plugin", plugin],
    ["Provider", goString(provider)],
    ["Providers", '["codex"]'],
    ["Model", goString(model)],
    ["Stream", String(stream)],
  ]);
  return { kind: `head: ${kind}`, json: json.slice(0, -1) };
}

function headers(
  kind: string,
  values: Readonly<Record<string, readonly string[]>>,
): Part {
  const json = Object.fromEntries(
    Object.entries(values).map((
      [key, texts],
    ) => [key, `[${texts.map(goString)}]`]),
  );
  return { kind: `headers: ${kind}`, json: goMap(json) };
}

function metadata(
  kind: string,
  values: Readonly<Record<string, string>>,
): Part {
  return { kind: `metadata: ${kind}`, json: goMap(values) };
}

/** White space between tokens, here and there. */
function spaced(json: string, random: Random): string {
  return json.replace(
    /("(?:[^"\\]|\\.)*")|[{}[\],:]/g,
    (token, text) =>
      text !== undefined || !random.once(6)
        ? token
        : `${random.of([" ", "\n", "\t\r\n  "])}${token}${
          random.of(["", " "])
        }`,
  );
}
