import * as z from "zod";
import type { Instant } from "../../kernel/instant.ts";

/** What a writer carries while it is held: whoever finds it knows by whom, since when, and how it was before. */
export const Mark = z.object({
  /** The recovery point, by its run's own letters. */
  by: z.string(),
  /** When it was last renewed: one that nobody renews was left by a run that was killed. */
  at: z.string(),
  /** As it was before, in the words of the part. */
  was: z.string(),
});
export type Mark = z.infer<typeof Mark>;

/** A writer that can be held. Throws `SystemError` when it could not be asked or changed, `InputError` for what is not there. */
export interface FencePart {
  /** For a person: `deployment gitlab/sidekiq`. */
  readonly name: string;
  /** The mark that it carries; undefined: nobody holds it. */
  mark(): Promise<Mark | undefined>;
  /** Holds it; done twice it is the same, and what it was at first is remembered. Refuses what another holds. */
  hold(by: string, now: Instant): Promise<void>;
  /** Whether it writes no more; why not yet. */
  waitingFor(): Promise<string | undefined>;
  /** Renews its mark. */
  renew(now: Instant): Promise<void>;
  /** What let it write since it was held; undefined: nothing. */
  broken(): Promise<string | undefined>;
  /** Makes it as it was, and takes the mark away; does nothing when it carries none of this holder. */
  giveBack(by: string): Promise<void>;
}
