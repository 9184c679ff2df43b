import type { SystemStore } from "../contract.ts";

/** Paths are those of the tar that GitLab's `backup-utility` and `gitlab-backup` write. */
export const gitlabStores: readonly SystemStore[] = [
  {
    id: "database",
    title: "GitLab's database",
    product: "postgresql",
    tables: ["schema_migrations", "ar_internal_metadata", "projects", "namespaces", "users", "merge_requests"],
    schemaHead: "select max(version) from schema_migrations",
    newest: [
      { table: "events", column: "created_at" },
      { table: "users", column: "last_activity_on" },
      { table: "projects", column: "last_activity_at" },
      { table: "issues", column: "updated_at" },
      { table: "merge_requests", column: "updated_at" },
    ],
    references: [
      {
        id: "lfs-objects",
        what: "each LFS object",
        tables: ["lfs_objects"],
        query: `select oid as name, substr(oid, 1, 2) || '/' || substr(oid, 3, 2) || '/' || substr(oid, 5) as location from lfs_objects`,
        names: "object",
      },
    ],
    beside: [
      {
        id: "rails-secrets",
        what: "the rails secrets (`secrets.yml` of the Secret RELEASE-rails-secret)",
        why: "The database holds CI variables, tokens and second factors encrypted with them: without them these are lost.",
        essential: true,
        keptBy: ["gitlab"],
      },
      {
        id: "repositories",
        what: "the Git repositories",
        why: "The database only names them; without them every project is empty.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["repositories/"],
      },
      {
        id: "uploads",
        what: "uploads",
        why: "Files attached to issues and merge requests are lost.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["uploads.tar.gz"],
      },
      {
        id: "lfs",
        what: "LFS objects",
        why: "Repositories keep pointers to files that are gone.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["lfs.tar.gz"],
      },
      {
        id: "artifacts",
        what: "CI artifacts and logs",
        why: "Results of pipelines are lost.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["artifacts.tar.gz"],
      },
      {
        id: "packages",
        what: "packages",
        why: "The package registry names files that are gone.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["packages.tar.gz"],
      },
      {
        id: "registry",
        what: "images of the container registry",
        why: "Images that jobs and deployments pull are lost.",
        essential: false,
        keptBy: ["gitlab"],
        heldIn: ["registry.tar.gz"],
      },
      {
        id: "registry-metadata",
        what: "the registry's metadata database, where it has one",
        why: "No version of GitLab's own backup takes it; with it on, the images alone cannot be served.",
        essential: false,
      },
    ],
    sources: [
      "gitlab-org/gitlab app/uploaders/lfs_object_uploader.rb (an object's key is made from its oid)",
      "gitlab-org/gitlab db/structure.sql (schema_migrations, ar_internal_metadata, projects, namespaces, users, merge_requests, events)",
      "docs.gitlab.com/charts/backup-restore (the secrets and the registry metadata database are not in the tarball)",
      "tachyons/gitlab-pages gitlab-toolbox/scripts/bin/backup-utility@1e271f5e4 (components and their files)",
    ],
  },
];
