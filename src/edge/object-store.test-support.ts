// oxlint-disable no-restricted-imports -- tests start what they speak to
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { type ObjectStore, type ObjectStoreOptions, startObjectStore } from "../../lab/servers/object-store.ts";
import type { BucketAddress } from "../kernel/object-store.ts";
import { freePort } from "../store/postmaster.ts";
import { S3Requests } from "./s3-request.ts";

type Gateway = ObjectStore & { readonly folder: string };

/** A gateway that speaks S3 over a folder, with these buckets (folders below `buckets`), until the tests of the file end; undefined where none can be had. */
export async function gateway(...buckets: readonly string[]): Promise<Gateway | undefined> {
  return gatewayWith({ accessKey: "tests", secretKey: "canary-of-the-secret-key", buckets });
}

/** The same with keys and a region of its own. */
export async function gatewayWith(
  own: Pick<ObjectStoreOptions, "accessKey" | "secretKey" | "region" | "buckets">,
): Promise<Gateway | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-s3-"));
  const store = await startObjectStore({
    tools: join(import.meta.dirname, "..", "..", ".cache", "tools"),
    folder,
    port: await freePort(),
    ...own,
    register: () => undefined,
  });
  after(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  if (store === undefined) process.stdout.write("not run: versitygw (needs Go)\n");
  return store === undefined ? undefined : { ...store, folder };
}

/** From now on the bucket keeps what is replaced and deleted, or no more. */
export async function keepVersions(store: ObjectStore, bucket: string, status = "Enabled"): Promise<void> {
  const body = Buffer.from(`<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`);
  await new S3Requests(bucketOf(store, bucket), 1).text({ method: "PUT", query: { versioning: "" }, body });
}

/** As an expiry of the bucket's lifecycle does. */
export async function expire(store: ObjectStore, bucket: string, key: string, version: string): Promise<void> {
  await new S3Requests(bucketOf(store, bucket), 1).text({ method: "DELETE", key, query: { versionId: version } });
}

export function bucketOf({ url, accessKey, secretKey }: ObjectStore, bucket: string): BucketAddress {
  return { endpoint: url, bucket, region: "us-east-1", accessKey, secretKey };
}

/** A server that answers as it is told: what no honest store does. */
export async function stubStore(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function* chunksOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
