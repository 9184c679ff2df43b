import type { ProgramCall } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import type { RepositoryPlace } from "./restic.ts";

/** Tried before all others; where it opens nothing, the others are (restic.readthedocs.io, "Environment Variables"). */
export const keyHint = "RESTIC_KEY_HINT";

/** restic gives both backends one environment: two stores that need one variable with two values cannot be spoken to at once. */
export function fromPlace(
  from: RepositoryPlace,
  to: RepositoryPlace,
  hint: string | undefined,
): Pick<ProgramCall, "env" | "secondSecret"> {
  const { [keyHint]: _, ...environment } = from.environment;
  for (const [name, value] of Object.entries(environment)) {
    const there = to.environment[name];
    if (there !== undefined && there !== value)
      throw new InputError(
        `${name} is one for the repository and another for its copy, and restic takes one for both: give the copy another kind of address (sftp:, rest:, rclone:), or one key that may use both`,
      );
  }
  return {
    env: {
      ...environment,
      ...(hint === undefined ? {} : { RESTIC_FROM_KEY_HINT: hint }),
      RESTIC_FROM_REPOSITORY: from.repository,
      RESTIC_FROM_PASSWORD_FILE: "/dev/fd/4",
    },
    secondSecret: from.password,
  };
}
