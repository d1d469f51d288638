/**
 * The functions of the shim that the worker calls (`ffi/channel/worker.c`): the whole
 * symbol table, opened by an explicit call, each isolate its own part.
 */

/** What the pick isolate calls. */
const SYMBOLS = {
  /** `uint32_t sched_worker_attach(void)` */
  sched_worker_attach: { parameters: [], result: "u32" },
  /** `void *sched_worker_segment(void)` */
  sched_worker_segment: { parameters: [], result: "pointer" },
  /** `uint32_t sched_worker_rings(void)` */
  sched_worker_rings: { parameters: [], result: "u32" },
  /** `uint32_t sched_worker_serve(handler_fn *, struct channel_exchange *, uint32_t turn_ms, uint32_t rest_ms)` */
  sched_worker_serve: {
    parameters: ["function", "buffer", "u32", "u32"],
    result: "u32",
  },
  /** `double sched_worker_cpu_ms(void)` */
  sched_worker_cpu_ms: { parameters: [], result: "f64" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What the main isolate calls. */
const MAIN_SYMBOLS = {
  /** `bool sched_worker_log(const uint8_t *entry, uint32_t bytes)` */
  sched_worker_log: { parameters: ["buffer", "u32"], result: "bool" },
  /** `void sched_worker_rest(void)` */
  sched_worker_rest: { parameters: [], result: "void" },
  /** `void sched_worker_ring(void)`; only once the pick isolate has attached. */
  sched_worker_ring: { parameters: [], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The shim as the pick isolate opens it. */
export type Library = Deno.DynamicLibrary<typeof SYMBOLS>;

/** The shim as the main isolate opens it. */
export type MainLibrary = Deno.DynamicLibrary<typeof MAIN_SYMBOLS>;

/**
 * The running program's own file: the library is in front of the program.
 * By this name rather than by its path, so that the file that was started is
 * opened even if another one has taken its place since.
 */
export const OWN_FILE = "/proc/self/exe";

/**
 * Opens the shim for the pick isolate.
 *
 * @param file Path of a shared library made by `ffi/build/build.ts`.
 * @throws {Deno.errors.NotCapable} without FFI permission.
 * @throws {TypeError} if the file is no such library.
 */
export function openLibrary(file: string): Library {
  return Deno.dlopen(file, SYMBOLS);
}

/**
 * Opens the shim for the main isolate.
 *
 * @param file Path of a shared library made by `ffi/build/build.ts`.
 * @throws {Deno.errors.NotCapable} without FFI permission.
 * @throws {TypeError} if the file is no such library.
 */
export function openMainLibrary(file: string): MainLibrary {
  return Deno.dlopen(file, MAIN_SYMBOLS);
}

/** Signature of the callback that `sched_worker_serve` takes. */
export const ON_PART = { parameters: ["u32"], result: "void" } as const;
