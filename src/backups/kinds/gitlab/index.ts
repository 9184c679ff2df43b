import { counted } from "../../../kernel/count.ts";
import type { GitlabStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { GitlabBody, ofRelease } from "./body.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { take } from "./take.ts";

/** GitLab by its toolbox's backup-utility, believed only for what lies in the bucket. */
export const gitlab: StoreKind<GitlabStore, GitlabBody> = {
  id: "gitlab",
  turn: "rest",
  body: GitlabBody,
  take,
  prove,
  summary: ({ version, contents, bundles }) =>
    `GitLab ${version}, ${counted(contents.length, "part")}, ${counted(bundles, "repository bundle")}`,
  facts: ({ pod, bucket, object, version, schemaHead, skipped, left, contents, repositories, secrets }) => [
    ["version", version],
    ["made by", `backup-utility in ${pod}`],
    ["tar", `${object} in ${bucket}`],
    ["schema", schemaHead ?? "not told"],
    ["skipped", skipped.join(", ") || "nothing"],
    ...left.map(
      (one) => ["left out", `${one.part}: ${one.why === "covered" ? `left to ${one.by}` : one.why}`] as const,
    ),
    ...(repositories === undefined
      ? []
      : ([
          [
            "repositories",
            `${repositories.count} as bundles from ${repositories.pod}, ${repositories.copied} of them read anew, ${repositories.empty} empty; ${repositories.moved} pushed to and ${repositories.gone} deleted meanwhile`,
          ],
        ] as const)),
    ["secrets", secrets.join(", ") || "none kept beside it"],
    ...contents.map(
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
