import type { Instant } from "../kernel/instant.ts";
import type { Notice } from "./notice.ts";
import type { QuietHours } from "./quiet.ts";

/** A notice on its way to one channel. */
export interface Delivery {
  /** Stays the same whenever it is sent again: the receiver's means against getting it twice. */
  readonly id: string;
  readonly notice: Notice;
  /** How often it was tried before. */
  readonly tried: number;
  readonly now: Instant;
}

/** A way to people. */
export interface Channel {
  /** Never changes: deliveries that wait are found by it. */
  readonly name: string;
  readonly severities: readonly Notice["severity"][];
  /** Whether it reaches a person or group of that name. Who is reached by none is told through all channels. */
  reaches(name: string): boolean;
  /** Takes pages alone. */
  readonly pages: boolean;
  /** In between only critical notices go out. */
  readonly quiet: QuietHours | undefined;
  /** Throws `SystemError`: `retry` to be tried again later, `stop` when it will never be taken. */
  send(delivery: Delivery): Promise<void>;
}

/** The channels a notice goes through. Who is named and reached by none is not lost: the default channels take it. */
export function channelsFor(notice: Notice, channels: readonly Channel[]): readonly Channel[] {
  const pagers = notice.page === undefined ? [] : channels.filter(({ pages }) => pages);
  const usual = channels.filter(({ pages, severities }) => !pages && severities.includes(notice.severity));
  const ordinary = channels.filter(({ pages }) => !pages);
  const lost = notice.audience.some((name) => !ordinary.some((channel) => channel.reaches(name)));
  if (notice.audience.length === 0 || lost) return [...usual, ...pagers];
  const named = ordinary.filter((channel) => notice.audience.some((name) => channel.reaches(name)));
  return [...named, ...pagers];
}
