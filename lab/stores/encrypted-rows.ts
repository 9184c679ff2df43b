import { createHash } from "node:crypto";
import type { Client } from "pg";
import { onConnection } from "../databases/sql.ts";
import { sealPlain, sealSalted } from "./rails-secrets.ts";

/** Columns as in db/structure.sql of gitlabhq/gitlabhq (ci_variables, ci_instance_variables, lfs_objects, lfs_objects_projects, routes). */
const tables = `
create table ci_variables (
  id bigserial primary key,
  key character varying not null,
  value text,
  encrypted_value text,
  encrypted_value_salt character varying,
  encrypted_value_iv character varying,
  project_id bigint not null references projects (id) on delete cascade,
  protected boolean default false not null,
  environment_scope character varying default '*' not null,
  masked boolean default false not null,
  variable_type smallint default 1 not null
);
create table ci_instance_variables (
  id bigserial primary key,
  variable_type smallint default 1 not null,
  masked boolean default false,
  protected boolean default false,
  key text not null,
  encrypted_value text,
  encrypted_value_iv text
);
create table lfs_objects (
  id bigserial primary key,
  oid character varying not null unique,
  size bigint not null,
  created_at timestamp without time zone,
  updated_at timestamp without time zone,
  file character varying,
  file_store integer default 1
);
create table lfs_objects_projects (
  id bigserial primary key,
  lfs_object_id bigint not null references lfs_objects (id),
  project_id bigint not null references projects (id),
  created_at timestamp without time zone,
  updated_at timestamp without time zone,
  repository_type smallint
);
create table routes (
  id bigserial primary key,
  source_id bigint not null,
  source_type character varying not null,
  path character varying not null,
  created_at timestamp without time zone,
  updated_at timestamp without time zone,
  name character varying,
  namespace_id bigint
);
`;

/** Of the projects that are there when it begins. */
const addRoutes = `insert into routes (source_id, source_type, path, created_at, updated_at, name, namespace_id)
  select p.id, 'Project', n.path || '/' || p.path, $1, $1, n.name || ' / ' || p.name, n.id
  from projects p join namespaces n on n.id = p.namespace_id order by p.id`;

/** A file that a project keeps by LFS; `key` is its place in the bucket (app/uploaders/lfs_object_uploader.rb @0da44e16). */
export interface LfsObject {
  readonly projectId: number;
  readonly oid: string;
  readonly key: string;
  readonly content: Buffer;
}

/** How many of GitLab's projects have a repository and an object of LFS of their own in the lab. */
export const projectsWithFiles = 6;

/** One object for each project, the same each time. */
export function lfsObjectsOf(seed: number, projects: number): readonly LfsObject[] {
  return Array.from({ length: projects }, (_, index) => {
    const content = Buffer.from(`weights of project ${index + 1}, seed ${seed}\n`.repeat(200 + 40 * index));
    const oid = createHash("sha256").update(content).digest("hex");
    return { projectId: index + 1, oid, key: `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`, content };
  });
}

/** Rows that open with the rails secrets alone, and those that name LFS' objects. Into a database that `fillGitlab` filled, once. */
export function addEncryptedRows(
  url: string,
  { databaseKey, lfs, now }: { readonly databaseKey: string; readonly lfs: readonly LfsObject[]; readonly now: Date },
): Promise<void> {
  return onConnection(url, async (client) => {
    await client.query("begin");
    await client.query(tables);
    await client.query(addRoutes, [now]);
    await addVariables(client, databaseKey);
    for (const { oid, content, projectId } of lfs) {
      await client.query(
        `with object as (insert into lfs_objects (oid, size, created_at, updated_at, file, file_store) values ($1, $2, $3, $3, $4, 2) returning id)
         insert into lfs_objects_projects (lfs_object_id, project_id, created_at, updated_at, repository_type) select id, $5, $3, $3, 0 from object`,
        [oid, content.length, now, oid.slice(4), projectId],
      );
    }
    await client.query("commit");
  });
}

async function addVariables(client: Client, databaseKey: string): Promise<void> {
  for (const projectId of [1, 2, 3, 4, 5]) {
    const { value, salt, iv } = sealSalted(`token-of-project-${projectId}`, databaseKey);
    await client.query(
      "insert into ci_variables (key, encrypted_value, encrypted_value_salt, encrypted_value_iv, project_id, masked) values ('REGISTRY_TOKEN', $1, $2, $3, $4, true)",
      [value, salt, iv, projectId],
    );
  }
  const { value, iv } = sealPlain("https://proxy.example.org:3128", databaseKey);
  await client.query(
    "insert into ci_instance_variables (key, encrypted_value, encrypted_value_iv) values ('HTTPS_PROXY', $1, $2)",
    [value, iv],
  );
}
