import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { defineRoute, type Route, serviceKey } from "../access/route.ts";
import { rereadId } from "../worker/reread.ts";
import { listJobs, liveWorkers, requestJob } from "../worker/store.ts";

/** What the process knows of itself. */
export interface ServerFacts {
  readonly version: string;
  mode(): "observe" | "shadow" | "act";
  stopped(): boolean;
  /** What keeps it from working as configured: a restored database, an invalid file. */
  problems(): readonly string[];
}

export const serverFacts = serviceKey<ServerFacts>("server facts");

const Job = z.object({
  id: z.string(),
  everySeconds: z.number(),
  dueAt: z.string(),
  finishedAt: z.string().nullable(),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
  failures: z.number(),
  missed: z.number(),
});

const status = defineRoute({
  method: "GET",
  path: "/status",
  cli: "status",
  summary: "How the server itself is: its mode, its workers, its jobs, and what is wrong with it",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({
    version: z.string(),
    mode: z.enum(["observe", "shadow", "act"]),
    stopped: z.boolean(),
    problems: z.array(z.string()),
    workers: z.array(z.object({ id: z.string(), version: z.string(), startedAt: z.string(), beatAt: z.string() })),
    jobs: z.array(Job),
  }),
  async handle(_, { store, now, services }) {
    const facts = services.need(serverFacts);
    const [jobs, workers] = await Promise.all([listJobs(store), liveWorkers(store, now)]);
    const older = workers.filter(({ version }) => version !== facts.version);
    return {
      version: facts.version,
      mode: facts.mode(),
      stopped: facts.stopped(),
      problems: [
        ...facts.problems(),
        ...(workers.length === 0 ? ["no worker lives: nothing is observed, planned or done"] : []),
        ...older.map(({ id, version }) => `worker ${id} runs version ${version}, this server ${facts.version}`),
      ],
      workers: workers.map((row) => ({
        id: row.id,
        version: row.version,
        startedAt: row.started_at,
        beatAt: row.beat_at,
      })),
      jobs: jobs.map((row) => ({
        id: row.id,
        everySeconds: row.every_seconds,
        dueAt: row.due_at,
        finishedAt: row.finished_at,
        outcome: row.outcome,
        error: row.error,
        failures: row.failures,
        missed: row.missed,
      })),
    };
  },
});

const reread = defineRoute({
  method: "POST",
  path: "/repositories/{name}/reread",
  cli: "repository reread <name>",
  summary: "Read a repository again now, rather than at its next turn",
  role: "operator",
  effect: "own",
  params: z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a repository's name") }),
  reply: z.object({ asked: z.string() }),
  status: 202,
  async handle({ params }, { store, now }) {
    const known = await requestJob(store, now, rereadId(params.name));
    return known
      ? { asked: params.name }
      : refuse(
          404,
          `No worker reads a repository ${params.name}.`,
          "`repositories` in the server's configuration lists them.",
        );
  },
});

/** What the server says of itself. */
export const statusRoutes: readonly Route[] = [status, reread];
