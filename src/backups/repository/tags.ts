import { type Instant, parseInstant } from "../../kernel/instant.ts";
import { type BackupClass, backupClasses } from "../../platform/backup-schedule.ts";
import type { StoredSnapshot } from "./restic.ts";

/*
 * How our snapshots are told apart in a repository: by tags, which restic keeps encrypted with the rest.
 */

/**
 * `seal` holds the manifest of a backup or of a recovery point, and alone makes one: it is begun once all that it names was stored
 * whole. restic saves what a killed program had given it so far, so that a seal is handed to it whole before it starts.
 * `record` is what was written down of restores, drills and arrivals: neither a backup nor a part of one.
 */
export type TaggedPart = (typeof parts)[number];

const parts = ["part", "pack", "seal", "proof", "record"] as const;

export interface Tagged {
  readonly part: TaggedPart;
  readonly backup: string;
  readonly installation: string;
  readonly environment: string;
  /** `mlflow/database` */
  readonly store: string;
  readonly kind?: string | undefined;
  readonly class?: BackupClass | undefined;
  /** The recovery point that it is part of. */
  readonly point?: string | undefined;
  /** The step of the run of the control plane that made it: RUN/STEP. */
  readonly run?: string | undefined;
  readonly takenAt?: Instant | undefined;
  readonly bytes?: number | undefined;
  /** How many parts of its own it has. */
  readonly parts?: number | undefined;
  readonly digest?: string | undefined;
  /** Of a recovery point: whether its writers stood still. */
  readonly fence?: "fenced" | "unfenced" | undefined;
  readonly verdict?: string | undefined;
  readonly provenAt?: Instant | undefined;
  /** Of a proof: how long restoring and comparing took. Of a backup's seal: how long the backup did. */
  readonly millis?: number | undefined;
}

const fences = ["fenced", "unfenced"] as const;

const mark = "millwright";

export function tagsOf(tagged: Tagged): readonly string[] {
  return [
    mark,
    ...Object.entries(tagged).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}:${String(value as string | number)}`],
    ),
  ];
}

/** What a snapshot's tags say; undefined when it is none of ours. A number or a moment that is none was not said. */
export function taggedAs({ tags }: StoredSnapshot): Tagged | undefined {
  if (!tags.includes(mark)) return undefined;
  const said = new Map(tags.map((tag) => [tag.slice(0, tag.indexOf(":")), tag.slice(tag.indexOf(":") + 1)] as const));
  const part = parts.find((one) => one === said.get("part"));
  const [backup, installation, environment, store] = ["backup", "installation", "environment", "store"].map((name) =>
    said.get(name),
  );
  if (part === undefined || backup === undefined || installation === undefined) return undefined;
  if (environment === undefined || store === undefined) return undefined;
  const numbered = (name: string): number | undefined => {
    const number = Number(said.get(name) ?? Number.NaN);
    return Number.isFinite(number) ? number : undefined;
  };
  const moment = (name: string): Instant | undefined => parseInstant(said.get(name) ?? "");
  return {
    part,
    backup,
    installation,
    environment,
    store,
    kind: said.get("kind"),
    class: backupClasses.find((one) => one === said.get("class")),
    point: said.get("point"),
    run: said.get("run"),
    takenAt: moment("takenAt"),
    bytes: numbered("bytes"),
    parts: numbered("parts"),
    digest: said.get("digest"),
    fence: fences.find((one) => one === said.get("fence")),
    verdict: said.get("verdict"),
    provenAt: moment("provenAt"),
    millis: numbered("millis"),
  };
}
