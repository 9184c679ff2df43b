import * as z from "zod";
import type { ProbeHttp, TimedReply } from "../kernel/probe-ports.ts";
import { defineProbe, type Probe, type Reading } from "./probe.ts";
import { shown } from "./probe-http.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "./readings.ts";

const inputs = z.object({
  url: z.url({ protocol: /^https?$/ }),
  region: z.string().min(1).default("us-east-1"),
  buckets: z
    .array(
      z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,62}$/), knownObject: z.string().min(1).optional() }),
    )
    .default([])
    .describe("Buckets that must be there, each with an object that nobody deletes"),
});

const right = "s3:ListBucket and s3:GetObject on the bucket for the access key";
const credentials = { "access-key": right, "secret-key": right };

/** HEAD of a bucket: 200 there, 404 not there, 403 there or not: the key may not see it (AWS S3 API, HeadBucket). */
const buckets = defineProbe({
  id: "buckets",
  tells: "own",
  title: "Are the buckets there, and does a known object come back whole?",
  needs: ["http"],
  inputs,
  credentials,
  everySeconds: 300,
  timeoutSeconds: 30,
  source:
    "docs.aws.amazon.com/AmazonS3/latest/API: HeadBucket, HeadObject; without s3:ListBucket a missing object is 403, not 404",
  async read({ http }, settings) {
    if (settings.buckets.length === 0)
      return [unknownReading("buckets", "no bucket is named", "Set buckets in the endpoint's settings.")];
    const readings: Reading[] = [];
    for (const bucket of settings.buckets) readings.push(...(await readBucket(http, bucket, settings.region)));
    return readings;
  },
});

interface Bucket {
  readonly name: string;
  readonly knownObject?: string | undefined;
}

async function readBucket(http: ProbeHttp, { name, knownObject }: Bucket, region: string): Promise<readonly Reading[]> {
  const subject = `bucket/${name}`;
  const ask = { path: `/${name}`, request: signed(http, "HEAD", region) };
  const reply = await http.fetch(ask.path, ask.request);
  const evidence = shown(http, ask, reply);
  const bucket =
    reply.status === 200
      ? healthy(subject, 200, evidence, [metric("s3_head_millis", reply.millis)])
      : reply.status === 404
        ? absentReading(subject, evidence)
        : refusalOr(subject, reply, evidence);
  if (bucket.kind !== "known" || bucket.health !== "healthy") return [bucket];
  return [bucket, await readObject(http, name, knownObject, region), await readListing(http, name, region)];
}

async function readObject(http: ProbeHttp, bucket: string, key: string | undefined, region: string): Promise<Reading> {
  const subject = `object/${bucket}`;
  if (key === undefined)
    return unknownReading(subject, "no known object is named", "Set knownObject in the endpoint's settings.");
  const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const ask = { path, request: signed(http, "HEAD", region) };
  const reply = await http.fetch(path, ask.request);
  const evidence = shown(http, ask, reply);
  if (reply.status === 200) {
    const size = Number(reply.headers["content-length"] ?? Number.NaN);
    return judged(size > 0, subject, size, `${evidence}, ${size} bytes`, [metric("s3_head_millis", reply.millis)]);
  }
  if (reply.status === 404) return unhealthy(subject, 404, `${evidence}: it is known to be there`);
  return refusalOr(subject, reply, evidence);
}

/** A key that may not list cannot tell an empty bucket from a full one: denied is not empty. */
async function readListing(http: ProbeHttp, bucket: string, region: string): Promise<Reading> {
  const subject = `listing/${bucket}`;
  const ask = { path: `/${bucket}?list-type=2&max-keys=1`, request: signed(http, "GET", region) };
  const reply = await http.fetch(ask.path, ask.request);
  const evidence = shown(http, ask, reply);
  if (reply.status !== 200) return refusalOr(subject, reply, evidence);
  const keys = /<KeyCount>(\d+)<\/KeyCount>/.exec(reply.body)?.[1];
  if (!reply.body.includes("<ListBucketResult") || keys === undefined)
    return unhealthy(subject, 200, `${evidence} with something that is no listing`);
  return keys === "0"
    ? absentReading(subject, `${evidence}: the bucket is empty`)
    : healthy(subject, "not empty", evidence);
}

function refusalOr(subject: string, reply: TimedReply, evidence: string): Reading {
  const { status } = reply;
  if (status === 401 || status === 403)
    return unknownReading(subject, `${evidence}: denied, which says nothing of what is there`, `It needs ${right}.`);
  if (status === 301 || status === 400)
    return unknownReading(
      subject,
      `${evidence}: the region or the form of the address is another`,
      "Set region in the endpoint's settings.",
    );
  if (status === 429 || status === 503)
    return unknownReading(subject, `${evidence}: it asks to be asked less often`, "It is asked again later.");
  return unhealthy(subject, status, evidence);
}

function signed(http: ProbeHttp, method: "HEAD" | "GET", region: string) {
  return http.has("access-key") ? { method, signFor: { region } } : { method };
}

/** Everything that speaks S3 is asked alike. */
export const s3Probes: readonly Probe[] = [buckets];
