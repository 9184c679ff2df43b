import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openFolder } from "../edge/folder-tree.ts";
import { openRevision, resolveRevision } from "../edge/git-tree.ts";
import { openLogRepository, withCredential } from "../edge/log-repository.ts";
import { InputError, messageOf } from "../kernel/errors.ts";
import type { Tree } from "../kernel/ports.ts";
import type { ServerConfig } from "../platform/server-config.ts";

type Repository = ServerConfig["repositories"][number];

/** The files of a repository as they are now: a folder of this machine, or a branch fetched into our own copy. */
export async function openRepository(
  { name, url, folder, ref }: Repository,
  data: string,
  credential: string | undefined,
): Promise<{ readonly tree: Tree; readonly revision: string | undefined }> {
  if (folder !== undefined && ref === undefined) {
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new InputError(`repository ${name}: there is no folder ${folder}.`);
    return { tree: openFolder(folder), revision: undefined };
  }
  if (folder !== undefined && ref !== undefined)
    return { tree: await openRevision(folder, ref), revision: await resolveRevision(folder, ref) };
  const copy = join(data, "repositories", name);
  return inTurn(copy, async () => {
    const git = await openLogRepository(copy);
    const address = url ?? "";
    // Not FETCH_HEAD, which a fetch of another process empties before it writes it.
    const what = ["--no-write-fetch-head", "--", address, `+${ref ?? "HEAD"}:${fetched}`];
    await withCredential(copy, { url: address, secret: credential }, (env) =>
      unlessCrossed(() => git.run(["fetch", "--quiet", "--depth=1", "--no-tags", ...what], { env })),
    );
    const revision = await resolveRevision(copy, fetched);
    return { tree: await openRevision(copy, revision), revision };
  });
}

const fetched = "refs/millwright/fetched";

/** Another process may fetch into the same copy at once: then Git refuses one of the two, which tries again. */
async function unlessCrossed<T>(fetch: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetch();
    } catch (thrown) {
      if (attempt >= 8 || !/shallow file has changed|shallow\.lock|cannot lock ref/.test(messageOf(thrown)))
        throw thrown;
      await pause(100 * attempt * (0.5 + Math.random()));
    }
  }
}

const turns = new Map<string, Promise<unknown>>();

/** Several ask for the same repository at once, and Git refuses a second fetch into a copy while one runs. */
async function inTurn<T>(copy: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(copy) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  turns.set(copy, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(copy) === settled) turns.delete(copy);
  }
}
