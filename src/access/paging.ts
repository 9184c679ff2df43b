import * as z from "zod";
import { InputError } from "../kernel/errors.ts";

/** The query of a route that answers in pages: `query: z.object({ ...pageQuery, state: … })`. */
export const pageQuery = {
  cursor: z.string().max(1000).optional().describe("Where the last page ended: its `next`"),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("How many at most"),
};

/** The query of a route that also counts; counting takes longer than a page, so it is asked for. */
export const totalQuery = {
  total: z.enum(["true", "false"]).default("false").describe("Count all that fit"),
};

/** What people type to find something. */
export const textQuery = {
  text: z.string().trim().min(1).max(200).optional().describe("Only what holds this text"),
};

/** A text as a pattern of `ilike` that finds it anywhere; its own signs mean nothing. */
export function patternOf(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** The reply of a route that answers in pages. `next` is missing on the last one, `total` where it was not asked for. */
export function page<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{
  items: z.ZodArray<Item>;
  next: z.ZodOptional<z.ZodString>;
  total: z.ZodOptional<z.ZodNumber>;
}> {
  return z.object({
    items: z.array(item),
    next: z.string().optional(),
    total: z.number().int().optional().describe("How many fit in all"),
  });
}

/** The count of all that fit, where the caller asked for it. */
export async function totalOf(
  asked: "true" | "false",
  count: () => Promise<number>,
): Promise<{ readonly total?: number }> {
  return asked === "true" ? { total: await count() } : {};
}

/** The key of a page's last row as a text nobody should take apart. */
function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The key in a cursor, held against its schema; undefined without a cursor. Throws `InputError` for one that is not ours. */
export function keyOf<T>(cursor: string | undefined, key: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  const found = key.safeParse(parse(cursor));
  if (found.success) return found.data;
  throw new InputError("`cursor` is not one that this list gave; leave it out to begin with the first page.");
}

/**
 * The page of rows read with `limit + 1`: the row too many only tells that there is a next page. `key` is what the rows are
 * ordered by, unique.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly (string | number)[],
): { readonly items: Row[]; readonly next?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: cursorOf(key(last)) } : { items };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
