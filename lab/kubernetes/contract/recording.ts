import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Answer, Call } from "./call.ts";

/** What a real kube-apiserver answered, when, and of which version it was. */
export const recordingFile = join(import.meta.dirname, "fixtures", "kube-apiserver.json");

const Recording = z.strictObject({
  server: z.string(),
  recordedAt: z.iso.date(),
  answers: z.record(z.string(), z.strictObject({ status: z.int(), type: z.string(), seen: z.json() })),
});
export type Recording = z.output<typeof Recording>;

export function readRecording(): Recording {
  return Recording.parse(JSON.parse(readFileSync(recordingFile, "utf8")));
}

/** What of the answers is not as recorded, a line each. A call that is known to differ has to: else its note is out of date. */
export function differencesFrom(
  recorded: Readonly<Record<string, Answer>>,
  answers: Readonly<Record<string, Answer>>,
  calls: readonly Call[],
): readonly string[] {
  const gone = Object.keys(recorded).filter((id) => calls.every((call) => call.id !== id));
  return [
    ...gone.map((id) => `${id}: recorded, and asked no more`),
    ...calls.flatMap(({ id, differs }) => {
      const [was, is] = [recorded[id], answers[id]];
      if (was === undefined) return [`${id}: never recorded`];
      const same = isDeepStrictEqual(was, is);
      if (differs !== undefined) return same ? [`${id}: is said to differ, and does not`] : [];
      return same ? [] : [`${id}: ${JSON.stringify(is)}, not ${JSON.stringify(was)}`];
    }),
  ];
}
