// oxlint-disable no-restricted-imports -- tests start what they speak to
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { type ObjectStore, startObjectStore } from "../../lab/servers/object-store.ts";
import type { BucketAddress } from "../kernel/object-store.ts";
import { freePort } from "../store/postmaster.ts";

/** A gateway that speaks S3 over a folder, with these buckets (folders below `buckets`), until the tests of the file end; undefined where none can be had. */
export async function gateway(
  ...buckets: readonly string[]
): Promise<(ObjectStore & { readonly folder: string }) | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-s3-"));
  const store = await startObjectStore({
    tools: join(import.meta.dirname, "..", "..", ".cache", "tools"),
    folder,
    port: await freePort(),
    accessKey: "tests",
    secretKey: "canary-of-the-secret-key",
    buckets,
    register: () => undefined,
  });
  after(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  if (store === undefined) process.stdout.write("not run: versitygw (needs Go)\n");
  return store === undefined ? undefined : { ...store, folder };
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
