import type { Hono } from "hono";
import * as z from "zod";
import { graphqlProject, seenProjects } from "./projects.ts";
import { type Caller, callerOf } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

const Body = z.object({ query: z.string() });

/**
 * Not a GraphQL server: it knows the four queries that SharingHub 0.3 and 0.4 send (csgroup-oss/sharinghub-server
 * app/providers/client/gitlab.py) by their words, and answers with the fields that SharingHub reads.
 */
export function graphqlRoutes(app: Hono, world: GitlabWorld): void {
  app.post("/api/graphql", async (context) => {
    const caller = await callerOf(world, context.req.raw).catch((thrown: unknown) => {
      throw thrown instanceof Refused ? new Refused(401, { errors: [{ message: "Invalid token" }] }) : thrown;
    });
    const body = Body.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return context.json({ errors: [{ message: "Unexpected end of document", locations: [] }] });
    return context.json(await answer(world, caller, body.data.query));
  });
}

async function answer(world: GitlabWorld, caller: Caller | undefined, query: string): Promise<unknown> {
  if (/\bcurrentUser\b/.test(query))
    return { data: { currentUser: caller === undefined ? null : { username: caller.username } } };
  const path = /\bproject\(\s*fullPath:\s*"([^"]+)"/.exec(query)?.[1];
  if (path !== undefined) {
    const [project] = await seenProjects(world.database, caller, { path });
    return { data: { project: project === undefined ? null : graphqlProject(project, world.externalUrl()) } };
  }
  if (/\bprojects\(/.test(query)) return { data: { projects: await connection(world, caller, query) } };
  if (/\bcontainerRepository\(/.test(query)) return { data: { containerRepository: null } };
  return { errors: [{ message: "Field is not known to the lab's GitLab", locations: [] }] };
}

/** A page of projects with cursors; the cursor is the place, in base64 as GitLab's are. */
async function connection(world: GitlabWorld, caller: Caller | undefined, query: string): Promise<unknown> {
  const topic = /\btopics:\s*\[\s*"([^"]+)"/.exec(query)?.[1];
  const first = Math.min(100, Number(/\bfirst:\s*(\d+)/.exec(query)?.[1] ?? 20));
  const after = /\bafter:\s*"([^"]+)"/.exec(query)?.[1];
  const offset = after === undefined ? 0 : Number(Buffer.from(after, "base64").toString("utf8")) || 0;
  const wanted = topic === undefined ? {} : { topic };
  const all = await seenProjects(world.database, caller, { ...wanted, limit: 100_000 });
  const page = all.slice(offset, offset + first);
  const cursor = (place: number): string => Buffer.from(String(place)).toString("base64");
  return {
    count: all.length,
    edges: page.map((project, index) => ({
      cursor: cursor(offset + index + 1),
      node: graphqlProject(project, world.externalUrl()),
    })),
    nodes: page.map((project) => graphqlProject(project, world.externalUrl())),
    pageInfo: {
      hasPreviousPage: offset > 0,
      hasNextPage: offset + first < all.length,
      startCursor: page.length === 0 ? null : cursor(offset),
      endCursor: page.length === 0 ? null : cursor(offset + page.length),
    },
  };
}
