/**
 * From a method's name and bytes to the reply, and the one place that knows
 * which config is in force. Runs in the pick isolate; called for every call of
 * the host that the C side cannot answer by itself. Synchronous, never throws.
 */

import {
  ConfigError,
  type ConfigProblem,
  type ConfigReading,
  readConfig,
} from "../config/config.ts";
import { answerOnFailure, answerToAny, decide } from "../policy/decide.ts";
import type { Decision } from "../policy/decision.ts";
import { Ledger } from "../policy/ledger.ts";
import { listKey } from "../policy/list_key.ts";
import type { Candidate } from "../policy/pick_request.ts";
import { type ModuleHost, NO_MODULES } from "../policy/policy_modules.ts";
import { DEFAULT_SETTINGS, type Settings } from "../policy/settings.ts";
import { describeInForce } from "./in_force.ts";
import { type KnownList, KnownLists } from "./known_lists.ts";
import {
  describeRefusal,
  describeWarning,
  frameOf,
  type LogEntry,
  nameOf,
} from "./log_entry.ts";
import { decodeLifecycleRequest } from "./plugin_register.ts";
import {
  keepRotation,
  type Publication,
  publish,
  publishMore,
  refusingRule,
  rotationOf,
} from "./publish.ts";
import { requestMayClose } from "./may_close.ts";
import { Refusals } from "./refusals.ts";
import { encodeRegistration } from "./registration.ts";
import { decodeTakenReports, type TakenReport } from "./rotation_taken.ts";
import { RpcError } from "./rpc_error.ts";
import {
  type DecodedPick,
  decodePick,
  decodePickBefore,
} from "./scheduler_pick.ts";
import { SEALED_REFUSAL, sealedRegistration } from "./sealed.ts";
import {
  CONFIG_REPLAY,
  encodeAnswer,
  encodeError,
  encodeResult,
  PLUGIN_ERROR,
  PLUGIN_RECONFIGURE,
  PLUGIN_REGISTER,
  REQUEST_COMPLETE,
  ROTATION_TAKEN,
  SCHEDULER_PICK,
  UNKNOWN_METHOD,
  USAGE_HANDLE,
} from "./wire.ts";

/** What a call is answered. */
export interface Reply {
  /** What the C function returns: 1 for an error of the call itself. */
  readonly rc: 0 | 1;
  /** The envelope, JSON text. */
  readonly body: string;
  /** Present when the call put the config that it brought in force. */
  readonly accepted?: {
    /** Body that picks get while no worker can answer. */
    readonly onFailure: string;
    /** Whether that is the answer to every pick, worker or not. */
    readonly isForAny: boolean;
    /** Whether the host is to send candidates of all priorities. */
    readonly allTiers: boolean;
  };
  /**
   * Present when the config that the call brought has an error, and none was in
   * force before: `sealed` refuses every pick, `open` leaves them to the host.
   */
  readonly refused?: "sealed" | "open";
  /** Present when the C side can learn something from a pick. */
  readonly publication?: Publication;
  /** The list's number is not known: the C side is to send the whole pick. */
  readonly needsWhole?: true;
  /**
   * Present when a config waits for the policies that it names: the same call
   * is to be made again after a while, and has no answer yet.
   */
  readonly isPending?: true;
  /**
   * Present when a pick met a fault of ours. The body is the answer on failure
   * then.
   */
  readonly failed?: true;
}

/** How the C side asks for a pick, beside its bytes. */
export interface PickFrame {
  /** Number of the list of candidates, which the bytes lack; 0: they do not. */
  readonly list: number;
  /** The position that was taken already, of the list's rotation. */
  readonly turn?: { readonly tag: number; readonly position: number };
}

/** The bytes are all there is. */
const WHOLE: PickFrame = { list: 0 };

/** Hosts that send all priorities speak this schema, or a newer one. */
const TIERS_SCHEMA = 6;

const NO_TIERS: LogEntry = {
  level: "warn",
  message: "Check the config: tiers: all has no effect with this host, which " +
    "sends the candidates of the best priority only",
  fields: {},
};

const DONE: Reply = { rc: 0, body: encodeResult("{}") };

