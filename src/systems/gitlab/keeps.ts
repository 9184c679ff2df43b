import type { KeptStore } from "../contract.ts";

const sources: KeptStore["sources"] = [
  "docs.gitlab.com/charts/backup-restore (the secrets are not in the tarball)",
  "tachyons/gitlab-pages gitlab-toolbox/scripts/bin/backup-utility@1e271f5e4 (components)",
];

export const gitlabKeeps: readonly KeptStore[] = [
  {
    id: "database",
    title: "GitLab's database",
    heldBy: [{ kind: "postgresql" }, { kind: "gitlab", part: "db" }],
    sources,
  },
  {
    id: "repositories",
    title: "the Git repositories",
    heldBy: [{ kind: "gitlab", part: "repositories" }, { kind: "files" }],
    sources,
  },
  {
    id: "secrets",
    title: "the rails secrets, without which encrypted columns stay closed",
    heldBy: [
      { kind: "gitlab", part: "secrets" },
      { kind: "kubernetes", plural: "secrets", namespace: "gitlab" },
    ],
    sources,
  },
];
