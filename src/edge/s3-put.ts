import { hash } from "node:crypto";
import { SystemError } from "../kernel/errors.ts";
import type { ObjectPutOptions } from "../kernel/object-store.ts";
import { rootOf, textOf } from "./s3-list.ts";
import { bodyOf, type S3Request, type S3Requests } from "./s3-request.ts";

export interface Put extends ObjectPutOptions {
  readonly key: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly partBytes: number;
}

/** S3 takes no more parts than these. */
const mostParts = 10_000;

/** Puts a stream: whole when it is short, else in parts that become one object at the end, or nothing. */
export async function putObject(
  requests: S3Requests,
  { key, content, partBytes, metadata = {}, signal }: Put,
): Promise<void> {
  const pieces = piecesOf(content, partBytes);
  const first = (await pieces.next()).value ?? new Uint8Array();
  const second = await pieces.next();
  if (second.done === true) {
    await requests.text({ method: "PUT", key, body: first, headers: { ...metadata, ...digestOf(first) }, signal });
    return;
  }
  const begun = await requests.text({ method: "POST", key, query: { uploads: "" }, headers: metadata, signal });
  const uploadId = textOf(rootOf(begun, "InitiateMultipartUploadResult", requests.label), "UploadId");
  if (uploadId === undefined) throw new SystemError(`${requests.label} began an upload without a name`, "stop");
  try {
    const etags: string[] = [];
    const put = async (body: Uint8Array): Promise<void> => {
      if (etags.length === mostParts)
        throw new SystemError(`${JSON.stringify(key)} is longer than ${mostParts} parts of ${partBytes} bytes`, "stop");
      etags.push(await putPart(requests, { key, uploadId, number: etags.length + 1, body, signal }));
    };
    await put(first);
    await put(second.value);
    for await (const piece of pieces) await put(piece);
    const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
    // It may say 200 and fail after it (docs.aws.amazon.com/AmazonS3/latest/API: CompleteMultipartUpload).
    const ended = await requests.text({ method: "POST", key, query: { uploadId }, body, signal });
    rootOf(ended, "CompleteMultipartUploadResult", requests.label);
  } catch (thrown) {
    await requests.text({ method: "DELETE", key, query: { uploadId } }).catch(() => undefined);
    throw thrown;
  }
}

interface PutPart {
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
  readonly body: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

async function putPart(requests: S3Requests, { key, uploadId, number, body, signal }: PutPart): Promise<string> {
  const query = { partNumber: `${number}`, uploadId };
  const request: S3Request = { method: "PUT", key, query, body, headers: digestOf(body), signal };
  const reply = await requests.send(request);
  if (reply.statusCode !== 200) throw await requests.refusal(request, reply);
  await bodyOf(reply);
  const { etag } = reply.headers;
  if (etag === undefined) throw new SystemError(`${requests.label} took a part and does not say as what`, "stop");
  return etag.replaceAll('"', "&quot;");
}

/** A bucket that locks what is put takes it with a digest only (docs.aws.amazon.com/AmazonS3/latest/API: PutObject, UploadPart, Content-MD5). */
export function digestOf(body: Uint8Array): Readonly<Record<string, string>> {
  return { "content-md5": hash("md5", body, "base64") };
}

/** A stream in pieces of one size, the last of which may be shorter. */
async function* piecesOf(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, size - bytes);
      held.push(taken);
      bytes += taken.length;
      rest = rest.subarray(taken.length);
      if (bytes < size) continue;
      yield Buffer.concat(held);
      held = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(held);
  return undefined;
}
