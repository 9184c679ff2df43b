import type { Database } from "../databases/sql.ts";
import type { Caller } from "./tokens.ts";

/** A project with what one caller may do to it. */
export interface SeenProject {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly namespace: string;
  readonly description: string | null;
  readonly created_at: Date;
  readonly last_activity_at: Date;
  readonly visibility_level: number;
  readonly star_count: number;
  readonly topics: readonly string[];
  /** 10 guest … 50 owner, 0 for who is no member. */
  readonly access: number;
}

/** The projects a caller sees: public ones, those he is a member of, all for an administrator. Ordered by id, the newest first. */
export function seenProjects(
  database: Database,
  caller: Caller | undefined,
  wanted: {
    readonly path?: string;
    readonly id?: string;
    readonly topic?: string;
    readonly limit?: number;
    readonly offset?: number;
  },
): Promise<readonly SeenProject[]> {
  return database.rows<SeenProject>(
    `select * from (
       select p.id, p.name, p.path, n.path as namespace, p.description, p.created_at, p.last_activity_at, p.visibility_level, p.star_count,
              coalesce((select array_agg(t.name order by t.name) from project_topics pt join topics t on t.id = pt.topic_id where pt.project_id = p.id), '{}') as topics,
              case when $2 then 50 else coalesce((select max(access_level) from members m where m.user_id = $1 and m.source_type = 'Namespace' and m.source_id = n.id), 0) end as access
       from projects p join namespaces n on n.id = p.namespace_id where not p.pending_delete
     ) seen
     where (visibility_level = 20 or (visibility_level = 10 and $1::bigint is not null) or access >= 10)
       and ($3::text is null or namespace || '/' || path = $3) and ($4::bigint is null or id = $4) and ($5::text is null or $5 = any (topics))
     order by id desc limit $6 offset $7`,
    [
      caller?.id ?? null,
      caller?.admin ?? false,
      wanted.path ?? null,
      wanted.id ?? null,
      wanted.topic ?? null,
      wanted.limit ?? 100,
      wanted.offset ?? 0,
    ],
  );
}

/** As REST shows it: the fields SharingHub reads, and the plain ones. */
export function restProject(project: SeenProject, url: string): Record<string, unknown> {
  const path = `${project.namespace}/${project.path}`;
  return {
    id: Number(project.id),
    description: project.description,
    name: project.name,
    name_with_namespace: `${project.namespace} / ${project.name}`,
    path: project.path,
    path_with_namespace: path,
    created_at: project.created_at.toISOString(),
    default_branch: "main",
    topics: project.topics,
    web_url: `${url}/${path}`,
    readme_url: `${url}/${path}/-/blob/main/README.md`,
    license_url: null,
    license: null,
    star_count: project.star_count,
    last_activity_at: project.last_activity_at.toISOString(),
    visibility: { 0: "private", 10: "internal", 20: "public" }[project.visibility_level],
  };
}

/** As GraphQL shows it to the fragment that SharingHub sends. */
export function graphqlProject(project: SeenProject, url: string): Record<string, unknown> {
  const path = `${project.namespace}/${project.path}`;
  return {
    id: `gid://gitlab/Project/${project.id}`,
    name: project.name,
    nameWithNamespace: `${project.namespace} / ${project.name}`,
    fullPath: path,
    description: project.description,
    webUrl: `${url}/${path}`,
    createdAt: project.created_at.toISOString(),
    lastActivityAt: project.last_activity_at.toISOString(),
    starCount: project.star_count,
    topics: project.topics,
    userPermissions: {
      downloadCode: project.access >= 20 || project.visibility_level === 20,
      pushCode: project.access >= 30,
      adminProject: project.access >= 40,
    },
    repository: {
      rootRef: "main",
      readme: { nodes: [{ rawBlob: `# ${project.name}\n\n${project.description ?? ""}\n` }] },
      preview: { nodes: [] },
      tree: { lastCommit: { shortId: shortId(path) }, blobs: { nodes: [{ path: "README.md" }] } },
    },
    releases: { nodes: [] },
    packages: { nodes: [] },
    containerRepositories: { nodes: [] },
  };
}

function shortId(path: string): string {
  let hash = 7;
  for (const char of path) hash = (Math.imul(hash, 131) + char.charCodeAt(0)) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
