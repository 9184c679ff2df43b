import * as z from "zod";
import type { ProbeHttp } from "../../kernel/probe-ports.ts";
import { defineProbe, type Probe } from "../probe.ts";
import { type Ask, askJson, shown } from "../probe-http.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "../readings.ts";

const url = z.url({ protocol: /^https?$/ });
const tokenRight =
  "a GitLab token that may read the known project (scope api, or a group token with read_api and read_repository)";
const server = "csgroup-oss/sharinghub-server @0.4.0";

function authorised(http: ProbeHttp) {
  return http.has("token") ? { secretHeaders: { "x-gitlab-token": { credential: "token" } } } : {};
}

const Status = z.array(z.object({ status: z.string(), services: z.record(z.string(), z.unknown()).optional() })).min(1);

const status = defineProbe({
  id: "status",
  tells: "own",
  title: "Does SharingHub answer?",
  needs: ["http"],
  inputs: z.object({ url }),
  everySeconds: 60,
  timeoutSeconds: 20,
  source: `${server}: GET /status stands at the root, asks no GitLab and always says ok`,
  async read({ http }) {
    const ask: Ask = { subject: "status", path: "/status", right: "to be asked without a login", down: "unhealthy" };
    const answer = await askJson(http, ask, Status);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy("status", 404, evidence)];
    const said = answer.value.map((entry) => entry.status).join(", ");
    const good = answer.value.every((entry) => entry.status === "ok");
    return [judged(good, "status", said, evidence, [metric("millwright_probe_millis", answer.reply.millis)])];
  },
});

const OpenApi = z.object({ openapi: z.string(), info: z.object({ version: z.string() }) });

const version = defineProbe({
  id: "version",
  tells: "own",
  title: "Which version of SharingHub's server runs?",
  needs: ["http"],
  inputs: z.object({ url }),
  everySeconds: 900,
  timeoutSeconds: 20,
  source: `${server}: GET /openapi.json, info.version; "undefined" where the package is not installed`,
  async read({ http }) {
    const ask: Ask = {
      subject: "version",
      path: "/openapi.json",
      right: "to be asked without a login",
      down: "unknown",
    };
    const answer = await askJson(http, ask, OpenApi);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy("version", 404, evidence)];
    const said = answer.value.info.version;
    if (said === "undefined")
      return [absentReading("version", `${evidence}: the server does not know its own version`)];
    return [healthy("version", said, evidence)];
  },
});

const Config = z.object({
  auth: z.unknown().optional(),
  gitlab: z.object({ url: z.string() }).partial().optional(),
  mlflow: z.object({ type: z.string(), url: z.string() }).partial().nullish(),
  store: z.unknown().optional(),
});

const config = defineProbe({
  id: "config",
  tells: "upkeep",
  title: "Does SharingHub run with the configuration it should have?",
  needs: ["http"],
  inputs: z.object({
    url,
    gitlabUrl: url.optional().describe("The GitLab it must be configured for"),
    mlflowUrl: url.optional().describe("The MLflow it must be configured for"),
  }),
  everySeconds: 900,
  timeoutSeconds: 20,
  source: `${server}: GET /api/config/; a changed ConfigMap or Secret never reaches a running process`,
  async read({ http }, expected) {
    const ask: Ask = { subject: "config", path: "/api/config/", right: "to be asked without a login", down: "unknown" };
    const answer = await askJson(http, ask, Config);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy("config", 404, evidence)];
    const checks = [
      compared("config/gitlab", "gitlabUrl", expected.gitlabUrl, answer.value.gitlab?.url, evidence),
      compared("config/mlflow", "mlflowUrl", expected.mlflowUrl, answer.value.mlflow?.url, evidence),
    ];
    return checks;
  },
});

function compared(
  subject: string,
  setting: string,
  wanted: string | undefined,
  found: string | undefined,
  evidence: string,
) {
  if (found === undefined) return absentReading(subject, `${evidence}: not configured`);
  if (wanted === undefined)
    return unknownReading(
      subject,
      `configured as ${found}; nothing says what is right`,
      `Set ${setting} in the endpoint's settings.`,
    );
  const same = found.replace(/\/+$/, "") === wanted.replace(/\/+$/, "");
  return judged(same, subject, found, same ? evidence : `${evidence}: configured for ${found}, should be ${wanted}`);
}

const Root = z.object({ type: z.literal("Catalog"), links: z.array(z.unknown()) });
const Collections = z.object({ collections: z.array(z.object({ id: z.string() })) });

