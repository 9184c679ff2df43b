// oxlint-disable no-restricted-imports -- tests look at what is left on the disk
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { openBackups } from "../../../edge/backups.ts";
import { instantOf } from "../../../kernel/instant.ts";
import { folder } from "../../others/prove.test-support.ts";
import type { OwnProving } from "../../store-kind.ts";
import { ArchivedRepositories, type ProvedArchive } from "./prove-archived.ts";

export const { ports } = openBackups(process.env);

export type Start = OwnProving["ports"]["programs"]["start"];

export function provingIn(scratch: string, start: Start = (call) => ports.programs.start(call)): OwnProving {
  const lent = {
    ports: { ...ports, programs: { ...ports.programs, start } },
    scratch,
    signal: new AbortController().signal,
    clock: { now: () => instantOf(0) },
    progress: () => undefined,
  };
  return lent as unknown as OwnProving;
}

export async function* inPieces(bytes: Uint8Array, size = 4096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is said of an archive, once it passed unchanged and nothing of it is left on the disk. */
export async function said(archive: Buffer, start?: Start): Promise<ProvedArchive> {
  const scratch = folder();
  const archived = new ArchivedRepositories(provingIn(scratch, start));
  const passed: Uint8Array[] = [];
  for await (const chunk of archived.pass(inPieces(archive))) passed.push(chunk);
  await archived.close();
  assert.ok(Buffer.concat(passed).equals(archive), "it passes as it came");
  assert.deepEqual(readdirSync(scratch), []);
  return archived.concluded();
}