/** What a dispatcher needs from outside. */
export interface DispatcherOptions {
  /** Our version, for the registration. */
  readonly version: string;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
  /** A random whole number below 2^32. */
  readonly seed: number;
  /** IANA name of the zone that rules go by which name none. */
  readonly timeZone: string;
  /** Takes log entries; must not block. What it throws is ignored. */
  readonly log: (entry: LogEntry) => void;
  /** Counts picks. @default {new Ledger()} */
  readonly ledger?: Ledger;
  /** Runs policies that users wrote. @default {none is ever loaded} */
  readonly modules?: ModuleHost;
}

/** Where there are no policies that users wrote. */
const NO_HOST: ModuleHost = {
  ...NO_MODULES,
  prepare: () => true,
  adopt: () => {},
};

/** What an empty config is read as. */
const DEFAULTS: ConfigReading = { settings: DEFAULT_SETTINGS, problems: [] };

/** What a config was read as. */
interface ReadConfig {
  readonly method: string;
  /** The bytes that it came as. */
  readonly request: Uint8Array;
  readonly schemaVersion: number;
  readonly settings: Settings;
  readonly plan?: ConfigReading["plan"];
  readonly problems: readonly ConfigProblem[];
  /** The config's own bytes, within the request's. */
  readonly configYaml: Uint8Array;
}

