import { createHash, createHmac } from "node:crypto";
import { SystemError } from "../../src/kernel/errors.ts";

/*
 * What GitLab's own S3 tools do for it, in little. The product has a client of its own, which is tried on what this one wrote: so
 * none of that is used here.
 */

export interface S3Login {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3 {
  put(bucket: string, key: string, content: Blob | Buffer): Promise<void>;
  /** undefined: there is no such object. */
  get(bucket: string, key: string): Promise<Buffer | undefined>;
  /** Keys in their order; undefined: there is no such bucket. */
  list(bucket: string): Promise<readonly string[] | undefined>;
  delete(bucket: string, key: string): Promise<void>;
}

export function openS3(login: S3Login, now: () => Date): S3 {
  const send = async (method: string, path: string, query: string, body?: Blob): Promise<Response> => {
    const url = `${login.url}${path}${query === "" ? "" : `?${query}`}`;
    const headers = { ...signed(login, method, path, query, now()) };
    return fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(600_000),
    });
  };
  const must = async (method: string, path: string, query = "", body?: Blob): Promise<Response | undefined> => {
    const reply = await send(method, path, query, body);
    if (reply.ok) return reply;
    const words = await reply.text();
    if (reply.status === 404) return undefined;
    throw new SystemError(`${method} ${path}: ${reply.status} ${words.slice(0, 300)}`, "stop");
  };
  return {
    async put(bucket, key, content) {
      const body = Buffer.isBuffer(content) ? new Blob([new Uint8Array(content)]) : content;
      const reply = await must("PUT", pathOf(bucket, key), "", body);
      if (reply === undefined) throw new SystemError(`S3 error: 404 (NoSuchBucket): ${bucket}`, "stop");
    },
    async get(bucket, key) {
      const reply = await must("GET", pathOf(bucket, key));
      return reply === undefined ? undefined : Buffer.from(await reply.arrayBuffer());
    },
    async list(bucket) {
      const keys: string[] = [];
      for (let token = ""; ; ) {
        const query = `${token === "" ? "" : `continuation-token=${encode(token)}&`}list-type=2`;
        const reply = await must("GET", `/${bucket}`, query);
        if (reply === undefined) return undefined;
        const text = await reply.text();
        keys.push(...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => unescaped(key)));
        token = unescaped(/<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? "");
        if (token === "") return keys;
      }
    },
    async delete(bucket, key) {
      await must("DELETE", pathOf(bucket, key));
    },
  };
}

const pathOf = (bucket: string, key: string): string => `/${bucket}/${key.split("/").map(encode).join("/")}`;

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** Signature Version 4 with a body that is not signed (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
function signed(login: S3Login, method: string, path: string, query: string, now: Date): Record<string, string> {
  const moment = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const payload = "UNSIGNED-PAYLOAD";
  const names = "host;x-amz-content-sha256;x-amz-date";
  const headers = `host:${new URL(login.url).host}\nx-amz-content-sha256:${payload}\nx-amz-date:${moment}\n`;
  const scope = `${moment.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const digest = createHash("sha256").update([method, path, query, headers, names, payload].join("\n")).digest("hex");
  const key = scope
    .split("/")
    .reduce<string | Buffer>(
      (secret, part) => createHmac("sha256", secret).update(part).digest(),
      `AWS4${login.secretKey}`,
    );
  const signature = createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${moment}\n${scope}\n${digest}`).digest("hex");
  return {
    "x-amz-content-sha256": payload,
    "x-amz-date": moment,
    authorization: `AWS4-HMAC-SHA256 Credential=${login.accessKey}/${scope},SignedHeaders=${names},Signature=${signature}`,
  };
}