const catalogue = defineProbe({
  id: "catalogue",
  tells: "own",
  title: "Does the STAC catalogue show its collections, and only to whom it should?",
  needs: ["http"],
  inputs: z.object({
    url,
    public: z
      .boolean()
      .optional()
      .describe("Whether the configuration lets in strangers: gitlab.allow-public or a default token"),
    collections: z.array(z.string()).default([]).describe("Collections that must be there: ai-model, dataset"),
  }),
  credentials: { token: tokenRight },
  everySeconds: 120,
  timeoutSeconds: 20,
  source: `${server}: /api/stac and /api/stac/collections come from the configuration alone: green while GitLab is down`,
  async read({ http }, settings) {
    return [await readDoor(http, settings.public), await readCollections(http, settings.collections)];
  },
});

/** What a stranger gets: 200 or 401, as configured. */
async function readDoor(http: ProbeHttp, open: boolean | undefined) {
  const subject = "catalogue/door";
  const ask = { path: "/api/stac" };
  const reply = await http.fetch(ask.path);
  const evidence = `${shown(http, ask, reply)} to a stranger`;
  if (reply.status !== 200 && reply.status !== 401)
    return reply.status >= 500
      ? unhealthy(subject, reply.status, evidence)
      : unknownReading(
          subject,
          evidence,
          "A refusal before SharingHub: ask whoever runs the gateway to let this machine in.",
        );
  if (open === undefined)
    return unknownReading(
      subject,
      `${evidence}; nothing says whether that is right`,
      "Set public in the endpoint's settings: true with gitlab.allow-public or a default token, else false.",
    );
  const right = open ? 200 : 401;
  const shape = reply.status === 401 || Root.safeParse(safeJson(reply.body)).success;
  return judged(
    reply.status === right && shape,
    subject,
    reply.status,
    shape ? `${evidence}, ${right} is right` : `${evidence} with something that is no STAC catalogue`,
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readCollections(http: ProbeHttp, wanted: readonly string[]) {
  const subject = "catalogue/collections";
  const ask: Ask = {
    subject,
    path: "/api/stac/collections",
    request: authorised(http),
    right: tokenRight,
    down: "unhealthy",
  };
  const answer = await askJson(http, ask, Collections);
  if (answer.kind === "reading") return answer.reading;
  const evidence = shown(http, ask, answer.reply);
  if (answer.kind === "not-found") return unhealthy(subject, 404, evidence);
  const there = answer.value.collections.map(({ id }) => id);
  if (there.length === 0) return absentReading(subject, `${evidence}: no collection is configured`);
  const lost = wanted.filter((id) => !there.includes(id));
  return judged(
    lost.length === 0,
    subject,
    there.length,
    lost.length === 0 ? evidence : `${evidence} without ${lost.join(", ")}`,
  );
}

const Item = z.object({ type: z.literal("Feature"), id: z.string() });

const item = defineProbe({
  id: "known-item",
  tells: "whole",
  title: "Does a project that is known to be there come back from GitLab through SharingHub?",
  needs: ["http", "clock"],
  inputs: z.object({
    url,
    knownItem: z
      .object({ collection: z.string().min(1), id: z.string().min(1) })
      .optional()
      .describe("A project for this purpose alone: { collection: ai-model, id: group/canary }"),
  }),
  credentials: { token: tokenRight },
  // Slower than the cache of an item (300 s), which every hit prolongs: a faster probe keeps a stale item alive.
  everySeconds: 900,
  timeoutSeconds: 30,
  source: `${server} app/stac: one GraphQL call to GitLab per item; items are cached 300 s, sliding, per worker and user`,
  async read({ http, clock }, { knownItem }) {
    const subject = "known-item";
    if (knownItem === undefined)
      return [
        unknownReading(
          subject,
          "no known item is named",
          "Set knownItem in the endpoint's settings to a project that nobody deletes.",
        ),
      ];
    const path = `/api/stac/collections/${encodeURIComponent(knownItem.collection)}/items/${knownItem.id.split("/").map(encodeURIComponent).join("/")}`;
    const ask: Ask = {
      subject,
      path,
      request: authorised(http),
      right: tokenRight,
      down: "unhealthy",
      fresh: clock.now(),
    };
    const answer = await askJson(http, ask, Item);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy(subject, 404, `${evidence}: it is known to be there`)];
    const same = answer.value.id === knownItem.id;
    return [
      judged(same, subject, answer.value.id, same ? evidence : `${evidence} with another item`, [
        metric("millwright_probe_millis", answer.reply.millis),
      ]),
    ];
  },
});

export const sharinghubProbes: readonly Probe[] = [status, version, config, catalogue, item];
