import * as z from "zod";

/** A project as GraphQL gives it to SharingHub; only the fields it reads. */
const Project = z.object({
  id: z.string(),
  name: z.string(),
  fullPath: z.string(),
  description: z.string().nullable(),
  webUrl: z.string(),
  createdAt: z.string(),
  lastActivityAt: z.string(),
  starCount: z.number(),
  topics: z.array(z.string()),
  userPermissions: z.object({ downloadCode: z.boolean(), pushCode: z.boolean(), adminProject: z.boolean() }),
  repository: z.object({ tree: z.object({ lastCommit: z.object({ shortId: z.string() }) }) }),
});
export type Project = z.output<typeof Project>;

const User = z.object({ data: z.object({ currentUser: z.object({ username: z.string() }).nullable() }) });
const One = z.object({ data: z.object({ project: Project.nullable() }) });
const Many = z.object({ data: z.object({ projects: z.object({ nodes: z.array(Project) }) }) });

/** FastAPI's answer in place of the route's: a status with its detail. */
export class HttpException extends Error {
  readonly status: number;
  readonly detail: string;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
    this.detail = detail;
  }
}

/** GitLab, asked with the caller's token; its refusals are passed on, and its absence is not caught. */
export class GitlabClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async username(): Promise<string> {
    const { data } = User.parse(await this.#graphql("query { currentUser { username } }"));
    return data.currentUser?.username ?? "@public";
  }

  async project(path: string): Promise<Project> {
    const query = `query getProject { project(fullPath: "${path.replaceAll('"', "")}") { ...projectFields } }`;
    const { data } = One.parse(await this.#graphql(query));
    if (data.project === null) throw new HttpException(404, "Not Found");
    return data.project;
  }

  async projects(topic: string, limit: number): Promise<readonly Project[]> {
    const query = `query { projects(topics: ["${topic}"], first: ${limit}) { nodes { ...projectFields } } }`;
    return Many.parse(await this.#graphql(query)).data.projects.nodes;
  }

  async pathOf(id: string): Promise<string> {
    const found = z
      .object({ path_with_namespace: z.string() })
      .parse(await (await this.rest(`/projects/${id}`)).json());
    return found.path_with_namespace;
  }

  async rest(path: string): Promise<Response> {
    return this.#send(`/api/v4${path}`, {});
  }

  async #graphql(query: string): Promise<unknown> {
    const reply = await this.#send("/api/graphql", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables: null }),
    });
    return reply.json();
  }

  async #send(
    path: string,
    init: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string },
  ): Promise<Response> {
    const url = `${this.#url}${path}`;
    const headers = { ...init.headers, ...(this.#token === "" ? {} : { authorization: `Bearer ${this.#token}` }) };
    const reply = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    if (reply.ok) return reply;
    const text = await reply.text();
    if (reply.status === 404) throw new HttpException(404, "Not Found");
    throw new HttpException(reply.status, `HTTP ${reply.status} | ${init.method ?? "GET"} ${url}: ${text}`);
  }
}
