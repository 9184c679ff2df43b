import type { BucketAddress } from "../../kernel/object-store.ts";
import type { RepositoryPlace } from "./restic.ts";

/** Where a repository lies that is in a bucket. */
interface InBucket {
  readonly address: BucketAddress;
  /** Of the keys of its objects: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** What restic's address of a bucket says. */
interface BucketPath {
  /** With `https://` or `http://`. */
  readonly endpoint: string;
  readonly host: string;
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * By restic's address, `s3:https://HOST/BUCKET/PATH`, where no scheme is HTTPS and a URL may be escaped (restic 0.14,
 * internal/backend/s3/config.go); undefined for what is none.
 */
export function bucketPathOf(repository: string): BucketPath | undefined {
  const [, written = "", host = "", bucket, path = ""] =
    /^s3:(https?:\/\/|\/\/)?([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(repository) ?? [];
  if (bucket === undefined) return undefined;
  const isUrl = written.startsWith("http");
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return {
    endpoint: `${isUrl ? written : "https://"}${host}`,
    host,
    bucket,
    prefix: names.map((name) => `${isUrl ? unescaped(name) : name}/`).join(""),
  };
}

/** The bucket of restic's address, with the keys that restic has: restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html */
export function bucketOf({ repository, environment }: Omit<RepositoryPlace, "password">): InBucket | undefined {
  const path = bucketPathOf(repository);
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_SESSION_TOKEN: session } = environment;
  if (path === undefined || accessKey === undefined || secretKey === undefined) return undefined;
  // Our own client speaks for no session.
  if (session !== undefined) return undefined;
  const { endpoint, bucket, prefix } = path;
  const region = environment["AWS_DEFAULT_REGION"] ?? environment["AWS_REGION"] ?? "us-east-1";
  return { address: { endpoint, bucket, region, accessKey, secretKey }, prefix };
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // restic refuses it, in its words
  }
}
