import type { BucketAddress } from "../../kernel/object-store.ts";
import type { RepositoryPlace } from "./restic.ts";

/** Where a repository lies that is in a bucket. */
interface InBucket {
  readonly address: BucketAddress;
  /** Of the keys of its objects: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** The bucket of restic's address, with the keys that restic has: restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html */
export function bucketOf({ repository, environment }: Omit<RepositoryPlace, "password">): InBucket | undefined {
  const [, scheme = "https://", host = "", bucket, path = ""] =
    /^s3:(https?:\/\/)?([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(repository) ?? [];
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_SESSION_TOKEN: session } = environment;
  if (bucket === undefined || accessKey === undefined || secretKey === undefined) return undefined;
  // Our own client speaks for no session.
  if (session !== undefined) return undefined;
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return {
    address: { endpoint: `${scheme}${host}`, bucket, region: regionOf(environment), accessKey, secretKey },
    prefix: names.map((name) => `${name}/`).join(""),
  };
}

function regionOf(environment: RepositoryPlace["environment"]): string {
  return environment["AWS_DEFAULT_REGION"] ?? environment["AWS_REGION"] ?? "us-east-1";
}
