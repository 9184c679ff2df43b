import { InputError } from "../../../kernel/errors.ts";
import type { Part } from "../../repository/manifest.ts";
import { ListEnd, ListHead, ObjectEntry } from "./body.ts";
import { linesOf } from "./lines.ts";

export interface ObjectList {
  readonly packs: readonly Part[];
  readonly entries: readonly ObjectEntry[];
}

/** A list in lines, some at a time. */
export async function* writeList({ packs, entries }: ObjectList): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify({ packs })}\n`);
  for (let at = 0; at < entries.length; at += 500) {
    const lines = entries.slice(at, at + 500).map((entry) => `${JSON.stringify(entry)}\n`);
    yield Buffer.from(lines.join(""));
  }
  yield Buffer.from(`${JSON.stringify({ end: entries.length })}\n`);
}

/** Throws `InputError` for a list that is cut short or none. */
export async function readList(stream: AsyncIterable<Uint8Array>): Promise<ObjectList> {
  let packs: readonly Part[] | undefined;
  const entries: ObjectEntry[] = [];
  let ended = false;
  for await (const line of linesOf(stream)) {
    const value = parsed(line);
    if (packs === undefined) packs = ListHead.parse(value).packs;
    else {
      const end = ListEnd.safeParse(value);
      ended = end.success && end.data.end === entries.length;
      if (!end.success) entries.push(ObjectEntry.parse(value));
    }
  }
  if (packs === undefined || !ended) throw new InputError("the list of objects is cut short");
  return { packs, entries };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new InputError("the list of objects is damaged", { cause });
  }
}
