import assert from "node:assert/strict";
import type { Reader } from "../reader.ts";
import { type FilePin, type Reading, readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";

/** Reads one text with one reader and checks that each pin's range is its version's bytes. */
export function readingOf(reader: Reader, path: string, text: string): Reading {
  assert.ok(reader.accepts(path, text), `${reader.id} does not accept ${path}`);
  const reading = readFile(new ParsedFile(path, text), [reader]);
  const bytes = Buffer.from(text);
  for (const pin of reading.pins) {
    if (pin === undefined || pin.version === null) continue;
    assert.equal(bytes.subarray(...pin.range).toString(), pin.version, `range of ${pin.path}`);
  }
  return reading;
}

/** A pin on one line: `image nginx 1.25.3 pinned`. */
export function summary(pin: FilePin | undefined): string {
  if (pin === undefined) return "gone";
  const effective = pin.effective?.kind === "known" ? ` = ${pin.effective.value}` : "";
  return `${pin.kind} ${pin.name} ${pin.version ?? "-"} ${pin.state}${effective}`;
}

export function pinsOf(reader: Reader, path: string, text: string): readonly string[] {
  return readingOf(reader, path, text).pins.map(summary);
}
