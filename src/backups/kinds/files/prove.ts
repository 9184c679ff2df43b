import { createHash } from "node:crypto";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { archiveFile, type FilesBody, listFile } from "./body.ts";
import { type Heard, type Listed, type Listing, lineOf, listing } from "./list.ts";
import { plainName } from "./there.ts";

/**
 * Reads the whole archive back, by this machine's tar as by our own reader, and holds every file's digest against the list of the
 * day it was taken.
 */
export async function prove(sealed: SealedBody<FilesBody>, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const why: string[] = [];
  const linked = new Set<string>();
  try {
    const lines = createHash("sha256");
    const heard = (entry: Listed): void => {
      lines.update(lineOf(entry));
      for (const path of entry.kind === "link" ? body.paths : [])
        if (plainName(path) === plainName(entry.path)) linked.add(path);
    };
    const found = await readBack(partOf(sealed, archiveFile), heard, proving);
    why.push(...(await differences(lines.digest("hex"), partOf(sealed, listFile), proving)));
    if (found.files !== body.files || found.bytes !== body.bytes)
      why.push(
        `${found.files} files of ${found.bytes} bytes came back, and the manifest names ${body.files} of ${body.bytes}`,
      );
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(thrown.message);
  }
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) },
    counts: { files: body.files, bytes: body.bytes },
    doesNotCover: [...notCovered(body), ...[...linked].map(leadsElsewhere)],
    notes: [],
  };
}

function notCovered({ pod, paths, missing, quiesced, down }: FilesBody): readonly string[] {
  const there = paths.filter((path) => !missing.includes(path)).join(", ");
  return [
    ...missing.map((path) => `${path}, which was not there when it was taken`),
    ...(quiesced || down
      ? []
      : [`one moment of all files of ${there} in ${pod}: the application was not held still while they were read`]),
  ];
}

function leadsElsewhere(path: string): string {
  return `what ${path} leads to, a link, unless another of its paths holds it`;
}

async function readBack(part: Part, heard: Heard, { ports, readPart, signal }: OwnProving): Promise<Listing> {
  const { stream, listed } = listing(readPart(part), heard);
  let broken: { readonly thrown: unknown } | undefined;
  async function* input(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream;
    } catch (thrown) {
      broken = { thrown };
      throw thrown;
    }
  }
  const running = ports.programs.start({ program: "tar", args: ["--list", "--file=-"], input: input(), signal });
  for await (const _ of running.output);
  const { status, signal: killedBy, errors } = await running.ended;
  if (signal.aborted) throw new SystemError("the proof was broken off", "stop");
  if (broken !== undefined) throw broken.thrown; // at which tar was ended
  if (killedBy !== null) throw new SystemError(`tar was killed (${killedBy}) while it read the archive`, "retry");
  if (status !== 0) throw new InputError(`tar does not read the archive: ${errors.slice(0, 300)}`);
  return listed;
}

/** `found`: the digest of what the archive's own list would be. */
async function differences(found: string, part: Part, { readPart }: OwnProving): Promise<readonly string[]> {
  const said = createHash("sha256");
  for await (const chunk of readPart(part)) said.update(chunk);
  return said.digest("hex") === found ? [] : ["the files are others than the list of the backup names"];
}
