import { Firsts } from "../firsts.ts";
import type { Place } from "./place.ts";
import type { PointCheck } from "./point-check.ts";
import type { Source } from "./sources.ts";

/** A row that names something, and what is known of that. */
export interface JudgedRow {
  /** In the order in which rows came. */
  readonly at: number;
  readonly component: string;
  readonly part: string;
  readonly name: string;
  readonly location: string;
  /** Undefined: in no store that could be backed up. */
  readonly place: Place | undefined;
  readonly holders: readonly Source[];
  /** One of these whose list could not be read. */
  readonly unread: Source | undefined;
  readonly isFound: boolean;
  /** If it was not found: whether it is nowhere. */
  readonly isGone: boolean;
}

const shown = 20;
/** Reasons that differ, each with its rows: of a thousand twenty are told. */
const mostReasons = 1000;

type First = Pick<JudgedRow, "at" | "name" | "location" | "place">;
type Open = { count: number; first: First };

interface Whole {
  /** How many rows there are. */
  readonly all: number;
  /** Why some are not known. */
  readonly refused: ReadonlySet<string>;
  /** `no backup of this point` */
  readonly nowhere: string;
}

/** What all rows of a question came to, in whatever order they come. */
export function stateOf(
  rows: Iterable<JudgedRow>,
  { all, refused, nowhere }: Whole,
): Pick<PointCheck, "state" | "why"> {
  const gone = new Firsts<First>(shown, (a, b) => a.at - b.at);
  const open = new Map<string, Open>();
  for (const row of rows)
    if (row.isFound) continue;
    else if (row.isGone) gone.add(row);
    else count(open, row, nowhere);
  if (gone.count > 0)
    return {
      state: "failed",
      why: [
        `${gone.count} of ${all} are in ${nowhere}`,
        ...gone.first.map(({ name, location, place }) => `${name}: ${place?.path ?? location}`),
      ],
    };
  const reasons = [...open].toSorted(([, a], [, b]) => a.first.at - b.first.at);
  const why = [...refused, ...reasons.map(([words, one]) => openWords(words, one, all))];
  return why.length === 0 ? { state: "passed", why } : { state: "unknown", why: why.slice(0, shown) };
}

function count(open: Map<string, Open>, row: JudgedRow, nowhere: string): void {
  const words = whyOpen(row, nowhere);
  const known = open.get(words);
  if (known === undefined) {
    if (open.size < mostReasons) open.set(words, { count: 1, first: row });
    return;
  }
  known.count += 1;
  if (row.at < known.first.at) known.first = row;
}

function whyOpen({ place, holders, unread }: JudgedRow, nowhere: string): string {
  if (unread !== undefined) return `what ${unread.store} holds cannot be read`;
  if (holders.length > 0)
    return `nothing of it is in ${holders.map(({ store }) => store).join(", ")}, and ${nowhere} lists the objects that rows name`;
  switch (place?.kind) {
    case undefined:
      return "no kind of store that is backed up here lies there";
    case "bucket":
      return `${nowhere} is of the bucket ${place.bucket}`;
    case "volume":
      return "no backup of the kind files in this point has that folder";
    case "below":
      return `${nowhere} lists the objects that rows name`;
  }
}

function openWords(words: string, { count, first }: Open, all: number): string {
  return `${words}: ${count} of ${all}, as ${first.name}: ${first.location}`;
}
