import * as z from "zod";
import { Endpoint, UnknownMinutes } from "./endpoint.ts";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";
import { Backups } from "./server-backups.ts";
import { Canary } from "./server-canary.ts";
import {
  Alertmanager,
  Clusters,
  Database,
  Forge,
  Incidents,
  Journal,
  Listen,
  Login,
  Notices,
  Repository,
  Webhook,
} from "./server-parts.ts";

const Approvers = z.strictObject({
  environment: Name.optional().describe("All environments when left out"),
  people: z.array(z.string().min(1)).default([]).describe("As the identity provider names them in `sub` or `email`"),
  groups: z.array(z.string().min(1)).default([]),
});

const Access = z.strictObject({
  role: z.enum(["viewer", "operator", "approver", "admin"]),
  environment: Name.optional().describe("All environments when left out"),
  people: z.array(z.string().min(1)).default([]),
  groups: z.array(z.string().min(1)).default([]),
});

const Sealing = z.strictObject({
  id: Name.describe("Kept beside each sealed value, so that it is known which key opens it"),
  key: SecretRefField.describe("32 bytes in base64: openssl rand -base64 32"),
});

const Workers = z.strictObject({
  concurrency: z.int().min(1).max(100).default(10).describe("Steps at once in one worker"),
  environments: z.array(Name).default([]).describe("Environments this process works for; all when empty"),
  probesAtOnce: z.int().min(1).max(1000).default(50),
});

const Probes = z.strictObject({
  everySeconds: z
    .int()
    .min(5)
    .max(3600)
    .optional()
    .describe("Every probe is asked at least so often; those with a shorter interval of their own keep it"),
  unknownMinutes: z
    .record(Name, UnknownMinutes)
    .default({})
    .describe("By environment: unknown for so long is a finding. 10 in production, 60 elsewhere when left out"),
});

/** What a gate asks for that nobody described further: one that is offered, not one that a plan spells out. */
const Gates = z.strictObject({
  beforeMinutes: z.int().min(1).max(1440).default(60).describe("How far back the measurements before a change go"),
  minSamples: z.int().min(5).max(1000).default(20).describe("Fewer before or after a change say nothing"),
  deadlineMinutes: z.int().min(1).max(1440).default(60).describe("By then it has to be known"),
});

const Link = z.strictObject({
  title: z.string().trim().min(1).max(60),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), "without a user or password in it: everyone sees it"),
});

const Retention = z.strictObject({
  samplesDays: z.int().min(1).default(30).describe("Single measurements"),
  hourlyDays: z.int().min(1).default(400).describe("Measurements by the hour"),
  closedFindingsDays: z.int().min(1).default(730),
  runsDays: z.int().min(1).default(730).describe("Runs that have ended; those of open work orders and incidents stay"),
});

/** `millwright.server.yaml`. Unknown keys are refused. */
export const ServerConfig = z
  .strictObject({
    $schema: z.string().optional(),
    mode: z
      .enum(["observe", "shadow", "act"])
      .default("observe")
      .describe("observe: nothing outside is changed; shadow: what would be done is written down; act: it is done"),
    stopped: z.boolean().default(false).describe("Emergency stop: no step with an effect outside starts"),
    listen: Listen.prefault({}),
    database: Database.prefault({}),
    repositories: z
      .array(Repository)
      .default([])
      .describe("Repositories that are read again and again; the first holds millwright.yaml"),
    clusters: z.array(Clusters).default([]),
    endpoints: z.array(Endpoint).default([]).describe("Where components are asked how they are (docs/health.md)"),
    canaries: z
      .array(Canary)
      .default([])
      .describe("Where test-development may write, one for an environment (docs/runs.md); nowhere when empty"),
    probes: Probes.prefault({}),
    gates: Gates.prefault({}),
    login: Login.optional().describe("OpenID Connect; API tokens only when left out"),
    access: z.array(Access).default([]),
    approvers: z.array(Approvers).default([]).describe("Who may approve, on top of the role"),
    secondPerson: z
      .array(Name)
      .default([])
      .describe("Environments that need a second person whatever millwright.yaml says"),
    notices: Notices.prefault({}),
    webhooks: z.array(Webhook).default([]).describe("What others may tell us: pushes, alerts"),
    alertmanager: Alertmanager.optional(),
    forge: Forge.optional(),
    journal: Journal.prefault({}),
    incidents: Incidents.prefault({}),
    backups: Backups.prefault({}).describe("What is backed up, and where to (docs/backups.md)"),
    sealing: z.array(Sealing).default([]).describe("Keys for secrets in the database; the first seals, all open"),
    workers: Workers.prefault({}),
    retention: Retention.prefault({}),
    links: z.array(Link).max(50).default([]).describe("Where else to look: the console shows them"),
    releasesEveryHours: z
      .number()
      .min(0)
      .default(12)
      .describe("How often upstreams are asked for new releases; never when 0"),
    liveEverySeconds: z
      .number()
      .min(15)
      .max(3600)
      .default(60)
      .describe("How often each cluster is looked at: drift, certificates, rights, what runs"),
    stateFolder: z
      .string()
      .min(1)
      .optional()
      .describe("Where this server remembers outside of its database which one it used last"),
  })
  .superRefine((config, context) => {
    for (const issue of contradictions(config)) context.addIssue({ code: "custom", ...issue });
  });
export type ServerConfig = z.infer<typeof ServerConfig>;

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Settings that are right alone and wrong together. */
function contradictions(config: {
  readonly listen: z.infer<typeof Listen>;
  readonly sealing: readonly z.infer<typeof Sealing>[];
  readonly repositories: readonly z.infer<typeof Repository>[];
  readonly canaries: readonly Canary[];
}): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const { host, tls, behindProxy } = config.listen;
  if (!/^(?:127\.|::1$|localhost$)/.test(host) && tls === undefined && !behindProxy) {
    const message =
      "an address other than the loopback needs listen.tls, or listen.behindProxy: true where a proxy speaks TLS before it";
    found.push({ path: ["listen", "host"], message });
  }
  return [
    ...found,
    ...repeated(
      "sealing",
      config.sealing.map(({ id }) => id),
      "id",
    ),
    ...repeated(
      "repositories",
      config.repositories.map(({ name }) => name),
      "name",
    ),
    ...repeated(
      "canaries",
      config.canaries.map(({ environment }) => environment),
      "environment",
    ),
  ];
}

function repeated(list: string, names: readonly string[], field: string): readonly Contradiction[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [list, index, field], message: "is there already; each needs its own" }],
  );
}