/** Answers the host's calls, one after the other. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #settings: Settings = DEFAULT_SETTINGS;
  /** Answer to the last call that brought a good config. */
  #registration: string | undefined;
  /** The entries that the last config gave, as JSON. */
  #reported = "[]";
  /** The last fault, so that each is logged once and not at each pick. */
  #fault = "";
  /** Number of the config in force: counts those that were accepted. */
  #epoch = 0;
  readonly #lists = new KnownLists();
  readonly #ledger: Ledger;
  readonly #modules: ModuleHost;
  readonly #refusals: Refusals;
  /** A config that waits for its policies. */
  #pending: ReadConfig | undefined;
  /** The bytes of the config in force, if the log was told of it last. */
  #announced: Uint8Array | undefined;
  /** Every pick is refused, because a first config may close something. */
  #isSealed = false;

  /** @param options Version, log and counts. */
  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#ledger = options.ledger ?? new Ledger();
    this.#modules = options.modules ?? NO_HOST;
    this.#refusals = new Refusals({
      now: options.now,
      log: (entry) => this.#log(entry),
    });
  }

  /** Tells the log what is due. Called now and then, also when nothing comes. */
  turn(): void {
    this.#refusals.tell();
  }

  /**
   * Answers one call.
   *
   * @param method The host's name of the method.
   * @param request The host's bytes; only read, and not kept.
   * @param frame Of a pick: what the C side says beside it.
   * @returns The reply.
   */
  call(
    method: string,
    request: Uint8Array,
    frame: PickFrame = WHOLE,
  ): Reply {
    switch (method) {
      case PLUGIN_REGISTER:
      case PLUGIN_RECONFIGURE:
      case CONFIG_REPLAY:
        return this.#configure(method, request);
      case SCHEDULER_PICK:
        return this.#pick(request, frame);
      case ROTATION_TAKEN:
        return this.#noteTaken(request);
      case USAGE_HANDLE:
      case REQUEST_COMPLETE:
        // No policy looks at results yet.
        return DONE;
      default:
        return {
          rc: 0,
          body: encodeError(UNKNOWN_METHOD, `unknown method: ${method}`),
        };
    }
  }

  #pick(bytes: Uint8Array, frame: PickFrame): Reply {
    if (this.#isSealed) return { rc: 0, body: SEALED_REFUSAL };
    try {
      return this.#decide(bytes, frame);
    } catch (error) {
      if (error instanceof RpcError) {
        return { rc: 1, body: encodeError(error.code, error.message) };
      }
      this.#reportFault(`Cannot answer ${SCHEDULER_PICK}`, error);
      const answer = answerOnFailure(this.#settings);
      return { rc: 0, body: encodeAnswer(answer), failed: true };
    }
  }

  #decide(bytes: Uint8Array, frame: PickFrame): Reply {
    const known = this.#lists.find(frame.list);
    if (frame.list !== 0 && known === undefined) {
      return { rc: 0, body: encodeResult("{}"), needsWhole: true };
    }
    const decoded = known === undefined
      ? decodePick(bytes)
      : decodePickBefore(bytes, known.candidates);
    const { candidates } = decoded.request;
    const positionOf = (tag: number) =>
      frame.turn?.tag === tag
        ? frame.turn.position
        : this.#ledger.positionOf(tag, listKey(candidates));
    const decision = decide(decoded.request, this.#settings, {
      nowMs: this.#options.now(),
      seed: this.#options.seed,
      history: this.#ledger,
      modules: this.#modules,
      positionOf,
    });
    if (decision.fault !== undefined) {
      this.#reportFault("A policy failed and chose nothing", decision.fault);
    }
    if (decision.answer.kind === "refuse" && decision.refusal !== undefined) {
      this.#refusals.note(decision.refusal);
    }
    const list = known ?? this.#learn(decoded, bytes.length);
    const position = decision.rotation === undefined
      ? 0
      : positionOf(decision.rotation.tag);
    const publication = list &&
      this.#publish(decoded, decision, list, position);
    this.#note(decision, candidates, position, publication);
    return {
      rc: 0,
      body: encodeAnswer(decision.answer),
      ...(publication && { publication }),
    };
  }

  #learn(
    { request, tailOffset }: DecodedPick,
    bytes: number,
  ): KnownList | undefined {
    return tailOffset === undefined
      ? undefined
      : this.#lists.learn(request.candidates, bytes - tailOffset);
  }

  #publish(
    { request, tailOffset, isHostForm }: DecodedPick,
    decision: Decision,
    list: KnownList,
    position: number,
  ): Publication | undefined {
    const { rotation } = decision;
    if (rotation !== undefined) {
      keepRotation(list, this.#epoch, rotation);
    }
    return publish({
      request,
      isHostForm,
      decision,
      list,
      tailOffset: tailOffset ?? 0,
      epoch: this.#epoch,
      position,
    });
  }

  /** What the C side keeps it counts itself, and says later. */
  #note(
    { rotation, answer }: Decision,
    candidates: readonly Candidate[],
    position: number,
    publication: Publication | undefined,
  ): void {
    if (rotation !== undefined) {
      this.#ledger.noteTurn(rotation.tag, listKey(candidates), position);
    }
    if (publication?.turns !== true) this.#ledger.noteAnswer(answer);
  }

  #noteTaken(bytes: Uint8Array): Reply {
    try {
      let publication: Publication | undefined;
      for (const report of decodeTakenReports(bytes)) {
        publication = this.#noteReport(report) ?? publication;
      }
      return { ...DONE, ...(publication && { publication }) };
    } catch (error) {
      this.#reportFault(`Cannot answer ${ROTATION_TAKEN}`, error);
      return DONE;
    }
  }

  /** What is asked for with a report, if anything is. */
  #noteReport(report: TakenReport): Publication | undefined {
    const { tag, epoch, from, to, moreFrom } = report;
    const refusing = refusingRule(tag);
    if (refusing !== undefined) {
      this.#refusals.noteServed(epoch, refusing, to - from);
      return undefined;
    }
    const list = this.#lists.find(report.list);
    const rotation = list && rotationOf(tag, epoch, list);
    if (list === undefined || rotation === undefined) return undefined;
    this.#ledger.noteTaken(rotation, listKey(list.candidates), from, to);
    return moreFrom === undefined
      ? undefined
      : publishMore(rotation, list, epoch, moreFrom);
  }

  /**
   * An error makes the host drop the plugin, and with it a denial. So once a
   * config was accepted, a bad one is logged and the last good one stays.
   */
  #configure(method: string, request: Uint8Array): Reply {
    try {
      return this.#accept(method, request);
    } catch (error) {
      const entry = describeRefusal(method, error);
      this.#announced = undefined;
      if (this.#registration === undefined) {
        return this.#refuseFirst(method, request, { entry, error });
      }
      this.#report([{
        ...entry,
        message: `${entry.message}: the last good config stays in force`,
      }]);
      return { rc: 0, body: this.#registration };
    }
  }

  /**
   * The host's own example answers an error to a first config that is bad, and
   * the host chooses from everything then. So does this plugin, unless the
   * config may close something. Said at each call: it is all that people see.
   */
  #refuseFirst(
    method: string,
    request: Uint8Array,
    { entry, error }: { readonly entry: LogEntry; readonly error: unknown },
  ): Reply {
    this.#isSealed = firstMayClose(request, error);
    if (this.#isSealed) {
      this.#log({
        ...entry,
        message: `Sealed: ${entry.message}: every pick is refused until the ` +
          "config is mended",
      });
      const { version } = this.#options;
      const body = sealedRegistration(version, schemaOf(method, request));
      return { rc: 0, body, refused: "sealed" };
    }
    // The host logs what it is answered.
    if (method === CONFIG_REPLAY) {
      this.#log({
        ...entry,
        message: `${entry.message}: it closes nothing, so every pick is left ` +
          "to the host",
      });
    }
    const body = encodeError(PLUGIN_ERROR, entry.message);
    return { rc: 1, body, refused: "open" };
  }

  #accept(method: string, request: Uint8Array): Reply {
    const read = this.#takePending(method, request) ??
      this.#read(method, request);
    const { schemaVersion, settings, problems } = read;
    if (!this.#modules.prepare(settings.modules)) {
      this.#pending = { ...read, request: request.slice() };
      return { ...DONE, isPending: true };
    }
    const { version } = this.#options;
    const allTiers = settings.rules.some(({ tiers }) => tiers === "all");
    const body = encodeRegistration({ version, schemaVersion, allTiers });
    const onFailure = encodeAnswer(answerOnFailure(settings));
    const isForAny = answerToAny(settings) !== undefined;
    this.#modules.adopt(settings.modules);
    this.#settings = settings;
    this.#isSealed = false;
    this.#epoch++;
    this.#refusals.adopt(this.#epoch, settings.rules.map(({ name }) => name));
    this.#registration = body;
    this.#fault = "";
    this.#report([
      ...problems.map(describeWarning),
      ...allTiers && schemaVersion < TIERS_SCHEMA ? [NO_TIERS] : [],
    ]);
    this.#announce(read);
    return { rc: 0, body, accepted: { onFailure, isForAny, allTiers } };
  }

  /** Once for each config that comes into force, however often it comes. */
  #announce(read: ReadConfig): void {
    const { configYaml } = read;
    if (this.#announced && isSame(this.#announced, configYaml)) return;
    this.#announced = configYaml.slice();
    this.#log(describeInForce(read));
  }

  /** A call that is made again need not be read again. */
  #takePending(method: string, request: Uint8Array): ReadConfig | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending?.method === method && isSame(pending.request, request)
      ? pending
      : undefined;
  }

  #read(method: string, request: Uint8Array): ReadConfig {
    const { configYaml, schemaVersion } = decodeLifecycleRequest(
      method,
      request,
    );
    const reading = configYaml.length === 0
      ? DEFAULTS
      : readConfig(configYaml, { timeZone: this.#options.timeZone });
    const { settings, problems, mayClose } = reading;
    if (settings === undefined) throw new ConfigError(problems, mayClose);
    const { plan } = reading;
    return {
      method,
      request,
      schemaVersion,
      settings,
      problems,
      configYaml,
      ...(plan && { plan }),
    };
  }

  /**
   * Logs what a config gave, unless the config before gave the same: the host
   * reconfigures at every refresh of a token.
   */
  #report(entries: readonly LogEntry[]): void {
    const reported = JSON.stringify(entries);
    if (reported === this.#reported) return;
    this.#reported = reported;
    for (const entry of entries) this.#log(entry);
  }

  #reportFault(what: string, error: unknown): void {
    const fault = `${nameOf(error)} ${frameOf(error)}`;
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#log({
      level: "error",
      message: `${what}: unexpected ${nameOf(error)}`,
      fields: { at: frameOf(error) },
    });
  }

  #log(entry: LogEntry): void {
    try {
      this.#options.log(entry);
    } catch {
      // A log that fails must not fail the host's call.
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** By the document if it could be parsed, else by its bytes. */
function firstMayClose(request: Uint8Array, error: unknown): boolean {
  const mayClose = error instanceof ConfigError ? error.mayClose : undefined;
  if (mayClose !== undefined) return mayClose;
  try {
    return requestMayClose(request);
  } catch {
    return true;
  }
}

/** The newest schema that the host speaks, if that can be read. */
function schemaOf(method: string, request: Uint8Array): number | undefined {
  try {
    return decodeLifecycleRequest(method, request).schemaVersion;
  } catch {
    return undefined;
  }
}
