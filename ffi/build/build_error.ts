/**
 * What went wrong in a build, as one sentence for a person: what is missing
 * and what to do. Anything else that is thrown is a fault of the build itself.
 */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
