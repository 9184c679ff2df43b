import type * as z from "zod";
import { type Fact, type Unknown, unknown } from "../../kernel/fact.ts";
import type { Releases, Upstream } from "../releases.ts";
import type { Ask, Question } from "./ask.ts";
import type { Reply } from "./memory.ts";

/** A kind of upstream that can be asked for releases. */
export interface Source<U extends Upstream> {
  readonly id: U["kind"];
  /** All releases of `upstream`, in no order. What cannot be had is *unknown*; only our own bugs are thrown. */
  list(ask: Ask, upstream: U): Promise<Releases>;
}

/** The upstream of one kind. */
export type UpstreamOf<Kind extends Upstream["kind"]> = Extract<Upstream, { kind: Kind }>;

/** Maps what is known and passes on the rest; undefined from `read` means that the answer is not what it should be. */
export function mapKnown<T, R>(fact: Fact<T>, what: string, read: (value: T) => R | undefined): Fact<R> {
  if (fact.kind !== "known") return fact;
  const value = read(fact.value);
  return value === undefined ? notWhatItShouldBe(fact.source, what) : { ...fact, value };
}

function notWhatItShouldBe(source: string, what: string): Unknown {
  return unknown(
    `${source} answers something that is not ${what}`,
    "open the address and see what answers there: a login page, a proxy, a moved repository",
  );
}

/** Outside text as JSON of a shape; undefined when it is not. */
export function parseJson<S extends z.ZodType>(text: string, schema: S): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const maxPages = 100;

/**
 * Follows `Link: <…>; rel="next"` (RFC 8288) on the same server, page after page. An error on any page makes the whole
 * unknown: half a list would name a wrong newest release. The date is the oldest page's.
 */
export async function readPages<T>(
  ask: Ask,
  first: string,
  question: Question,
  what: string,
  read: (reply: Reply) => readonly T[] | undefined,
): Promise<Fact<readonly T[]>> {
  const found: T[] = [];
  const seen = new Set<string>();
  let oldest: Extract<Fact<Reply>, { kind: "known" }> | undefined;
  let url: string | undefined = first;
  while (url !== undefined && !seen.has(url) && seen.size < maxPages) {
    seen.add(url);
    const page: Fact<Reply> = await ask.get(url, question);
    if (page.kind !== "known") return page;
    const items = read(page.value);
    if (items === undefined) return notWhatItShouldBe(page.source, what);
    found.push(...items);
    oldest = older(oldest, page);
    url = nextPage(url, page.value.headers["link"]);
  }
  if (oldest === undefined || (url !== undefined && !seen.has(url))) {
    return unknown(
      `${first} has more than ${maxPages} pages`,
      "configure a mirror or another source with fewer releases",
    );
  }
  return { ...oldest, value: found };
}

type KnownReply = Extract<Fact<Reply>, { kind: "known" }>;

function older(a: KnownReply | undefined, b: KnownReply): KnownReply {
  return a?.at !== undefined && b.at !== undefined && a.at < b.at ? a : b;
}

/** The address of the next page; one on another server is not followed. */
function nextPage(from: string, link: string | undefined): string | undefined {
  for (const part of (link ?? "").slice(0, 8192).split(/,(?=\s*<)/)) {
    const target = /^\s*<([^>]*)>/.exec(part)?.[1];
    if (target === undefined || !/;\s*rel="?next"?(?:\s|;|$)/i.test(part) || !URL.canParse(target, from)) continue;
    const next = new URL(target, from);
    return next.origin === new URL(from).origin ? next.href : undefined;
  }
  return undefined;
}
