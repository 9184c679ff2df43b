import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { BucketAddress, ListedObject, ObjectBucket } from "../../kernel/object-store.ts";
import { tarEnd, tarHeader, tarPadding } from "../kinds/objects/tar-writer.ts";
import { type Candidate, type Found, mostFiles, newestOfEach } from "./candidates.ts";

export interface BucketCall {
  /** `https://s3.example.org`; undefined when none was named. */
  readonly endpoint: string | undefined;
  /** The keys and the region, as S3's tools read them. */
  readonly environment: Readonly<Record<string, string>>;
}

const source = /^bucket:([^/]+)(?:\/(.*))?$/;

/** The backups that lie in a bucket of an object store, below a prefix; undefined when the source is none. Nothing is written. */
export async function bucketCandidates(
  written: string,
  call: BucketCall,
  ports: BackupPorts,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const [, name, prefix = ""] = source.exec(written) ?? [];
  if (name === undefined) return undefined;
  const bucket = ports.openBucket(addressOf(name, call));
  const objects: ListedObject[] = [];
  for await (const page of bucket.list(prefix, signal)) {
    objects.push(...page.filter(({ key }) => !key.endsWith("/")));
    if (objects.length > mostFiles)
      throw new InputError(`${bucket.label} holds more than ${mostFiles} objects; name the prefix of the backups.`);
  }
  if (objects.length === 0) throw new InputError(`${bucket.label} holds no object below "${prefix}".`);
  const folders = Map.groupBy(objects, folderOf);
  const all = [...folders].flatMap(([folder, of]) =>
    of.some(({ key }) => key === `${folder}toc.dat`)
      ? [packed(folder, of, signal, bucket)]
      : of.map((object) => candidate(object, signal, bucket)),
  );
  return { kind: "bucket", passedOver: [], ...newestOfEach(all) };
}

/** With its slash; empty for what lies in none. */
function folderOf({ key }: ListedObject): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

function addressOf(bucket: string, { endpoint, environment }: BucketCall): BucketAddress {
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = environment;
  const at = endpoint ?? environment["AWS_ENDPOINT_URL"];
  if (at === undefined) throw new InputError("Say where the bucket is: --endpoint https://s3.example.org.");
  if (accessKey === undefined || secretKey === undefined)
    throw new InputError("The bucket's keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set both.");
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  return { endpoint: at, bucket, region, accessKey, secretKey };
}

function candidate(object: ListedObject, signal: AbortSignal, bucket: ObjectBucket): Candidate {
  const { key, size, modified } = object;
  return {
    kind: "file",
    name: key,
    bytes: size,
    changedAt: Date.parse(modified),
    open: () => contentOf(object, signal, bucket),
  };
}

/** A directory archive of pg_dump, as a tar. */
function packed(
  folder: string,
  objects: readonly ListedObject[],
  signal: AbortSignal,
  bucket: ObjectBucket,
): Candidate {
  return {
    kind: "file",
    name: folder.replace(/\/$/, "") || bucket.label,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    changedAt: Math.max(...objects.map(({ modified }) => Date.parse(modified))),
    async *open() {
      for (const object of objects) {
        yield tarHeader(`dump/${object.key.slice(folder.length)}`, object.size, Date.parse(object.modified) / 1000);
        yield* contentOf(object, signal, bucket);
        yield tarPadding(object.size);
      }
      yield tarEnd;
    },
  };
}

async function* contentOf(
  { key, etag }: ListedObject,
  signal: AbortSignal,
  bucket: ObjectBucket,
): AsyncGenerator<Uint8Array> {
  const read = await bucket.get(key, { etag, signal });
  if (read.kind !== "read")
    throw new SystemError(
      `${key} was ${read.kind === "absent" ? "deleted" : "replaced"} since the bucket was listed`,
      "retry",
    );
  yield* read.content;
}
