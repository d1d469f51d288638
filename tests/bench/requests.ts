/**
 * Requests as the host writes them: its order of fields, its escapes, no
 * spaces (recorded ones: tests/fixtures). Made from numbers, the same in every
 * run.
 */

import { createHash } from "node:crypto";

/** What a plugin says of itself; the host sends it with every pick. */
export interface Metadata {
  readonly Name: string;
  readonly Version: string;
  readonly Author: string;
  readonly GitHubRepository: string;
  readonly Logo: string;
  readonly ConfigFields: readonly ConfigField[] | null;
}

interface ConfigField {
  readonly Name: string;
  readonly Type: string;
  readonly EnumValues?: readonly string[] | null;
  readonly Description: string;
}

/** One credential. */
export interface Candidate {
  readonly id: string;
  /** As the host writes it. */
  readonly json: string;
}

/** What differs between requests. */
export interface RequestOptions {
  readonly metadata: Metadata;
  readonly provider: string;
  readonly model: string;
  /** Number of the client's key. */
  readonly caller: number;
  /** Number of the session. */
  readonly session: number;
  /** Whether the client names its session, so that the host derives none. */
  readonly named: boolean;
  /** Number of the request. */
  readonly serial: number;
  /** The credential that the attempt before this one was made with. */
  readonly tried?: string;
}

/** JSON with the escapes of Go's encoder. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Hex digits that look random, the same for the same name. */
export function hex(name: string, digits: number): string {
  return createHash("sha256").update(name).digest("hex").slice(0, digits);
}

function uuid(name: string): string {
  return hex(name, 32).replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    "$1-$2-$3-$4-$5",
  );
}

/** The host's own order of fields. */
function encodeMetadata(metadata: Metadata): string {
  const { Name, Version, Author, GitHubRepository, Logo } = metadata;
  const ConfigFields = metadata.ConfigFields?.map((field) => ({
    Name: field.Name,
    Type: field.Type,
    EnumValues: field.EnumValues ?? null,
    Description: field.Description,
  })) ?? null;
  return goJson({
    Name,
    Version,
    Author,
    GitHubRepository,
    Logo,
    ConfigFields,
  });
}

/** About 1.5 kB of headers, names sorted, as a coding client sends them. */
function headers(options: RequestOptions): Record<string, readonly string[]> {
  const { caller, session, named, serial } = options;
  const sessionId = uuid(`session ${session}`);
  const turn = {
    turn: uuid(`turn ${serial}`),
    workspace: `/home/dev-${caller}/src/service-<main>&co`,
    git: { branch: "main", commit: hex(`commit ${serial % 7}`, 40) },
    sandbox: "workspace-write",
    tools: ["shell", "apply_patch", "update_plan", "view_image"],
  };
  return {
    Accept: ["text/event-stream"],
    "Accept-Encoding": ["gzip, deflate, br, zstd"],
    "Accept-Language": ["en-GB,en;q=0.9,de;q=0.7"],
    Authorization: [`Bearer sk-client-${hex(`key ${caller}`, 48)}`],
    Baggage: [
      `service=ide,env=prod,user=dev-${caller},release=${hex("release", 12)}`,
    ],
    "Cache-Control": ["no-cache"],
    Connection: ["keep-alive"],
    "Content-Length": [`${2000 + serial * 7919 % 90_000}`],
    "Content-Type": ["application/json"],
    ...(named && { Conversation_id: [sessionId] }),
    Cookie: [`sid=${hex(`cookie ${caller}`, 40)}; theme=dark`],
    "Openai-Beta": ["responses=experimental"],
    Originator: ["codex_cli_rs"],
    ...(named && { Session_id: [sessionId] }),
    Traceparent: [
      `00-${hex(`trace ${serial}`, 32)}-${hex(`span ${serial}`, 16)}-01`,
    ],
    "User-Agent": [
      "codex_cli_rs/0.46.0 (Ubuntu 24.4.0; x86_64) xterm-256color",
    ],
    "X-Codex-Turn-Metadata": [JSON.stringify(turn)],
    "X-Forwarded-For": [`10.0.${caller % 256}.${serial % 256}, 172.18.0.1`],
    "X-Forwarded-Host": ["proxy.example.com"],
    "X-Forwarded-Proto": ["https"],
    "X-Real-Ip": [`10.0.${caller % 256}.${serial % 256}`],
    "X-Request-Id": [uuid(`request ${serial}`)],
    "X-Stainless-Arch": ["x64"],
    "X-Stainless-Lang": ["js"],
    "X-Stainless-Package-Version": ["5.12.2"],
    "X-Stainless-Runtime": ["node"],
  };
}

function hostMetadata(options: RequestOptions): Record<string, unknown> {
  const { model, caller, session, named, tried } = options;
  return {
    caller_scope: hex(`caller ${caller}`, 64),
    ...(!named && {
      derived_session_id: `ctx:v1:${hex(`session ${session}`, 64)}`,
    }),
    generate: true,
    request_path: "/v1/responses",
    requested_model: model,
    ...(tried !== undefined && {
      selected_auth_id: tried,
      selected_auth_index: hex(`index ${tried}`, 16),
    }),
    service_tier: "auto",
    session_affinity_model: "",
    session_affinity_provider: "mixed",
  };
}

/** A request up to its candidates. */
export function encodePrefix(options: RequestOptions): string {
  const { metadata, provider, model } = options;
  return `{"Plugin":${encodeMetadata(metadata)},"Provider":"",` +
    `"Providers":${goJson([provider])},"Model":${goJson(model)},` +
    `"Stream":true,"Options":{"Headers":${goJson(headers(options))},` +
    `"Metadata":${goJson(hostMetadata(options))}}`;
}

/** The rest of a request. */
export function encodeTail(candidates: readonly Candidate[]): string {
  return `,"Candidates":[${candidates.map(({ json }) => json).join(",")}]}`;
}

function encodeCandidate(
  id: string,
  provider: string,
  attributes: Readonly<Record<string, string>>,
): string {
  return goJson({
    ID: id,
    Provider: provider,
    Priority: 0,
    Status: "active",
    Attributes: attributes,
    Metadata: null,
  });
}

const PLANS = ["plus", "pro", "team"] as const;

/** Three of four have a file, about 300 bytes; one is a key in the config. */
function makeCandidate(provider: string, number: number): Candidate {
  const name = hex(`${provider} ${number}`, 12);
  if (number % 4 === 3) {
    const id = `${provider}:apikey:${name}`;
    const json = encodeCandidate(id, provider, {
      auth_kind: "apikey",
      base_url: `https://upstream.example.com/${provider}/v1`,
      config_index: `${number}`,
      models_hash: hex(`models ${number % 3}`, 64),
      source: `config:${provider}[${name}]`,
    });
    return { id, json };
  }
  const plan = PLANS[number % 4] ?? "plus";
  const id = `${provider}-${name.slice(0, 8)}@example.com-${plan}.json`;
  const path = `/srv/cliproxy/auths/${id}`;
  const json = encodeCandidate(id, provider, {
    auth_kind: "oauth",
    note: `n${number}`,
    path,
    plan_type: plan,
    source: path,
    source_backend: "file",
    weight: `${number % 4 + 1}`,
  });
  return { id, json };
}

/** `count` candidates, sorted by the bytes of their IDs. */
export function makeCandidates(provider: string, count: number): Candidate[] {
  const made = Array.from(
    { length: count },
    (_, number) => makeCandidate(provider, number),
  );
  return made.sort((a, b) => a.id < b.id ? -1 : 1);
}
