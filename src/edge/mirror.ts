import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Mirror } from "../kernel/ports.ts";

const maxBytes = 64_000_000;

/**
 * Web pages as files: `DIR/HOST/PATH`, or `DIR/HOST_PORT/PATH`; for a page whose address ends in `/`, `index.json` or
 * `index.html` in that folder. The layout of `wget --mirror` and of a web server's document root. Queries are ignored, so
 * a listing must be mirrored whole. A bare Git repository after `git update-server-info` answers for its tags.
 */
export async function openMirror(dir: string): Promise<Mirror> {
  const found = await stat(dir).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new InputError(`The mirror ${dir} is no folder. Expected: ${dir}/HOST/PATH.`);
  return {
    label: dir,
    find: async (url) => {
      for (const place of placesOf(dir, url)) {
        const copy = await readCopy(place);
        if (copy !== undefined) return copy;
      }
      return undefined;
    },
  };
}

/** Percent signs stay as they are, so that an encoded slash or `..` never becomes a step in the path. */
function placesOf(dir: string, url: string): readonly string[] {
  const { hostname, port, pathname } = new URL(url);
  const steps = pathname.split("/").filter((step) => step !== "");
  if ([hostname, ...steps].some((step) => step === "." || step === "..")) return [];
  const hosts = port === "" ? [hostname] : [`${hostname}_${port}`, `${hostname}:${port}`];
  return hosts.flatMap((host) => {
    const place = join(dir, host, ...steps);
    return [place, join(place, "index.json"), join(place, "index.html")];
  });
}

async function readCopy(place: string): Promise<{ body: string; at: ReturnType<typeof instantOf> } | undefined> {
  try {
    const { mtimeMs, size } = await stat(place);
    return size > maxBytes ? undefined : { body: await readFile(place, "utf8"), at: instantOf(mtimeMs) };
  } catch {
    return undefined; // no such copy, or a folder: the caller asks on
  }
}
