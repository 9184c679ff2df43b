import type { Skipped } from "../kernel/ports.ts";
import type { Problem } from "../platform/source.ts";
import type { Note } from "./reader.ts";
import type { FilePin, Reading } from "./reading.ts";

/** A pin without its names and its file: half the text, a third of the time to read it back. */
type PinFields = readonly [
  line: number,
  column: number,
  start: number,
  end: number,
  path: string,
  reader: string,
  kind: FilePin["kind"],
  name: string,
  version: string | null,
  digest: string | null,
  source: string | null,
  state: FilePin["state"],
  effective?: FilePin["effective"],
];

type Fields = readonly [pins: readonly (PinFields | 0)[], notes: readonly Note[], problems: readonly Problem[]];

const nothing: Reading = { pins: [], notes: [], problems: [] };

/** A reading, or the reason why there is none, on one line. */
export function encodeReading(outcome: Reading | Skipped): string {
  if ("reason" in outcome) return JSON.stringify(outcome.reason);
  const { pins, notes, problems } = outcome;
  if (pins.length === 0 && notes.length === 0 && problems.length === 0) return "";
  const fields: Fields = [pins.map((pin) => (pin === undefined ? 0 : fieldsOf(pin))), notes, problems];
  return JSON.stringify(fields);
}

/** What `encodeReading` made a line of, for the file of that path. */
export function decodeReading(file: string, line: string): Reading | Skipped {
  if (line === "") return nothing;
  const fields = JSON.parse(line) as Fields | string;
  if (typeof fields === "string") return { file, reason: fields };
  const [pins, notes, problems] = fields;
  return { pins: pins.map((pin) => (pin === 0 ? undefined : pinOf(file, pin))), notes, problems };
}

function fieldsOf(pin: FilePin): PinFields {
  const { line, column, range, path, reader, kind, name, version, digest, source, state } = pin;
  const fields = [line, column, range[0], range[1], path, reader, kind, name, version, digest, source, state] as const;
  return pin.effective === undefined ? fields : [...fields, pin.effective];
}

function pinOf(file: string, fields: PinFields): FilePin {
  const [line, column, start, end, path, reader, kind, name, version, digest, source, state, effective] = fields;
  const pin = {
    file,
    line,
    column,
    range: [start, end],
    path,
    reader,
    kind,
    name,
    version,
    digest,
    source,
    state,
  } as const;
  return effective === undefined ? pin : { ...pin, effective };
}
