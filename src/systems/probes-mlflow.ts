import * as z from "zod";
import type { ProbeHttp } from "../kernel/probe-ports.ts";
import { defineProbe, type Probe } from "./probe.ts";
import { type Ask, askJson, askText, describeBody, shown } from "./probe-http.ts";
import { sqlRows } from "./probe-sql.ts";
import { absentReading, healthy, judged, metric, unhealthy, unknownReading } from "./readings.ts";

/* MLflow with and without SharingHub's plugin answers these alike. */

const url = z
  .url({ protocol: /^https?$/ })
  .describe("Of MLflow itself, with its prefix: https://hub.example.org/mlflow");

export const mlflowVersion: Probe = defineProbe({
  id: "version",
  tells: "own",
  title: "Which version of MLflow's core runs?",
  needs: ["http"],
  inputs: z.object({ url }),
  everySeconds: 300,
  timeoutSeconds: 20,
  source:
    "mlflow/server/__init__.py: /version is the core's version and /health the text OK; neither asks the database or wants a login",
  async read({ http }) {
    const ask: Ask = {
      subject: "version",
      path: "/version",
      right: "to be asked without a login: the gateway refuses",
      down: "unhealthy",
    };
    const answer = await askText(http, ask);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [absentReading("version", `${evidence}: older than the route`)];
    const version = answer.value.trim();
    if (!/^\d+\.\d+/.test(version)) return [unhealthy("version", 200, `${evidence} ${describeBody(answer.reply)}`)];
    return [healthy("version", version, evidence, [metric("millwright_probe_millis", answer.reply.millis)])];
  },
});

const Search = z.object({
  registered_models: z.array(z.object({ name: z.string() })).optional(),
  next_page_token: z.string().optional(),
});

interface Known {
  readonly project?: string | undefined;
  readonly model: string;
}

/** Where a project's own registry stands, as SharingHub itself asks it. */
function searchPath({ project, model }: Known): string {
  const prefix = project === undefined ? "" : `/${project.split("/").map(encodeURIComponent).join("/")}/tracking`;
  const filter = encodeURIComponent(`name = '${model.replaceAll("'", "''")}'`);
  return `${prefix}/api/2.0/mlflow/registered-models/search?max_results=5&filter=${filter}`;
}

const knownModelNote = "Set knownModel in the endpoint's settings to a registered model that nobody deletes";

/** An expired token is answered with an empty list, so an empty list is no proof that the model is gone. */
export function knownModelProbe(right: string): Probe {
  return defineProbe({
    id: "known-model",
    tells: "whole",
    title: "Does a registered model that is known to be there come back?",
    needs: ["http", "clock"],
    inputs: z.object({
      url,
      knownModel: z.object({ project: z.string().min(1).optional(), model: z.string().min(1) }).optional(),
    }),
    credentials: { token: right },
    everySeconds: 300,
    timeoutSeconds: 30,
    source:
      "GET 2.0/mlflow/registered-models/search with max_results (the list calls went with MLflow 2.0); csgroup-oss/sharinghub-server /api/auth/info accepts any token, so a search without rights is 200 and empty",
    async read({ http, clock }, { knownModel }) {
      const subject = "known-model";
      if (knownModel === undefined) return [unknownReading(subject, "no known model is named", `${knownModelNote}.`)];
      const request = http.has("token")
        ? { secretHeaders: { authorization: { credential: "token", prefix: "Bearer " } } }
        : {};
      const ask: Ask = { subject, path: searchPath(knownModel), request, right, down: "unhealthy", fresh: clock.now() };
      const answer = await askJson(http, ask, Search);
      if (answer.kind === "reading") return [answer.reading];
      const evidence = shown(http, { path: ask.path.split("?", 1)[0] ?? "" }, answer.reply);
      if (answer.kind === "not-found")
        return [unhealthy(subject, 404, `${evidence}: the registry's route is not there`)];
      return [modelReading(answer.value, knownModel.model, evidence, right, answer.reply.millis)];
    },
  });
}

