/**
 * Drives the harness (`harness.c`) that has loaded one plugin.
 */

import { lifecycleRequest, TestHost } from "../host/host.ts";
import type { Metadata } from "./requests.ts";

/** Quantiles of single picks; null where the sample is too small. */
export interface Quantiles {
  readonly picks: number;
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
}

/** What the harness says of one measurement. */
export interface Sample {
  readonly picks: number;
  /** Picks that were left to the host. */
  readonly unhandled: number;
  /** Picks whose answer is none of the right ones. */
  readonly wrong: number;
  readonly wallNs: number;
  readonly hostCpuNs: number;
  readonly workerCpuNs: number;
  /** How often a thread of the worker was given a processor. */
  readonly workerTurns: number;
  /** Of all picks; not there for a loop. */
  readonly all?: Quantiles;
  /** Of those in which the calling thread slept, if that was noted. */
  readonly slept?: Quantiles;
  /** Of the others. */
  readonly awake?: Quantiles;
}

/** Limits of a measurement; of each thread. */
export interface Limits {
  readonly threads: number;
  readonly picks: number;
  readonly ms: number;
}

/** From dlopen on. */
export interface StartUp {
  readonly good: boolean;
  readonly registeredNs: number;
  readonly firstPickNs: number;
}

/** What reading the clock costs. */
export interface Clock {
  readonly stepNs: number;
  readonly between: Quantiles;
}

/** A harness in a process of its own. */
export class BenchHost implements AsyncDisposable {
  readonly #host: TestHost;

  private constructor(host: TestHost) {
    this.#host = host;
  }

  /** Starts a harness that has loaded nothing. */
  static async start(harness: string): Promise<BenchHost> {
    return new BenchHost(await TestHost.start(harness));
  }

  /** Loads and registers a plugin; returns what it says of itself. */
  async load(plugin: string): Promise<Metadata> {
    await this.#host.command("load", plugin);
    const { rc, body } = await this.#host.configure("", "plugin.register");
    if (rc !== 0) throw new Error(`"${plugin}" refuses to register: ${body}`);
    const { result } = JSON.parse(body) as { result: { metadata: Metadata } };
    return result.metadata;
  }

  /** Puts a config in force. */
  async configure(yaml: string): Promise<void> {
    const { rc, body } = await this.#host.configure(yaml);
    if (rc !== 0) throw new Error(`A config is refused: ${body}`);
  }

  /** Takes the requests of a file. */
  async ring(file: string): Promise<void> {
    await this.#host.command("ring", file);
  }

  /** The answer to the ring's first request. */
  async answer(): Promise<string> {
    return await this.#host.command("pick");
  }

  /** Times each pick by itself, each after a pause. */
  async time(paceUs: number, limits: Limits): Promise<Sample> {
    return await this.#measure("time", paceUs, limits);
  }

  /** The same, and tells those in which the caller slept from the others. */
  async waits(paceUs: number, limits: Limits): Promise<Sample> {
    return await this.#measure("waits", paceUs, limits);
  }

  async #measure(
    command: string,
    paceUs: number,
    { threads, picks, ms }: Limits,
  ): Promise<Sample> {
    return await this.#json(command, paceUs, threads, picks, ms);
  }

  /** Times picks as a whole. */
  async loop({ threads, picks, ms }: Limits): Promise<Sample> {
    return await this.#json("loop", threads, picks, ms);
  }

  /** Loads a plugin and times it until it has answered the ring's first. */
  async startUp(plugin: string, yaml: string): Promise<StartUp> {
    const config = await this.#host.file(lifecycleRequest(yaml));
    return await this.#json("start", plugin, "plugin.register", config);
  }

  /** The worker's resident memory in KiB; 0 without a worker. */
  async workerKib(): Promise<number> {
    const { residentKib } = await this.#json<{ residentKib: number }>(
      "worker",
    );
    return residentKib;
  }

  /** What reading the clock costs. */
  async clock(): Promise<Clock> {
    return await this.#json("clock");
  }

  async #json<T>(...words: (string | number)[]): Promise<T> {
    return JSON.parse(await this.#host.command(...words)) as T;
  }

  /** Shuts the plugin down and ends the harness. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host.command("shutdown").catch(() => {});
    await this.#host[Symbol.asyncDispose]();
  }
}
