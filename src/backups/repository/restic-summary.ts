import * as z from "zod";
import { jsonOr } from "../../kernel/json.ts";
import { linesOf } from "../lines.ts";

/*
 * What `restic backup --json` prints: how far it is, again and again, and at last what it has stored
 * (restic.readthedocs.io, "Scripting", backup).
 */

/** A snapshot that was just made. */
export interface Stored {
  /** Its id, or as much of it as restic says: the first letters up to 0.14. */
  readonly snapshot: string;
  /** What it holds, in bytes. */
  readonly bytes: number;
  /** What the repository grew by, in bytes before compression. */
  readonly added: number;
}

const Summary = z.object({
  message_type: z.literal("summary"),
  data_added: z.number(),
  total_bytes_processed: z.number(),
  snapshot_id: z.string(),
});
const Status = z.object({ message_type: z.literal("status"), bytes_done: z.number() });

/** What it says at last; undefined where it ended before. `done` hears how many bytes it has read. */
export async function summaryIn(
  output: AsyncIterable<Uint8Array>,
  done: (bytes: number) => void,
): Promise<z.infer<typeof Summary> | undefined> {
  let summary: z.infer<typeof Summary> | undefined;
  for await (const line of linesOf(output)) {
    const said = z.union([Status, Summary]).safeParse(jsonOr(line)).data;
    if (said?.message_type === "status") done(said.bytes_done);
    else summary = said ?? summary;
  }
  return summary;
}
