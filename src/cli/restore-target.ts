import type { RestoreTarget } from "../backups/restore/contract.ts";
import { InputError } from "../kernel/errors.ts";
import { neverShown, parseSecretRef } from "../platform/secret-ref.ts";

export interface TargetFlags {
  readonly to?: string;
  readonly inPlace?: boolean;
}

const forms = "a folder, database:NAME, bucket:NAME/PREFIX, redis://HOST:PORT or namespace:NAME";

/** Where `--in-place` or `--to` says; `folderOf` finds a folder from where the command line stands. */
export function targetOf({ to, inPlace }: TargetFlags, folderOf: (written: string) => string): RestoreTarget {
  if (inPlace === true && to === undefined) return { kind: "in-place" };
  if (to === undefined || inPlace === true) throw new InputError(`Say where to: --in-place, or --to ${forms}.`);
  const [, kind = "", rest = ""] = /^([a-z]+):(.+)$/.exec(to) ?? [];
  return parsers.get(kind)?.(rest, to) ?? { kind: "folder", folder: folderOf(to) };
}

/** By what stands before the colon; what is none of them is a folder. */
const parsers: ReadonlyMap<string, (rest: string, to: string) => RestoreTarget> = new Map([
  ["database", (name: string) => ({ kind: "database", name }) as const],
  ["bucket", bucketOf],
  ["namespace", namespaceOf],
  ["redis", redisOf],
  ["rediss", redisOf],
]);

function bucketOf(rest: string): RestoreTarget {
  const [bucket = "", ...prefix] = rest.split("/");
  return { kind: "bucket", bucket, prefix: prefix.join("/") };
}

function namespaceOf(rest: string): RestoreTarget {
  const [, from, namespace] = /^(?:([a-z0-9-]{1,63})=)?([a-z0-9-]{1,63})$/.exec(rest) ?? [];
  if (namespace === undefined)
    throw new InputError("Name another namespace by namespace:NAME, of several by namespace:FROM=NAME.");
  return { kind: "namespace", namespace, from };
}

/** Everybody on a machine sees the arguments of what runs there. */
function redisOf(rest: string, to: string): RestoreTarget {
  const ref = parseSecretRef(rest);
  if (ref !== undefined) return { kind: "redis", url: ref };
  const address = rest.startsWith("//") && URL.canParse(to) ? new URL(to) : undefined;
  if (address === undefined || address.hostname === "")
    throw new InputError("Name another Redis by redis://HOST:PORT, or by redis:env:NAME or redis:file:/path.");
  if (address.username !== "" || address.password !== "")
    throw new InputError(
      `--to redis://… may hold no user and no password; name where the whole address is kept, ${neverShown}: redis:env:NAME or redis:file:/path.`,
    );
  return { kind: "redis", url: to };
}
