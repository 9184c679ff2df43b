import type { IncomingMessage } from "node:http";
import { InputError, SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type {
  BucketAddress,
  ListedObject,
  ObjectBeside,
  ObjectBucket,
  ObjectLock,
  ObjectRead,
  ObjectReadOptions,
} from "../kernel/object-store.ts";
import { etagOf, type ListPage, readObjects, textOf } from "./s3-list.ts";
import { besideOf, headersFor, readTags, writeTags } from "./s3-metadata.ts";
import { putObject } from "./s3-put.ts";
import { bodyOf, queryFor, type S3Request, S3Requests } from "./s3-request.ts";
import { eachOnce, readVersions } from "./s3-versions.ts";

export interface BucketOptions {
  /** Before a question is asked again, the first time; it doubles. */
  readonly pauseMs?: number;
  /** Of what is put in one piece, and of the pieces of what is longer. */
  readonly partBytes?: number;
}

const defaultPartBytes = 16 * 1024 * 1024;

/** Opens a bucket; nothing is asked before the first question. */
export function openBucket(
  address: BucketAddress,
  { pauseMs = 500, partBytes = defaultPartBytes }: BucketOptions = {},
): ObjectBucket {
  if (!URL.canParse(address.endpoint) || !/^https?:$/.test(new URL(address.endpoint).protocol))
    throw new InputError(`the object store's endpoint is no http(s) address`);
  const requests = new S3Requests(address, pauseMs);
  const { label } = requests;
  return {
    label,
    list: (prefix, signal) => pages(requests, { "list-type": "2", prefix }, readObjects, signal),
    versions: (prefix, signal) => eachOnce(pages(requests, { versions: "", prefix }, readVersions, signal)),
    async versioning() {
      const request: S3Request = { method: "GET", query: { versioning: "" } };
      const text = await requests.text(request);
      const status = text.includes("<VersioningConfiguration") ? textOf(text, "Status") : undefined;
      return status === "Enabled" ? "enabled" : status === "Suspended" ? "suspended" : "never";
    },
    async objectLock() {
      const request: S3Request = { method: "GET", query: { "object-lock": "" } };
      const reply = await requests.send(request);
      if (reply.statusCode !== 404) return lockOf(await requests.expect(request, reply), label);
      const refusal = await requests.refusal(request, reply);
      if (/ObjectLockConfigurationNotFound/.test(refusal.message)) return { enabled: false, usual: undefined };
      throw refusal;
    },
    async exists() {
      const request: S3Request = { method: "HEAD" };
      const reply = await requests.send(request);
      if (reply.statusCode === 404) {
        reply.resume();
        return false;
      }
      await requests.expect(request, reply);
      return true;
    },
    head: (key, version) => head(requests, key, version),
    get: (key, options = {}) => get(requests, key, options),
    put: (key, content, { metadata, signal } = {}) =>
      putObject(requests, { key, content, partBytes, metadata: headersFor(metadata), signal }),
    tags: (key, version) => readTags(requests, key, version),
    tag: (key, tags) => writeTags(requests, key, tags),
    async delete(key) {
      const request: S3Request = { method: "DELETE", key };
      const reply = await requests.send(request);
      if (reply.statusCode === 404) reply.resume();
      else await requests.expect(request, reply);
    },
  };
}

/** docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
function lockOf(xml: string, label: string): ObjectLock {
  if (!xml.includes("<ObjectLockConfiguration"))
    throw new SystemError(`${label}: its answer about object lock is none`, "stop");
  const found = (name: string): string | undefined => new RegExp(`<${name}>([A-Za-z0-9]+)</${name}>`).exec(xml)?.[1];
  const mode = found("Mode")?.toLowerCase();
  const days = Number(found("Days") ?? Number(found("Years") ?? Number.NaN) * 365);
  const usual = (mode === "governance" || mode === "compliance") && days > 0 ? ({ mode, days } as const) : undefined;
  return { enabled: found("ObjectLockEnabled") === "Enabled", usual };
}

async function* pages<T>(
  requests: S3Requests,
  query: Readonly<Record<string, string>>,
  read: (xml: string, label: string) => ListPage<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly T[]> {
  let next: Readonly<Record<string, string>> | undefined = {};
  while (next !== undefined) {
    const request: S3Request = { method: "GET", query: { ...query, ...next }, signal };
    const page: ListPage<T> = read(await requests.text(request), requests.label);
    if (page.next !== undefined && JSON.stringify(page.next) === JSON.stringify(next))
      throw new SystemError(`${requests.label} lists the same again and again`, "stop");
    yield page.entries;
    next = page.next;
  }
}

async function head(
  requests: S3Requests,
  key: string,
  version: string | undefined,
): Promise<(ListedObject & ObjectBeside) | undefined> {
  const request: S3Request = { method: "HEAD", key, query: queryFor(version) };
  const reply = await requests.send(request);
  if (reply.statusCode === 404) {
    reply.resume();
    return undefined;
  }
  await requests.expect(request, reply);
  const { etag, "content-length": length, "last-modified": modified = "" } = reply.headers;
  const millis = Date.parse(modified);
  if (length === undefined || Number.isNaN(millis))
    throw new SystemError(`${requests.label}: ${JSON.stringify(key)} came back without its size or time`, "stop");
  return { key, size: Number(length), etag: etagOf(etag), modified: instantOf(millis), ...besideOf(reply) };
}

async function get(
  requests: S3Requests,
  key: string,
  { etag, version, range, signal }: ObjectReadOptions,
): Promise<ObjectRead> {
  const headers = {
    ...(etag === undefined ? {} : { "if-match": `"${etag}"` }),
    ...(range === undefined ? {} : { range: `bytes=${range.from}-${range.to}` }),
  };
  const request: S3Request = { method: "GET", key, query: queryFor(version), headers, signal };
  const reply = await requests.send(request);
  const wanted = range === undefined ? 200 : 206;
  if (reply.statusCode === wanted) return readOf(requests, key, etag, reply);
  if (reply.statusCode === 404) return absentOr(requests, reply);
  if (reply.statusCode === 412) {
    reply.resume();
    return { kind: "changed" };
  }
  if (reply.statusCode !== 200) throw await requests.refusal(request, reply);
  reply.destroy();
  throw new SystemError(`${requests.label}: ${JSON.stringify(key)} came whole where a part was asked for`, "stop");
}

function readOf(
  requests: S3Requests,
  key: string,
  etag: string | undefined,
  reply: IncomingMessage,
): Extract<ObjectRead, { readonly kind: "read" | "changed" }> {
  const found = etagOf(reply.headers.etag);
  const size = Number(reply.headers["content-length"] ?? Number.NaN);
  if (etag !== undefined && found !== undefined && found !== etag) {
    reply.destroy(); // it does not know If-Match
    return { kind: "changed" };
  }
  if (!Number.isSafeInteger(size)) {
    reply.destroy();
    throw new SystemError(`${requests.label}: ${JSON.stringify(key)} came without its size`, "stop");
  }
  return {
    kind: "read",
    size,
    etag: found,
    version: header(reply, "x-amz-version-id"),
    etagMayBeMd5: isKeptPlain(reply),
    ...besideOf(reply),
    content: contentOf(requests, key, reply, size),
  };
}

/** An etag is no MD5 of what is encrypted by a key of KMS or of the caller (docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). */
function isKeptPlain(reply: IncomingMessage): boolean {
  const kept = header(reply, "x-amz-server-side-encryption");
  const byCaller = header(reply, "x-amz-server-side-encryption-customer-algorithm");
  return (kept === undefined || kept === "AES256") && byCaller === undefined;
}

/** Where the bucket itself is gone, nothing is known of the object. */
async function absentOr(requests: S3Requests, reply: IncomingMessage): Promise<ObjectRead> {
  const text = await bodyOf(reply);
  if (/<Code>NoSuchBucket<\/Code>/.test(text))
    throw new SystemError(`${requests.label}: there is no such bucket`, "stop");
  return { kind: "absent" };
}

async function* contentOf(
  requests: S3Requests,
  key: string,
  reply: IncomingMessage,
  size: number,
): AsyncGenerator<Uint8Array> {
  let got = 0;
  try {
    for await (const chunk of reply) {
      got += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw requests.broken(`GET ${JSON.stringify(key)}`, cause);
  } finally {
    reply.destroy();
  }
  if (got !== size)
    throw new SystemError(`${requests.label}: ${JSON.stringify(key)} ended after ${got} of ${size} bytes`, "retry");
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
