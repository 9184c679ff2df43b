import type { CompiledCalendar } from "./compiled.ts";

/** What a feed is written from, besides the compiled calendar: what is the same gives the same text. */
export interface FeedOf {
  readonly calendar: CompiledCalendar;
  /** Who reads: what they may see and asked for. */
  readonly reader: string;
  /** The work orders on it, each with its version. */
  readonly orders: string;
}

/** Gives the text as it was written last, or writes it. */
export type Feeds = (of: FeedOf, write: () => string) => string;

/** So many kinds of readers at most are remembered: the one that was remembered first is forgotten first. */
const mostReaders = 32;

/** Calendar programs ask for half a year again and again: it is written anew only when something in it may have changed. */
export function rememberedFeeds(): Feeds {
  let calendar: CompiledCalendar | undefined;
  const texts = new Map<string, { readonly orders: string; readonly text: string }>();
  return (of, write) => {
    if (of.calendar !== calendar) texts.clear();
    calendar = of.calendar;
    const last = texts.get(of.reader);
    if (last?.orders === of.orders) return last.text;
    const text = write();
    texts.delete(of.reader);
    const oldest = texts.keys().next();
    if (texts.size >= mostReaders && oldest.done !== true) texts.delete(oldest.value);
    texts.set(of.reader, { orders: of.orders, text });
    return text;
  };
}
