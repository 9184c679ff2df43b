/** The user's mistake: says which field of what is wrong, and what would be right. The shell exits 1 and prints only the message. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Something outside failed. `retry`: asking again may help; `stop`: a person has to change something first. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  readonly remedy: "retry" | "stop";

  constructor(message: string, remedy: "retry" | "stop", options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The message of whatever was thrown; a thrown non-error is shown as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Whatever was thrown, to be kept and thrown again. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