function modelReading(found: z.output<typeof Search>, model: string, evidence: string, right: string, millis: number) {
  const names = (found.registered_models ?? []).map(({ name }) => name);
  if (names.includes(model))
    return healthy("known-model", model, evidence, [metric("millwright_probe_millis", millis)]);
  if (names.length > 0)
    return unhealthy("known-model", names[0] ?? "", `${evidence} with other models than the one asked for`);
  return unknownReading(
    "known-model",
    `${evidence} with an empty list: the model is gone, or the token may no longer see it`,
    `Check that the token is valid and is ${right}.`,
  );
}

/** The API behind the plugin must refuse a stranger: 401 is right, 200 would mean that the login is broken. */
export const mlflowGate: Probe = defineProbe({
  id: "gate",
  tells: "own",
  title: "Is a stranger refused?",
  needs: ["http"],
  inputs: z.object({ url }),
  everySeconds: 300,
  timeoutSeconds: 20,
  source:
    "EOEPCA/deployment-guide scripts/mlops/validation.sh and EOEPCA/system-test test/mlops/mlops_service_test.py expect 401 at /mlflow/; csgroup-oss/mlflow-sharinghub @0.2.0 hooks/before.py: so must every route of the API be, where a list without rights would be empty",
  async read({ http }) {
    const ask = { path: "/" };
    const reply = await http.fetch(ask.path);
    const evidence = `${shown(http, ask, reply)} to a stranger`;
    if (reply.status === 401) return [await gateOfTheApi(http)];
    if (reply.status === 403 || reply.status === 429)
      return [
        unknownReading(
          "gate",
          evidence,
          "Something before MLflow refuses: ask whoever runs the gateway to let this machine in.",
        ),
      ];
    if (reply.status === 404) return [absentReading("gate", `${evidence}: no MLflow at this address`)];
    return [unhealthy("gate", reply.status, reply.status < 300 ? `${evidence}: whoever comes is let in` : evidence)];
  },
});

/** The page may be guarded and the API not. */
async function gateOfTheApi(http: ProbeHttp) {
  const ask = { path: "/api/2.0/mlflow/registered-models/search?max_results=1" };
  const reply = await http.fetch(ask.path);
  const evidence = `${shown(http, ask, reply)} to a stranger`;
  if (reply.status === 401) return healthy("gate", 401, `${evidence}, as does the page`);
  if (reply.status < 300) return unhealthy("gate", reply.status, `${evidence}, though the page asks for a login`);
  return unknownReading("gate", evidence, "Look at what stands before MLflow's API: a stranger should get 401 there.");
}

const Head = z.object({ version_num: z.string() });

/** MLflow refuses to start on a schema that is not its own, and never migrates one by itself. */
export const mlflowSchema: Probe = defineProbe({
  id: "schema",
  tells: "own",
  title: "Is the database's schema the one this MLflow expects?",
  needs: ["sql"],
  inputs: z.object({
    schemaHead: z.string().min(1).optional().describe("The Alembic revision of the running version"),
  }),
  credentials: { database: "a login that may read alembic_version in the database MLflow really uses" },
  everySeconds: 900,
  timeoutSeconds: 30,
  source: "mlflow/store/db/utils.py _verify_schema; select version_num from alembic_version",
  async read({ sql }, { schemaHead }) {
    const subject = "schema";
    const ask = { subject, statement: "select version_num from alembic_version", missing: "absent" };
    const answer = await sqlRows(sql, ask, Head);
    if (answer.kind === "reading") return [answer.reading];
    const heads = answer.rows.map(({ version_num }) => version_num);
    if (heads.length === 0) return [absentReading(subject, `${sql.label}: alembic_version is empty`)];
    const evidence = `${sql.label}: alembic_version is ${heads.join(", ")}`;
    if (heads.length > 1) return [unhealthy(subject, heads.join(", "), `${evidence}: more than one head`)];
    const [head = ""] = heads;
    if (schemaHead === undefined)
      return [
        unknownReading(
          subject,
          `${evidence}; nothing says what is right`,
          "Set schemaHead in the endpoint's settings to the revision of the running version.",
        ),
      ];
    return [
      judged(
        head === schemaHead,
        subject,
        head,
        head === schemaHead ? evidence : `${evidence}, expected ${schemaHead}`,
      ),
    ];
  },
});
