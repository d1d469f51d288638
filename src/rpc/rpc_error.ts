/**
 * The error that becomes an error envelope. Its message reaches the host's log
 * and, from a pick, the client: our own words, never a value of the request.
 */

/** A call that cannot be answered, with the code for the envelope. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** The envelope's `code`, such as `plugin_error`. */
  readonly code: string;

  /**
   * @param code The envelope's `code`.
   * @param message What could not be done and why, without any value.
   */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
