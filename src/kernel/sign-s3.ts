import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Instant } from "./instant.ts";

export interface S3Signing {
  readonly url: URL;
  readonly method: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly at: Instant;
  /** Other headers that are signed, names in lower case; a character of a value is a byte. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the body, as hex; that of nothing when left out. */
  readonly sha256?: string | undefined;
}

const nothing = hash("sha256", "");

/**
 * The headers of AWS Signature Version 4 for a request to S3
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 */
export function signS3(request: S3Signing): Readonly<Record<string, string>> {
  const { url, method, region, accessKey, secretKey, at, sha256 = nothing } = request;
  const moment = at.replace(/[-:]|\.\d+/g, "");
  const day = moment.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    "x-amz-content-sha256": sha256,
    "x-amz-date": moment,
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const canonical = [
    method,
    url.pathname,
    queryOf(url),
    ...names.map((name) => `${name}:${canonicalValue(headers[name] ?? "")}`),
    "",
    signed,
    sha256,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", moment, scope, hash("sha256", Buffer.from(canonical, "latin1"))].join("\n");
  const signature = hmac(keyOf(secretKey, scope), toSign).toString("hex");
  // The client writes `host` itself.
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${signed},Signature=${signature}`,
  };
}

/** Spaces around it are left out, and several are one (the same page: Trim). */
function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, " ");
}

/** The same for all requests of a day: deriving it takes four times as long as signing with it. */
let last: { readonly secretKey: string; readonly scope: string; readonly key: KeyObject } | undefined;

function keyOf(secretKey: string, scope: string): KeyObject {
  if (last?.secretKey === secretKey && last.scope === scope) return last.key;
  const derived = scope.split("/").reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  const key = createSecretKey(Buffer.from(derived));
  last = { secretKey, scope, key };
  return key;
}

function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Percent-encoded as AWS wants it: more signs than in any other address. */
export function encodeS3(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Sorted, each part encoded. */
function queryOf(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${encodeS3(name)}=${encodeS3(value)}`)
    .sort()
    .join("&");
}
