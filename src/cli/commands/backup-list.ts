import { Command } from "commander";
import { describeBackup, describePoint } from "../../backups/describe.ts";
import { bodyOf, kindOf } from "../../backups/kinds/index.ts";
import { findPoint, type Point, pointOf } from "../../backups/point/point.ts";
import {
  type Catalogue,
  type CataloguedBackup,
  type CataloguedPoint,
  catalogueOf,
  type Debris,
} from "../../backups/repository/catalogue.ts";
import { boundBy, type SealedManifest, sizeOf } from "../../backups/repository/manifest.ts";
import { manifestOf } from "../../backups/repository/read-manifest.ts";
import { recordsIn } from "../../backups/repository/records.ts";
import { counted } from "../../kernel/count.ts";
import type { Instant } from "../../kernel/instant.ts";
import { moment, sized } from "../../reports/backup/words.ts";
import { indented, shown, styled, table } from "../../reports/table.ts";
import { backupAt, catalogueAt, type PlaceOptions, placeOf, snapshotsAt, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { Shell } from "../shell.ts";

interface ShowOptions extends PlaceOptions {
  readonly output: string;
}

/** `millwright backup list` */
export function listCommand(shell: Shell): Command {
  return withPlace(new Command("list"))
    .description("List an environment's backups, the newest first, and what lies beside them and is none")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (options: ShowOptions) => {
      const snapshots = await snapshotsAt(await placeOf(shell, await shell.backups(), options));
      const catalogue = catalogueOf(snapshots);
      const whole = {
        ...catalogue,
        drills: recordsIn(snapshots, "drill"),
        removals: recordsIn(snapshots, "removal"),
      };
      shell.out(
        render(options.output, {
          table: () => listed(catalogue, shell),
          json: () => asJson(whole),
          yaml: () => asYaml(whole),
        }),
      );
    });
}

function listed({ backups, points, debris, others }: Catalogue, shell: Shell): string {
  const { terminal } = shell;
  const rows = backups.map((one) => [one.id, one.store, moment(one.takenAt), sized(one.bytes), proofOf(one)]);
  return [
    rows.length === 0
      ? "There is no backup in this repository."
      : table(terminal, ["backup", "store", "taken", "size", "proof"], rows),
    ...(points.length === 0 ? [] : ["", pointTable(points, shell)]),
    ...(debris.length === 0
      ? []
      : [
          "",
          styled(terminal, "bold", "No backups (millwright backup prune, or clean, removes them):"),
          ...debris.map(debrisLine),
        ]),
    ...(others === 0 ? [] : ["", `${counted(others, "snapshot")} of others, left alone.`]),
  ].join("\n");
}

function pointTable(points: Catalogue["points"], { terminal }: Shell): string {
  const rows = points.map((one) => [one.id, moment(one.takenAt), sized(one.bytes), one.fence, proofOf(one)]);
  return table(terminal, ["recovery point", "taken", "size", "fence", "proof"], rows);
}

function proofOf({ proofs: [newest] }: Pick<CataloguedBackup, "proofs">): string {
  return newest === undefined ? "not proven" : `${newest.verdict} ${moment(newest.provenAt)}`;
}

function debrisLine({ snapshot, at, store, why }: Debris): string {
  return `  ${snapshot.slice(0, 8)}  ${moment(at)}  ${shown(store)}: ${why}`;
}

/** `millwright backup show` */
export function showCommand(shell: Shell): Command {
  return withPlace(new Command("show"))
    .description("Show what a backup says of itself: its manifest")
    .argument("<id>", "the backup, or the beginning of its name")
    .option("--short", "without the lists of objects that a manifest may hold, and with what its proof found")
    .addOption(outputOption(["table", "json", "yaml"]))
    .action(async (id: string, options: ShowOptions & { readonly short?: boolean }) => {
      const place = await placeOf(shell, await shell.backups(), options);
      const point = findPoint(await catalogueAt(place), id);
      if (options.short === true && options.output !== "table") {
        const said =
          point !== undefined && id.startsWith("point-")
            ? await describePoint(point, place.repository)
            : await describeBackup((await backupAt(place, id)).backup, place.repository);
        return shell.out(options.output === "json" ? asJson(said) : asYaml(said));
      }
      if (point !== undefined && id.startsWith("point-")) {
        const said = await pointOf(point, place.repository);
        return shell.out(
          render(options.output, {
            table: () => describedPoint(said, point, shell),
            json: () => asJson(said),
            yaml: () => asYaml(said),
          }),
        );
      }
      const { backup } = await backupAt(place, id);
      const sealed = await manifestOf(backup, place.repository);
      const whole = { ...sealed, proofs: backup.proofs };
      shell.out(
        render(options.output, {
          table: () => described(sealed, backup, shell),
          json: () => asJson(whole),
          yaml: () => asYaml(whole),
        }),
      );
    });
}

function described({ manifest, digest }: SealedManifest, backup: CataloguedBackup, { terminal }: Shell): string {
  const { identity, versions, parts, packs } = manifest;
  const kind = kindOf(manifest.kind);
  const facts: readonly (readonly [string, string])[] = [
    ["of", `${identity.component}/${identity.store}, ${identity.environment} of ${identity.installation}`],
    ["taken", moment(manifest.takenAt as Instant)],
    ...kind.facts(bodyOf(manifest)),
    ["size", `${sized(sizeOf(manifest))} in ${counted(parts.length + packs.length, "part")}`],
    ...parts.map((part) => ["part", `${part.file}, ${sized(part.bytes)}, ${boundBy(part)}`] as const),
    [
      "made by",
      Object.entries(versions)
        .map((one) => one.join(" "))
        .join(", "),
    ],
    ["not in it", kind.doesNotCover.join(", ") || "nothing that belongs to it"],
    ["digest", digest],
    ["proof", proofOf(backup)],
  ];
  return [
    styled(terminal, "bold", manifest.id),
    ...facts.map(([label, text]) => indented(terminal, shown(text), " ".repeat(14), `  ${label.padEnd(12)}`)),
  ].join("\n");
}

function describedPoint(said: Point, point: CataloguedPoint, { terminal }: Shell): string {
  const { fence, backups, disposable } = said;
  const facts: readonly (readonly [string, string])[] = [
    ["of", `${said.environment} of ${said.installation}`],
    ["taken", `${moment(said.takenAt as Instant)}, from ${said.beganAt} to ${said.endedAt}`],
    fence.kind === "fenced"
      ? ["fenced", `${fence.by.join(", ")}; from ${fence.from} to ${fence.until}`]
      : ["unfenced", fence.why],
    ...backups.map((one) => ["holds", `${one.id}, ${sized(one.bytes)}`] as const),
    ...disposable.map(({ store, why }) => ["disposable", `${store}: ${why}`] as const),
    ["digest", point.digest],
    ["proof", proofOf(point)],
  ];
  return [
    styled(terminal, "bold", said.id),
    ...facts.map(([label, text]) => indented(terminal, shown(text), " ".repeat(14), `  ${label.padEnd(12)}`)),
  ].join("\n");
}
