import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** `at` is a text that stands on the wanted line and on no line before it. */
const Place = z.strictObject({ file: z.string(), at: z.string() });
const Labels = z.strictObject({
  findings: z.array(Place.extend({ rule: z.string() })),
  pins: z.array(
    Place.extend({
      reader: z.string(),
      kind: z.string(),
      name: z.string(),
      version: z.string().nullable().default(null),
      state: z.string(),
    }),
  ),
});

/** Something that was found, or ought to be: `text` is equal when both mean the same. */
export interface Claim {
  /** The rule or the reader that answers for it. */
  readonly by: string;
  readonly text: string;
}

export interface LabelledTree {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly findings: readonly Claim[];
  readonly pins: readonly Claim[];
}

const folder = import.meta.dirname;

/** Every tree of `trees/` with what a person found in it, from `labels/`. Throws when a label points nowhere. */
export function labelledTrees(): readonly LabelledTree[] {
  return readdirSync(join(folder, "trees"))
    .sort()
    .map((name) => {
      const files = filesBelow(join(folder, "trees", name));
      const labels = Labels.parse(parse(readFileSync(join(folder, "labels", `${name}.yaml`), "utf8")));
      const lineOf = ({ file, at }: z.infer<typeof Place>): number => lineWith(files[file], at, `${name}/${file}`);
      return {
        name,
        files,
        findings: labels.findings.map((label) => ({
          by: label.rule,
          text: findingText(label.rule, label.file, lineOf(label)),
        })),
        pins: labels.pins.map((label) => ({ by: label.reader, text: pinText({ ...label, line: lineOf(label) }) })),
      };
    });
}

/** A finding as far as a label tells it. */
export function findingText(rule: string, file: string, line: number): string {
  return `${rule} ${file}:${line}`;
}

/** A pin as far as a label tells it. */
export function pinText(pin: {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly version: string | null;
  readonly state: string;
}): string {
  return `${pin.file}:${pin.line} ${pin.kind} ${pin.name} ${pin.version ?? "-"} ${pin.state}`;
}

function lineWith(text: string | undefined, at: string, file: string): number {
  const index = (text ?? "").split("\n").findIndex((line) => line.includes(at));
  if (index < 0) throw new Error(`${file} has no line with ${JSON.stringify(at)}`);
  return index + 1;
}

function filesBelow(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(root, name), "utf8")]));
}
