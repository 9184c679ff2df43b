import type { Canary, CanaryApi } from "../../src/health/canary/ports.ts";
import type { CanaryProject } from "../../src/health/canary/project.ts";
import { forgetTracked, register, storeArtifacts, track } from "../../src/health/canary/tracking.ts";
import { messageOf } from "../../src/kernel/errors.ts";

/** The journeys that write, against a real MLflow; each is walked twice, as after a kill. What is wrong, a line each. */
export async function walkJourneys(url: string): Promise<readonly string[]> {
  const sent: string[] = [];
  const api: CanaryApi = {
    name: `MLflow (${url})`,
    async fetch(path, { method = "GET", headers, body }) {
      if (method !== "GET") sent.push(`${method} ${path}`);
      const reply = await fetch(`${url}${path}`, {
        method,
        redirect: "manual",
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(body === undefined ? {} : { body }),
      });
      return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() };
    },
  };
  const nobody = { ...api, fetch: () => Promise.reject(new Error("MLflow alone is asked")) };
  const canary: Canary = {
    group: "canary",
    topic: "sharinghub:aimodel",
    collection: "ai-model",
    gitlab: nobody,
    hub: nobody,
    tracking: { ...api, perProject: false },
    git: () => Promise.reject(new Error("MLflow alone is asked")),
  };
  const project: CanaryProject = { id: 1, path: "canary/model", topics: [], leaving: false };
  const writing = { runId: "contract", startedAt: new Date().toISOString(), fence: async () => undefined };
  try {
    const runs = [await track(canary, project, writing), await track(canary, project, writing)];
    const bytes = [await storeArtifacts(canary, project, writing), await storeArtifacts(canary, project, writing)];
    const models = [await register(canary, project, writing), await register(canary, project, writing)];
    await forgetTracked(canary, project, writing);
    const before = sent.length;
    await forgetTracked(canary, project, writing);
    const twice = [runs.map(({ id }) => id), bytes, models].filter(([first, second]) => first !== second);
    const left = sent.slice(before).filter((line) => !line.endsWith("runs/search"));
    return [
      ...twice.map((pair) => `walked twice, it is two: ${pair.join(", ")}`),
      ...left.map((line) => `taken away, it was there still: ${line}`),
    ];
  } catch (thrown) {
    return [`a journey that writes: ${messageOf(thrown)}`];
  }
}
