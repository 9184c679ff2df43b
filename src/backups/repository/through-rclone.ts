import type { Programs } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { bucketPathOf } from "./bucket-of.ts";
import type { RepositoryPlace } from "./restic.ts";
import { textOf } from "./restic-text.ts";

/** As rclone and its variables call the place that is copied from. */
const remote = "millwrightfirst";

const amazon = /(?:^|\.)amazonaws\.com(?:\.cn)?(?::\d+)?$/;
/** Where restic names the bucket in the host (minio-go, pkg/s3utils/utils.go, IsVirtualHostSupported); elsewhere it is in the path. */
const namedInHost = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|aliyuncs\.com)(?::\d+)?$|^storage\.googleapis\.com(?::\d+)?$/;

/**
 * A repository in a bucket as rclone speaks to it, told by variables alone (rclone.org/docs, "Config file";
 * rclone.org/s3; restic.readthedocs.io, "Other Services via rclone"): no argument, no file. Its layout is the same. Undefined
 * where it is in no bucket; throws `InputError` where its keys are not among its variables, as rclone would take those of the
 * other.
 */
export function throughRclone({
  repository,
  environment,
}: RepositoryPlace): Pick<RepositoryPlace, "repository" | "environment"> | undefined {
  const path = bucketPathOf(repository);
  if (path === undefined) return undefined;
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = environment;
  if (accessKey === undefined || secretKey === undefined)
    throw new InputError(
      "the repository and its copy lie in two buckets with variables of their own: the first is then spoken to with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and they are not both among its variables",
    );
  const { endpoint, host, bucket, prefix } = path;
  const settings = {
    TYPE: "s3",
    PROVIDER: amazon.test(host) ? "AWS" : "Other",
    ENV_AUTH: "false",
    ACCESS_KEY_ID: accessKey,
    SECRET_ACCESS_KEY: secretKey,
    SESSION_TOKEN: environment["AWS_SESSION_TOKEN"] ?? "",
    ENDPOINT: endpoint,
    REGION: environment["AWS_DEFAULT_REGION"] ?? regionIn(host),
    FORCE_PATH_STYLE: String(!isInHost(host, endpoint, bucket)),
    LIST_VERSION: "2",
    // It is there: a lock is all that is written, and makes no bucket.
    NO_CHECK_BUCKET: "true",
    // Only parts have the digest that a bucket with object lock demands (rclone.org/s3, "Object lock").
    UPLOAD_CUTOFF: "0",
  };
  return {
    // Without the slash rclone asks, before it listens, whether this is a file, and does not see meanwhile that restic is gone.
    repository: `rclone:${remote}:${bucket}/${prefix}`,
    environment: {
      ...Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`RCLONE_CONFIG_${remote.toUpperCase()}_${name}`, value]),
      ),
      RCLONE_CONFIG: "/dev/null",
      ...trusted(environment),
    },
  };
}

/** Says what to install where there is no rclone. */
export async function requireRclone(programs: Programs): Promise<void> {
  try {
    const running = programs.start({ program: "rclone", args: ["version"], env: { RCLONE_CONFIG: "/dev/null" } });
    await textOf(running);
    await running.ended;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown; // it is there, and could not be started
    throw new InputError(
      "the repository and its copy lie in two buckets with variables of their own, of which restic speaks to one through rclone, and rclone is not on this machine: install it where backups run (Debian's package rclone)",
      { cause: thrown },
    );
  }
}

/** `s3.eu-central-1.amazonaws.com`, `s3-eu-west-1…`, `s3.dualstack.eu-west-1…` (docs.aws.amazon.com/general/latest/gr/s3.html) */
function regionIn(host: string): string {
  return (amazon.test(host) ? /(?:^|[.-])([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(host)?.[1] : undefined) ?? "us-east-1";
}

/** No certificate is good for a bucket with a dot in its name. */
function isInHost(host: string, endpoint: string, bucket: string): boolean {
  return namedInHost.test(host) && !(endpoint.startsWith("https:") && bucket.includes("."));
}

/** What restic trusts and shows of itself; `AWS_CA_BUNDLE`, which restic does not read, ends rclone up to 1.60. */
function trusted({ RESTIC_CACERT: authorities, RESTIC_TLS_CLIENT_CERT: own }: RepositoryPlace["environment"]) {
  return {
    AWS_CA_BUNDLE: "",
    ...(authorities === undefined ? {} : { RCLONE_CA_CERT: authorities }),
    ...(own === undefined ? {} : { RCLONE_CLIENT_CERT: own, RCLONE_CLIENT_KEY: own }),
  };
}
