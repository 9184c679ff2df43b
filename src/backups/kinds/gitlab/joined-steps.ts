import { counted } from "../../../kernel/count.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { Restoring } from "../../restore/contract.ts";
import type { ArchivedRepository } from "./archived-repository.ts";
import { splitHead } from "./bundle-head.ts";
import { BundleSteps } from "./bundle-steps.ts";
import type { RunningGit } from "./git-program.ts";
import { BundleBench, type Looked, type OpenedObjects } from "./open-bundle.ts";
import { type Open, passArchived } from "./read-archived.ts";

/*
 * A repository that lies in an archive in steps, as the whole bundle that they come to: Git of this machine opens each on top of the one
 * before it in the scratch folder, and packs what the refs of the last step lead to. Before all of that is there nobody sees any of it.
 */

interface Stepped extends Pick<ArchivedRepository, "name" | "bundles"> {
  readonly head: Uint8Array;
}

type Lent = Pick<Restoring, "ports" | "signal" | "scratch" | "progress">;

/**
 * Hands on the bundle, once the archive was read to its end and every step opened. Throws `InputError` where one is damaged or lacks what
 * the refs lead to, `SystemError` where this machine cannot tell.
 */
export async function readJoined<T>(
  open: Open,
  stepped: Stepped,
  lent: Lent,
  use: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const bench = new BundleBench(lent);
  try {
    const objects = await join(open, stepped, lent, bench);
    const ids = splitHead(Buffer.from(stepped.head).toString("utf8")).tips.map((line) => line.replace(/ .*/s, ""));
    const packing = bench.pack(objects, ids);
    try {
      return await use(bundleOf(stepped.head, packing));
    } finally {
      packing.stop();
    }
  } finally {
    await bench.close();
  }
}

async function join(
  open: Open,
  { name, bundles, head }: Stepped,
  lent: Lent,
  bench: BundleBench,
): Promise<OpenedObjects> {
  const files = bundles.map(({ file }) => file);
  const last = files.at(-1) ?? "";
  const steps = new BundleSteps(name, bench, () => undefined);
  const seen = new Map<string, Looked>();
  await passArchived(open, { name, files }, async (file, { size, content }) => {
    // One alone waits like those: what the list names is looked for when it is opened.
    const isLater = file !== files[0] || files.length === 1;
    seen.set(file, await steps.look(file, { size, content, isLater }));
  });
  lent.progress(`${name} lies in ${counted(files.length, "step")}: one bundle is made of that`);
  steps.note(last, Buffer.from(head).toString("utf8"));
  for (const [file, { looked }] of await steps.play(files)) seen.set(file, looked);
  for (const [index, file] of files.entries())
    refuseBroken(`${file}, step ${index + 1} of ${files.length} of ${name},`, seen.get(file));
  const opened = steps.opened(last);
  if (opened === undefined) throw new Error(`${last} is whole, and was not opened`);
  return opened;
}

function refuseBroken(what: string, looked: Looked | undefined): void {
  switch (looked?.kind) {
    case "damaged":
      throw new InputError(`${what} does not open on those before it: ${looked.why}`);
    case "unknown":
      throw new SystemError(`${what} was not opened: ${looked.why}. ${looked.toDo}`, "stop");
    case "void":
      throw new InputError(`${what} is empty`);
    case "whole":
    case undefined:
  }
}

async function* bundleOf(head: Uint8Array, packing: RunningGit): AsyncGenerator<Uint8Array> {
  yield head;
  yield* packing.output;
  const refused = await packing.ended();
  if (refused !== undefined) throw new SystemError(`git does not pack its objects: ${refused.why}`, "stop");
}
