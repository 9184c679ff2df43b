import * as z from "zod";
import { type Fact, known, unknown } from "../kernel/fact.ts";
import { type Instant, parseInstant } from "../kernel/instant.ts";
import { parseVersion } from "../kernel/version.ts";
import type { Ask } from "./sources/ask.ts";
import { mapKnown, parseJson } from "./sources/source.ts";

/** How long a release line is cared for. */
export interface EndOfLife {
  readonly product: string;
  /** The line: `16` of PostgreSQL, `1.34` of Kubernetes. */
  readonly cycle: string;
  /** When care ends; undefined when it is not announced, or has ended on a day nobody wrote down. */
  readonly until?: Instant;
  readonly ended: boolean;
}

interface Cycle {
  readonly cycle: string;
  /** The day, or whether it has ended. */
  readonly eol: string | boolean;
}

const Cycles = z.array(
  z.object({ cycle: z.union([z.string(), z.number().transform(String)]), eol: z.union([z.string(), z.boolean()]) }),
);

const Table = z.object({
  schema: z.literal("millwright/end-of-life/1"),
  at: z.string().transform((text, context): Instant => parseInstant(text) ?? (context.addIssue("no date"), z.NEVER)),
  products: z.record(
    z.string(),
    z.object({
      source: z.string(),
      charts: z.array(z.string()).default([]),
      images: z.array(z.string()).default([]),
      /** Release line → the day care ends, or whether it has ended. */
      cycles: z.record(z.string(), z.union([z.string(), z.boolean()])),
    }),
  ),
});

/** End-of-life dates shipped with the product, each product with its source; all looked up on the same day. */
export type EndOfLifeTable = z.output<typeof Table>;

/** Throws when the shipped data is not what it should be: our own mistake. */
export function parseEndOfLifeTable(data: unknown): EndOfLifeTable {
  return Table.parse(data);
}

/** The product an image, a chart or a tool is of, by the table's names. Docker Hub's host and `library/` do not count. */
export function productOf(table: EndOfLifeTable, kind: string, name: string): string | undefined {
  const own = name
    .toLowerCase()
    .replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, "")
    .replace(/^library\//, "");
  const found = Object.entries(table.products).find(([product, { charts, images }]) => {
    switch (kind) {
      case "chart":
        return charts.includes(own);
      case "image":
        return images.includes(own);
      case "tool":
        return product === own || images.includes(own);
      default:
        return false;
    }
  });
  return found?.[0];
}

/** What the shipped table says of a version. */
export function endOfLifeInTable(
  table: EndOfLifeTable,
  product: string,
  version: string,
  now: Instant,
): Fact<EndOfLife> {
  const entry = Object.hasOwn(table.products, product) ? table.products[product] : undefined;
  if (entry === undefined)
    return unknown(`we ship no end-of-life dates of ${product}`, `https://endoflife.date/${product}`);
  const cycles = Object.entries(entry.cycles).map(([cycle, eol]) => ({ cycle, eol }));
  return judge(product, cycles, version, now, entry.source, table.at);
}

/** What a server in the shape of endoflife.date's API says (`GET BASE/PRODUCT.json`, endoflife.date/docs/api/v0). */
export async function askEndOfLife(
  ask: Ask,
  base: string,
  product: string,
  version: string,
  now: Instant,
): Promise<Fact<EndOfLife>> {
  const reply = await ask.get(`${base.replace(/\/+$/, "")}/${encodeURIComponent(product)}.json`);
  const cycles = mapKnown(reply, "a list of release cycles", ({ body }) => parseJson(body, Cycles));
  return cycles.kind === "known" ? judge(product, cycles.value, version, now, cycles.source, cycles.at) : cycles;
}

function judge(
  product: string,
  cycles: readonly Cycle[],
  version: string,
  now: Instant,
  source: string,
  at: Instant | undefined,
): Fact<EndOfLife> {
  const fitting = cycles.filter(({ cycle }) => isOfCycle(version, cycle));
  const found = fitting.toSorted((a, b) => b.cycle.split(".").length - a.cycle.split(".").length)[0];
  if (found === undefined) {
    return unknown(
      `${source} knows no line of ${product} that ${version} belongs to`,
      `look ${version} up at ${source}`,
    );
  }
  const until = typeof found.eol === "string" ? parseInstant(found.eol) : undefined;
  const ended = until === undefined ? found.eol === true : until <= now;
  const value = { product, cycle: found.cycle, ended, ...(until === undefined ? {} : { until }) };
  return known(value, source, at);
}

/** `16.3` belongs to `16`, not to `1`; `1.34.2` to `1.34`. */
function isOfCycle(version: string, cycle: string): boolean {
  const own = parseVersion(version)?.release;
  const line = parseVersion(cycle)?.release;
  return own !== undefined && line !== undefined && line.every((number, index) => own[index] === number);
}
