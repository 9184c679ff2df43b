import * as z from "zod";
import { InputError } from "../../../kernel/errors.ts";
import { linesOf } from "../../lines.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type FilesBody, listFile } from "./body.ts";

const Line = z.object({ path: z.string(), kind: z.string() });

/** The paths of all files of a backup, as its archive has them. */
export async function* keys(sealed: SealedBody<FilesBody>, { readPart }: OwnProving): AsyncGenerator<string> {
  for await (const line of linesOf(readPart(partOf(sealed, listFile)))) {
    const { path, kind } = parsed(line, sealed.id);
    if (kind === "file") yield path;
  }
}

function parsed(line: string, id: string): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(line));
  } catch (cause) {
    throw new InputError(`the list of files of ${id} is damaged`, { cause });
  }
}
