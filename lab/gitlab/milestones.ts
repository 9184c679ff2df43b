/** A schema migration of a GitLab release. */
export interface SchemaMigration {
  /** Its number in `schema_migrations`. */
  readonly version: string;
  readonly name: string;
  readonly statements: readonly string[];
  /** The batched background migration it queues. */
  readonly queues?: QueuedMigration;
  /** The batched background migration that must be through before this one may run. */
  readonly ensures?: string;
}

export interface QueuedMigration {
  readonly jobClassName: string;
  readonly table: string;
  readonly column: string;
}

/** A minor release, and what it changes in the database. */
export interface Milestone {
  /** `17.8`. */
  readonly minor: string;
  readonly migrations: readonly SchemaMigration[];
}

/**
 * What upgrades do to the lab's GitLab database. The columns that are added stand in db/structure.sql (gitlabhq/gitlabhq
 * @0016ea058); the shape of it — schema migrations that queue batched background migrations, and later ones that demand them
 * finished — is GitLab's (doc/update/background_migrations.md @07a952456). Which release brings which, the numbers and the names
 * of jobs are the lab's own: they were never held against a release.
 */
const milestones: readonly Milestone[] = [
  { minor: "17.8", migrations: [] },
  {
    minor: "17.11",
    migrations: [
      {
        version: "20250213101500",
        name: "AddCursorsToBatchedBackgroundMigrations",
        statements: [
          "alter table batched_background_migrations add column min_cursor jsonb, add column max_cursor jsonb",
          "alter table batched_background_migration_jobs add column min_cursor jsonb, add column max_cursor jsonb",
        ],
      },
      {
        version: "20250305084000",
        name: "AddTriggerIdToPipelines",
        statements: ["alter table p_ci_pipelines add column trigger_id bigint"],
      },
      {
        version: "20250318120000",
        name: "QueueBackfillProjectIdOnPipelineMessages",
        statements: [],
        queues: { jobClassName: "BackfillCiPipelineMessagesProjectId", table: "ci_pipeline_messages", column: "id" },
      },
    ],
  },
  {
    minor: "18.2",
    migrations: [
      {
        version: "20250512093000",
        name: "ValidateProjectIdOnPipelineMessages",
        ensures: "BackfillCiPipelineMessagesProjectId",
        statements: ["alter table ci_pipeline_messages add constraint check_fe8ee122a2 check (project_id is not null)"],
      },
      {
        version: "20250604070000",
        name: "AddOrganizationIdToProjects",
        statements: [
          "alter table projects add column organization_id bigint",
          "alter table namespaces add column organization_id bigint",
        ],
      },
      {
        version: "20250611110000",
        name: "QueueBackfillOrganizationIdOnProjects",
        statements: [],
        queues: { jobClassName: "BackfillProjectsOrganizationId", table: "projects", column: "id" },
      },
    ],
  },
  {
    minor: "18.5",
    migrations: [
      {
        version: "20250826074500",
        name: "AddOrganizationIdNotNullToProjects",
        ensures: "BackfillProjectsOrganizationId",
        statements: ["alter table projects add constraint check_1a6f946a8a check (organization_id is not null)"],
      },
      {
        version: "20250902101000",
        name: "AddCompositeIdentityEnforcedToUsers",
        statements: ["alter table users add column composite_identity_enforced boolean default false not null"],
      },
    ],
  },
  {
    minor: "18.8",
    migrations: [
      {
        version: "20251119130000",
        name: "AddTokenPrefixesToApplicationSettings",
        statements: ["alter table application_settings add column token_prefixes jsonb default '{}'::jsonb not null"],
      },
    ],
  },
];

/** Major and minor as numbers. Throws for a text that is no version. */
function minorOf(version: string): readonly [major: number, minor: number] {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.|$)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`${version} is not a version of GitLab`);
  return [Number(major), Number(minor)];
}

/** Whether the first version's minor release is the second's or a later one. */
export function atLeast(version: string, other: string): boolean {
  const [major, minor] = minorOf(version);
  const [otherMajor, otherMinor] = minorOf(other);
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}

/** The schema migrations that a version's code has, the oldest first. */
export function migrationsOf(version: string): readonly SchemaMigration[] {
  return milestones.filter(({ minor }) => atLeast(version, minor)).flatMap(({ migrations }) => migrations);
}
