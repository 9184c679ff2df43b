import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { InputError, messageOf } from "../kernel/errors.ts";
import { type Instant, parseInstant } from "../kernel/instant.ts";
import { codeOf } from "./failures.ts";
import type { Anchor } from "./generation.ts";

/** A place outside of the database that knows which database was used last, and until when. */
export interface Memory {
  read(): Promise<Anchor | undefined>;
  write(anchor: Anchor): Promise<void>;
}

const Moment = z.string().transform((text, context): Instant => {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  context.addIssue({ code: "custom", message: "no moment" });
  return z.NEVER;
});
const AnchorFile = z.object({ platformId: z.string(), number: z.int(), beatAt: Moment });

/** A memory in a folder of this machine. A file that cannot be read is an error: to forget would be to trust any database. */
export function memoryIn(folder: string): Memory {
  const file = join(folder, "database.json");
  return {
    async read() {
      try {
        return AnchorFile.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch (thrown) {
        if (codeOf(thrown) === "ENOENT") return undefined;
        const toDo = "Correct or remove it; without it only dumps and moved servers are found out";
        throw new InputError(`${file} cannot be read: ${messageOf(thrown)}. ${toDo}`, { cause: thrown });
      }
    },
    async write(anchor) {
      mkdirSync(folder, { recursive: true });
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
      renameSync(draft, file);
    },
  };
}
