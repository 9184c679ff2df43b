import type * as z from "zod";
import { type Finding, findingId } from "./finding.ts";
import { type Mistake, readStrict } from "./strict-file.ts";

/** Which configuration counts, after its file was read again. */
export type ConfigurationVerdict<T> =
  | { readonly kind: "valid"; readonly value: T }
  /** The last valid one stays in force; undefined: there never was one. */
  | { readonly kind: "refused"; readonly inForce: T | undefined; readonly findings: readonly [Finding, ...Finding[]] };

/** The id under which an invalid configuration is found, suppressed and closed like anything else. */
export const invalidConfiguration = "configuration-invalid";

/**
 * Holds a configuration's text against its schema. `lastValid` is the text that is in force; one that an older version accepted
 * and this one does not counts as none. A file that was there and is gone is a mistake as well.
 */
export function judgeConfiguration<Schema extends z.ZodType>(
  schema: Schema,
  file: string,
  text: string | undefined,
  lastValid: string | undefined,
): ConfigurationVerdict<z.output<Schema>> {
  const read = text === undefined && lastValid !== undefined ? gone : readStrict(text ?? "", schema);
  if (read.kind === "valid") return read;
  const before = lastValid === undefined ? undefined : readStrict(lastValid, schema);
  const [first, ...rest] = read.mistakes.map((mistake) => findingOf(file, mistake));
  if (first === undefined) throw new Error(`${file} was refused without a reason`);
  return { kind: "refused", inForce: before?.kind === "valid" ? before.value : undefined, findings: [first, ...rest] };
}

const gone = {
  kind: "invalid",
  mistakes: [{ line: 1, column: 1, field: "", message: "the file was there and is gone" }],
} as const;

function findingOf(file: string, { line, column, field, message }: Mistake): Finding {
  return {
    id: findingId(invalidConfiguration, { subject: `file/${file}`, key: field }),
    rule: invalidConfiguration,
    title: "A configuration is not valid; the last valid one stays in force",
    group: "ownership",
    severity: "high",
    subject: `file/${file}`,
    environment: undefined,
    places: [{ file, line, column: column ?? 1 }],
    message: field === "" ? message : `${field}: ${message}`,
    fix: `Correct line ${line} of ${file}; check it with \`millwright audit\` before it is merged.`,
  };
}
