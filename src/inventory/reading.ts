import { messageOf } from "../kernel/errors.ts";
import { redactUrls } from "../kernel/url.ts";
import type { Pin } from "../platform/pin.ts";
import type { Problem } from "../platform/source.ts";
import type { Note, Output, PinDraft, Place, Reader } from "./reader.ts";
import { isYamlName, type ParsedFile } from "./source-file.ts";
import { byteRange, positionOf } from "./yaml/lines.ts";

/** A pin before it is joined with other files: no id yet, no environment. */
export type FilePin = Omit<Pin, "id" | "environment">;

/** All that one file says. Plain JSON, so that it can be kept in a cache. */
export interface Reading {
  /** A hole is a pin that a join took away; indices in notes stay valid. */
  readonly pins: readonly (FilePin | undefined)[];
  readonly notes: readonly Note[];
  readonly problems: readonly Problem[];
}

/** Reads one file with every reader that accepts it. A place that two readers see is one pin: the first reader's. */
export function readFile(file: ParsedFile, readers: readonly Reader[]): Reading {
  const pins: FilePin[] = [];
  const notes: Note[] = [];
  const problems: Problem[] = [];
  const byPlace = new Map<string, number>();
  const locate = (place: readonly [number, number]): Place => ({
    ...positionOf(file.text, place[0]),
    range: byteRange(file.text, place[0], place[1]),
  });
  if (isDefinition(file)) return { pins, notes, problems };
  for (const reader of readers) {
    if (!reader.accepts(file.path, file.text)) continue;
    const output: Output = {
      locate,
      note: (note) => void notes.push(note),
      problem: (offset, reason) => void problems.push({ ...file.locate(offset), reason }),
      pin(draft) {
        const key = `${draft.place[0]}-${draft.place[1]}${draft.version === undefined ? ` ${draft.kind} ${draft.name}` : ""}`;
        const seen = byPlace.get(key);
        if (seen !== undefined) return seen;
        byPlace.set(key, pins.length);
        pins.push(completed(draft, file.path, reader.id, locate(draft.place)));
        return pins.length - 1;
      },
    };
    try {
      reader.read(file, output);
    } catch (error) {
      problems.push({
        file: file.path,
        line: 1,
        column: 1,
        reason: `the ${reader.id} reader failed: ${messageOf(error)}. Please report it; the other readers went on`,
      });
    }
  }
  for (const problem of file.problems) problems.push({ ...file.locate(problem.offset), reason: problem.message });
  return { pins, notes, problems };
}

/**
 * Whether the file defines one kind of Kubernetes object and nothing else. Such files are the longest of many repositories, and
 * nothing in them is deployed: images in them are examples.
 */
function isDefinition({ path, text }: ParsedFile): boolean {
  if (!text.includes("CustomResourceDefinition") || !isYamlName(path)) return false;
  const isAlone = !text.includes("\n---", text.search(/^[^#\s-]/m));
  return isAlone && /^kind: CustomResourceDefinition\r?$/m.test(text) && !text.includes("{{");
}

/**
 * PostgreSQL's releases have two numbers since 10 (https://www.postgresql.org/support/versioning/), so `16.4-alpine` is a whole
 * release where for others `16.4` is a line of them. NVIDIA's images are released by month
 * (https://docs.nvidia.com/deeplearning/frameworks/support-matrix/): `23.05-py3`.
 */
function hasTwoPartRelease(draft: PinDraft): boolean {
  return (
    draft.kind === "image" &&
    draft.state === "moving" &&
    /(^|\/)postgres(ql)?$|^nvcr\.io\/nvidia\//.test(draft.name) &&
    /^[1-9]\d\.\d+(-|$)/.test(draft.version ?? "")
  );
}

function completed(draft: PinDraft, file: string, reader: string, place: Place): FilePin {
  return {
    file,
    line: place.line,
    column: place.column,
    range: place.range,
    path: draft.path,
    reader,
    kind: draft.kind,
    name: redactUrls(draft.name),
    version: draft.version ?? null,
    digest: draft.digest ?? null,
    source: draft.source === undefined ? null : redactUrls(draft.source),
    state: hasTwoPartRelease(draft) ? "pinned" : draft.state,
    ...(draft.effective === undefined ? {} : { effective: draft.effective }),
  };
}
