import { InputError } from "../../../kernel/errors.ts";
import { linesOf } from "../../lines.ts";
import type { Part } from "../../repository/manifest.ts";
import { ListEnd, ListHead, ObjectEntry } from "./body.ts";
import type { Kept } from "./earlier.ts";

/** A list in lines, some at a time. */
export async function* writeList(
  packs: readonly Part[],
  entries: AsyncIterable<ObjectEntry> | Iterable<ObjectEntry>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify({ packs })}\n`);
  let lines: string[] = [];
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    lines.push(`${JSON.stringify(entry)}\n`);
    if (lines.length < 500) continue;
    yield Buffer.from(lines.join(""));
    lines = [];
  }
  yield Buffer.from(`${lines.join("")}${JSON.stringify({ end: count })}\n`);
}

/** A list's packs, and its entries as they come: throws `InputError` at their end where it is cut short. */
export async function openList(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly packs: readonly Part[]; readonly entries: AsyncGenerator<ObjectEntry> }> {
  const lines = linesOf(stream);
  const first = await lines.next();
  const head = ListHead.safeParse(first.done === true ? undefined : parsed(first.value));
  if (!head.success) throw new InputError("the list of objects is cut short");
  return { packs: head.data.packs, entries: entriesIn(lines) };
}

async function* entriesIn(lines: AsyncIterable<string>): AsyncGenerator<ObjectEntry> {
  let count = 0;
  let ended = false;
  for await (const line of lines) {
    const value = parsed(line);
    const entry = ObjectEntry.safeParse(value);
    if (entry.success) {
      count += 1;
      yield entry.data;
    } else {
      const end = ListEnd.safeParse(value);
      if (!end.success) throw new InputError("the list of objects is damaged");
      ended = end.data.end === count;
    }
  }
  if (!ended) throw new InputError("the list of objects is cut short");
}

/** A list's entries with the packs that they lie in. */
export async function* readEntries(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Kept> {
  const { packs, entries } = await openList(stream);
  for await (const entry of entries) {
    const pack = packs[entry.pack];
    if (pack !== undefined) yield { entry, pack };
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new InputError("the list of objects is damaged", { cause });
  }
}
