import * as z from "zod";
import { withNulls } from "./nulls.ts";
import type { RemovalState } from "./state-removal.ts";

const Moment = z.iso.datetime();

/** How it stands with what is to go; null: nothing is declared. */
export const RemovalReply = z
  .object({
    next: Moment.nullable().describe("When what is to go is shown next; null: by hand alone"),
    backups: z.number().int().describe("What retention would remove now"),
    bytes: z.number().describe("As these were taken, before equal data is counted once"),
    debrisSince: Moment.nullable().describe("Since when the oldest debris lies there, also that of a run under way"),
    waiting: z
      .object({
        run: z.string(),
        since: Moment.describe("Since when nobody answers, also those whose place it took"),
        freesBytes: z.number().nullable().describe("As it showed"),
      })
      .nullable()
      .describe("The run that waits for somebody to agree"),
  })
  .nullable();

export function removalReply(removal: RemovalState | undefined): z.input<typeof RemovalReply> {
  if (removal === undefined) return null;
  const { nextAt: next, backups, bytes, debrisSince, waiting } = removal;
  const shown = { next, backups, bytes, debrisSince, waiting: waiting && withNulls(waiting) };
  return withNulls(shown);
}
