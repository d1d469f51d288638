/**
 * Where the runtime in the compiled program comes from. The build puts a
 * module with the real words in the place of this one.
 */

/** Such as `denort 2.6.10, official`; undefined when run from source. */
export const RUNTIME_ORIGIN: string | undefined = undefined;
