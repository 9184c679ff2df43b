import * as z from "zod";
import { idOf } from "../kernel/digest.ts";
import type { Instant } from "../kernel/instant.ts";
import { parseInstant } from "../kernel/instant.ts";
import type { Cache } from "../kernel/ports.ts";
import { redactUrls } from "../kernel/url.ts";

/** An upstream's answer as kept between runs. It holds no request header and no credential. */
export interface StoredAnswer {
  readonly at: Instant;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reply headers worth keeping: validators, paging, digests. */
const keptHeaders = ["etag", "last-modified", "link", "content-type", "docker-content-digest"];

const Stored = z.object({
  schema: z.literal("millwright/answer/1"),
  at: z.string().transform((text, context): Instant => parseInstant(text) ?? (context.addIssue("no instant"), z.NEVER)),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** Names a question. Credentials are not part of it: a changed token finds the same answer. */
export function questionKey(method: string, url: string, accept: string): string {
  return idOf(["answer", method, redactUrls(url), accept]);
}

/** The stored answer; undefined when there is none or it does not have the shape we wrote. */
export async function readAnswer(cache: Cache, key: string): Promise<StoredAnswer | undefined> {
  const text = await cache.read(key);
  if (text === undefined) return undefined;
  try {
    const { at, headers, body } = Stored.parse(JSON.parse(text));
    return { at, headers, body };
  } catch {
    return undefined; // written by another version, or damaged: asking again mends it
  }
}

export async function keepAnswer(cache: Cache, key: string, answer: StoredAnswer): Promise<void> {
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => keptHeaders.includes(name)));
  await cache.write(key, JSON.stringify({ schema: "millwright/answer/1", at: answer.at, headers, body: answer.body }));
}

/** Headers that let the upstream say "unchanged" instead of answering again. */
export function validators(answer: StoredAnswer | undefined): Readonly<Record<string, string>> {
  const etag = answer?.headers["etag"];
  const modified = answer?.headers["last-modified"];
  return {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(modified === undefined ? {} : { "if-modified-since": modified }),
  };
}
