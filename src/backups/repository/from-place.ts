import type { ProgramCall } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { bucketPathOf } from "./bucket-of.ts";
import type { RepositoryPlace } from "./restic.ts";
import { throughRclone } from "./through-rclone.ts";

/** Tried before all others; where it opens nothing, the others are (restic.readthedocs.io, "Environment Variables"). */
export const keyHint = "RESTIC_KEY_HINT";

/** What restic's backend of S3 reads. */
const ofBuckets = /^(?:AWS_\w+|RESTIC_(?:CACERT|TLS_CLIENT_CERT))$/;

interface FromPlace extends Pick<ProgramCall, "env" | "secondSecret"> {
  /** Who speaks to the place that is copied from. */
  readonly by: "restic" | "rclone";
}

/**
 * What restic is told of the place that is copied from. It gives both backends one environment: of two buckets that need variables
 * of their own the first is spoken to through rclone (docs/decisions/two-buckets.md), and of other two stores that need one
 * variable with two values none can be copied to the other.
 */
export function fromPlace(from: RepositoryPlace, to: RepositoryPlace, hint: string | undefined): FromPlace {
  const apart = eachHasItsOwn(from, to) ? throughRclone(from) : undefined;
  const { repository, environment } = apart ?? { repository: from.repository, environment: shared(from, to) };
  return {
    by: apart === undefined ? "restic" : "rclone",
    env: {
      ...environment,
      ...(hint === undefined ? {} : { RESTIC_FROM_KEY_HINT: hint }),
      RESTIC_FROM_REPOSITORY: repository,
      RESTIC_FROM_PASSWORD_FILE: "/dev/fd/4",
    },
    secondSecret: from.password,
  };
}

/** Whether they are two buckets with different variables. One that only one of them has would be the other's as well. */
function eachHasItsOwn(from: RepositoryPlace, to: RepositoryPlace): boolean {
  if (bucketPathOf(from.repository) === undefined || bucketPathOf(to.repository) === undefined) return false;
  const names = [from, to].flatMap(({ environment }) => Object.keys(environment));
  return names.some((name) => ofBuckets.test(name) && from.environment[name] !== to.environment[name]);
}

function shared(from: RepositoryPlace, to: RepositoryPlace): Readonly<Record<string, string>> {
  const { [keyHint]: _, ...environment } = from.environment;
  for (const [name, value] of Object.entries(environment)) {
    const there = to.environment[name];
    if (there !== undefined && there !== value)
      throw new InputError(
        `${name} is one for the repository and another for its copy, and restic takes one for both: give the copy another kind of address (sftp:, rest:, rclone:), or one key that may use both`,
      );
  }
  return environment;
}
