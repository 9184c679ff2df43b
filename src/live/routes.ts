import * as z from "zod";
import { keyOf, page, pageOf, pageQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { hasEffect } from "../engine/plan.ts";
import { RunReply, replyOf } from "../engine/reply.ts";
import { enginePolicy } from "../engine/routes.ts";
import { planRun, startRun } from "../engine/start-run.ts";
import { wordsOfHold } from "../platform/hold.ts";
import { heldAmong, holdsNow } from "./holds.ts";
import { gatePolicy, offerFor, offerOf } from "./offer.ts";
import { type Kept, type KeptFacts, listFacts, listLooks } from "./store.ts";

const Environment = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name");
const Cursor = z.tuple([z.string().max(100), z.string().max(2000)]);

interface FactList<Kind extends keyof KeptFacts, Item extends z.ZodType> {
  readonly kind: Kind;
  readonly path: string;
  readonly cli: string;
  readonly summary: string;
  readonly item: Item;
  readonly show: (fact: Kept<KeptFacts[Kind]>) => z.input<Item>;
}

/** Facts of one kind in pages, as far as the caller may see them. */
function factList<Kind extends keyof KeptFacts, Item extends z.ZodType>({
  kind,
  item,
  show,
  ...names
}: FactList<Kind, Item>): Route {
  return defineRoute({
    method: "GET",
    role: "viewer",
    effect: "none",
    environment: "any",
    ...names,
    query: z.object({ ...pageQuery, environment: Environment.optional() }),
    reply: page(item),
    async handle({ query: { cursor, limit, environment } }, { store, principal }) {
      const after = keyOf(cursor, Cursor);
      const visible = environmentsOf(principal, "viewer");
      const rows = await listFacts(store, kind, { visible, environment, after, limit: limit + 1 });
      const { items, ...next } = pageOf(rows, limit, (row) => [row.environment, row.key]);
      return { items: items.map(show), ...next };
    },
  });
}

const Resource = z.object({ group: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

const DriftReply = z.object({
  environment: z.string(),
  application: z.string().nullable().describe("null: no Application is known to keep it"),
  resource: Resource,
  field: z.string().describe("Empty: Argo CD says that the resource differs, and not in what"),
  git: z.string(),
  live: z.string(),
  since: z.string().nullable(),
  author: z.string().nullable(),
  secret: z.boolean().describe("The values may be a secret and are not shown"),
  firstSeen: z.string(),
  byHand: z.boolean().describe("It was written with a tool that people use"),
  selfHeal: z.boolean().describe("Argo CD puts back by itself what is changed by hand"),
  file: z.string().nullable(),
  held: z
    .string()
    .nullable()
    .describe("What holds the workload down on purpose, and since when: then this field is no drift"),
});

const driftList = factList({
  kind: "drift",
  path: "/drift",
  cli: "drift list",
  summary: "What is not as Git says, field by field: since when, and who wrote it",
  item: DriftReply,
  show: ({ environment, firstSeen, content: { application, hand, held, ...drift } }) => ({
    ...drift,
    environment,
    firstSeen,
    application: application?.name ?? null,
    byHand: hand,
    held: held?.planned === true ? wordsOfHold(held) : null,
  }),
});

const OfferReply = z.object({
  environment: z.string(),
  application: z.string(),
  procedure: z.string(),
  arguments: z.record(z.string(), z.unknown()).describe("Bound to the drift as it is now"),
  notRead: z.array(z.string()).describe("Resources whose content the approval is not bound to"),
});

const putBackList = factList({
  kind: "put-back",
  path: "/drift/put-back",
  cli: "drift offers",
  summary: "What can be put back, as the procedure and its arguments",
  item: OfferReply,
  show: ({ environment, content }) => ({
    environment,
    application: content.application.name,
    ...offerOf(content, undefined),
    notRead: [...content.blind],
  }),
});

const putBack = defineRoute({
  method: "POST",
  path: "/drift/put-back",
  cli: "drift put-back <application>",
  summary: "Start a run that has Argo CD put back what was changed by hand in an Application",
  role: "operator",
  effect: "own",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    application: z.string().min(1).max(253),
    environment: Environment,
    component: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .optional()
      .describe(
        "Its measurements have to be no worse afterwards; the one of the Application's name where it is measured",
      ),
  }),
  reply: RunReply,
  status: 201,
  versionOf: ({ version }) => version,
  async handle({ body: { environment, application, component } }, { store, now, principal, record, services }) {
    const rows = await listFacts(store, "put-back", { visible: [environment], environment });
    const found = rows.find(({ content }) => content.application.name === application);
    const holds = (await services.need(holdsNow)(store, now)).filter((one) => one.environment === environment);
    const held = await heldAmong(store, { environment, application, holds, offered: found?.content });
    if (held !== undefined) return refuse(409, held, "Wait until that has ended: it is given back then.");
    if (found === undefined)
      return refuse(
        404,
        `Nothing that was changed by hand in ${application} of ${environment} is known.`,
        "List what is there: millwright drift list",
      );
    const policy = services.need(enginePolicy);
    const subject = `application/${application}`;
    const gate = services.need(gatePolicy)();
    const usual = await offerFor(store, { rule: "drift-by-hand", environment, subject }, gate);
    const asked = component === undefined ? usual : offerOf(found.content, { component, ...gate });
    const meant = asked ?? offerOf(found.content, undefined);
    const { procedure, arguments: given } = meant;
    const wanted = { procedure, arguments: given, environment };
    if (policy.mode === "observe" && hasEffect(planRun(policy, wanted).plan))
      return refuse(
        403,
        "It changes the platform, and this server only observes.",
        `Do it by hand: argocd app sync ${application} --resource …`,
      );
    const links = component === undefined ? {} : { component };
    return replyOf(await startRun(store, now, policy, { ...wanted, links, requestedBy: principal.actor }, record));
  },
});

const ApplicationReply = z.object({
  environment: z.string(),
  namespace: z.string(),
  name: z.string(),
  sync: z.string(),
  health: z.string(),
  message: z.string(),
  unhealthySince: z.string().nullable(),
  selfHeal: z.boolean(),
  automated: z.boolean(),
  target: z.array(z.string()),
  behind: z.boolean().describe("Git moved on since its last sync"),
  syncedAt: z.string().nullable(),
  comparedAt: z.string().nullable(),
  operation: z.object({ phase: z.string(), message: z.string(), finishedAt: z.string().nullable() }).nullable(),
  outOfSync: z.array(Resource),
});

const applicationList = factList({
  kind: "application",
  path: "/applications",
  cli: "application list",
  summary: "Argo CD's Applications as they were seen last",
  item: ApplicationReply,
  show: ({ environment, content }) => ({
    ...content,
    environment,
    target: [...content.target],
    outOfSync: [...content.outOfSync],
  }),
});

const CertificateReply = z.object({
  environment: z.string(),
  namespace: z.string(),
  name: z.string(),
  names: z.array(z.string()),
  notBefore: z.string().nullable(),
  notAfter: z.string().nullable(),
  renewalTime: z.string().nullable(),
  ready: z.boolean().nullable().describe("null: cert-manager has not said so far"),
  message: z.string(),
});

const certificateList = factList({
  kind: "certificate",
  path: "/certificates",
  cli: "certificate list",
  summary: "cert-manager's certificates: when they end, and when they are renewed",
  item: CertificateReply,
  show: ({ environment, content }) => ({ ...content, environment, names: [...content.names] }),
});

const WorkloadReply = z.object({
  environment: z.string(),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  application: z.string().nullable(),
  wanted: z.number(),
  ready: z.number(),
  containers: z.array(z.object({ name: z.string(), image: z.string() })),
});

const workloadList = factList({
  kind: "workload",
  path: "/workloads",
  cli: "workload list",
  summary: "What runs in the clusters, by image",
  item: WorkloadReply,
  show: ({ environment, content }) => ({ ...content, environment, containers: [...content.containers] }),
});

const clusterList = defineRoute({
  method: "GET",
  path: "/clusters",
  cli: "cluster list",
  summary: "When each cluster was looked at, whether it answered, and what could not be seen",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({
    items: z.array(
      z.object({
        environment: z.string(),
        cluster: z.string(),
        version: z.string(),
        objects: z.number(),
        at: z.string(),
        seenAt: z.string().nullable(),
        why: z.string().nullable().describe("Why it did not answer the last time; null when it did"),
        unseen: z.array(z.object({ what: z.string(), why: z.string(), howToLearn: z.string() })),
      }),
    ),
  }),
  async handle(_, { store, principal }) {
    const rows = await listLooks(store, environmentsOf(principal, "viewer"));
    return {
      items: rows.map(({ seen_at: seenAt, unseen, ...row }) => ({
        ...row,
        seenAt,
        unseen: Object.entries(unseen).map(([what, one]) => ({ what, ...one })),
      })),
    };
  },
});

/** What is live, as it was seen last: `src/live`. */
export const liveRoutes: readonly Route[] = [
  driftList,
  putBackList,
  putBack,
  applicationList,
  certificateList,
  workloadList,
  clusterList,
];
