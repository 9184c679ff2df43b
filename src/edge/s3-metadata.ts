import type { IncomingMessage } from "node:http";
import { SystemError } from "../kernel/errors.ts";
import type { ObjectBeside, ObjectMetadata, ObjectTags } from "../kernel/object-store.ts";
import { elements, rootOf, textOf } from "./s3-list.ts";
import { digestOf } from "./s3-put.ts";
import { bodyOf, queryFor, type S3Request, type S3Requests } from "./s3-request.ts";

/*
 * What lies beside an object's content. All but the tags comes with each answer of GET and HEAD
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
 */

const usualType = "binary/octet-stream";
const named = ["content-type", "cache-control", "content-disposition", "content-language", "expires"] as const;
const own = "x-amz-meta-";

export function besideOf(reply: IncomingMessage): ObjectBeside {
  const { headers } = reply;
  const tags = Number(headers["x-amz-tagging-count"] ?? Number.NaN);
  return {
    // So many of its own that no header can bear.
    metadata: Number(headers["x-amz-missing-meta"] ?? 0) > 0 ? undefined : metadataOf(headers),
    tagCount: Number.isSafeInteger(tags) ? tags : undefined,
  };
}

function metadataOf(headers: IncomingMessage["headers"]): ObjectMetadata {
  const found = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || !(name.startsWith(own) || named.some((one) => one === name))) return [];
    const text = Array.isArray(value) ? value.join(", ") : value;
    return name === "content-type" && text === usualType ? [] : [[name, text]];
  });
  const encoding = encodingOf(headers["content-encoding"]);
  if (encoding !== "") found.push(["content-encoding", encoding]);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Without the form in which a client once sent it, which some stores keep: put again with that, the content would be taken apart
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html).
 */
function encodingOf(header: string | undefined): string {
  const encodings = (header ?? "").split(",").map((one) => one.trim());
  return encodings.filter((one) => one !== "" && one !== "aws-chunked").join(",");
}

/** The headers that put an object with it, whatever the store's own default is. */
export function headersFor(metadata: ObjectMetadata | undefined): Readonly<Record<string, string>> {
  return metadata === undefined ? {} : { "content-type": usualType, ...metadata };
}

/** docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export async function readTags(requests: S3Requests, key: string, version: string | undefined): Promise<ObjectTags> {
  const request: S3Request = { method: "GET", key, query: { tagging: "", ...queryFor(version) } };
  const root = rootOf(await taggingOf(requests, request), "Tagging", requests.label);
  const tags = elements(root, ["Tag"]).map(({ inner }) => [textOf(inner, "Key") ?? "", textOf(inner, "Value") ?? ""]);
  return Object.fromEntries(tags);
}

/** docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function writeTags(requests: S3Requests, key: string, tags: ObjectTags): Promise<void> {
  const written = Object.entries(tags).map(
    ([name, value]) => `<Tag><Key>${escaped(name)}</Key><Value>${escaped(value)}</Value></Tag>`,
  );
  const body = Buffer.from(`<Tagging><TagSet>${written.join("")}</TagSet></Tagging>`);
  await taggingOf(requests, { method: "PUT", key, query: { tagging: "" }, body, headers: digestOf(body) });
}

async function taggingOf(requests: S3Requests, request: S3Request): Promise<string> {
  const reply = await requests.send(request);
  if (reply.statusCode === 200) return bodyOf(reply);
  const right = request.method === "GET" ? "s3:GetObjectTagging" : "s3:PutObjectTagging";
  const { message } = await requests.refusal(request, reply);
  throw new SystemError(`${message}; tags need ${right}`, "stop");
}

const signs: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => signs[sign] ?? sign);
}
