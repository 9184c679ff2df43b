import { counted } from "../../../kernel/count.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { GitlabBody, ofRelease } from "./body.ts";
import { hasLfs, keys, lfsPart } from "./keys.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { take } from "./take.ts";

/** GitLab by its toolbox's backup-utility, believed only for what lies in the bucket. */
export const gitlab: StoreKind<GitlabStore, GitlabBody> = {
  id: "gitlab",
  turn: "archive",
  body: GitlabBody,
  take,
  prove,
  lists: { where: ({ contents }) => (hasLfs(contents) ? { kind: "part", part: lfsPart } : undefined), keys },
  leaves: ({ left }) => left.flatMap((one) => (one.why === "covered" ? [{ part: one.part, store: one.by }] : [])),
  summary: ({ version, contents, bundles }) =>
    `GitLab ${version}, ${counted(contents.length, "part")}, ${counted(bundles, "repository bundle")}`,
  facts: (body) => [
    ["version", body.version],
    ["made by", `backup-utility in ${body.pod}`],
    ["tar", `${body.object} in ${body.bucket}`],
    ["schema", body.schemaHead ?? "not told"],
    ["skipped", body.skipped.join(", ") || "nothing"],
    ...body.left.map(
      (one) => ["left out", `${one.part}: ${one.why === "covered" ? `left to ${one.by}` : one.why}`] as const,
    ),
    ...body.databases.map(
      ({ name, tables }) =>
        [
          "database",
          `${name}: ${counted(tables.length, "table")}, ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
        ] as const,
    ),
    ["repositories", repositoriesIn(body)],
    ["secrets", body.secrets.join(", ") || "none kept beside it"],
    ...body.contents.map(
      ({ name, files, bytes }) => ["part", `${name}: ${counted(files, "file")}, ${bytes} bytes`] as const,
    ),
  ],
  restore,
  doesNotCover: [
    "the registry's metadata database, where it has one",
    "OpenBao's database, where there is one",
    ofRelease,
  ],
};

function repositoriesIn({ repositories, skipped }: GitlabBody): string {
  if (repositories !== undefined)
    return `${repositories.count} as bundles from ${repositories.pod}, ${repositories.copied} of them read anew, ${repositories.empty} empty; ${repositories.moved} pushed to and ${repositories.gone} deleted meanwhile`;
  return skipped.includes("repositories")
    ? "none"
    : "within the archive: all come back with GitLab, and one comes back by itself out of it (sooner from bundles, with gitaly)";
}
