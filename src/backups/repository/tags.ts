import type { Instant } from "../../kernel/instant.ts";
import type { StoredSnapshot } from "./restic.ts";

/*
 * How our snapshots are told apart in a repository: by tags, which restic keeps encrypted with the rest.
 */

/**
 * `seal` holds nothing: restic saves what a killed program had given it so far, also half a manifest, and a seal is only begun
 * once the manifest was stored whole. It alone makes a backup.
 */
export type Part = "dump" | "manifest" | "seal" | "proof";

export interface Tagged {
  readonly part: Part;
  readonly backup: string;
  readonly installation: string;
  readonly environment: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly takenAt?: Instant | undefined;
  readonly bytes?: number | undefined;
  readonly dump?: string | undefined;
  readonly digest?: string | undefined;
  readonly verdict?: string | undefined;
  readonly provenAt?: Instant | undefined;
}

const mark = "millwright";

export function tagsOf(tagged: Tagged): readonly string[] {
  return [
    mark,
    ...Object.entries(tagged).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}:${String(value as string | number)}`],
    ),
  ];
}

/** What a snapshot's tags say; undefined when it is none of ours. */
export function taggedAs({ tags }: StoredSnapshot): Tagged | undefined {
  if (!tags.includes(mark)) return undefined;
  const said = new Map(tags.map((tag) => [tag.slice(0, tag.indexOf(":")), tag.slice(tag.indexOf(":") + 1)] as const));
  const part = parts.find((one) => one === said.get("part"));
  const [backup, installation, environment, store] = ["backup", "installation", "environment", "store"].map((name) =>
    said.get(name),
  );
  if (part === undefined || backup === undefined || installation === undefined) return undefined;
  if (environment === undefined || store === undefined) return undefined;
  const bytes = said.get("bytes");
  return {
    part,
    backup,
    installation,
    environment,
    store,
    takenAt: said.get("takenAt") as Instant | undefined,
    bytes: bytes === undefined ? undefined : Number(bytes),
    dump: said.get("dump"),
    digest: said.get("digest"),
    verdict: said.get("verdict"),
    provenAt: said.get("provenAt") as Instant | undefined,
  };
}

const parts: readonly Part[] = ["dump", "manifest", "seal", "proof"];
