import * as z from "zod";
import { Name } from "./name.ts";
import { neverShown, SecretRefField } from "./secret-ref.ts";

/** The parts of `millwright.server.yaml`. */

export const Listen = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(8420),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("How people and webhooks reach it: https://millwright.example.org"),
  tls: z.strictObject({ certificate: z.string().startsWith("/"), key: SecretRefField }).optional(),
  behindProxy: z.boolean().default(false).describe("A proxy before it speaks TLS and sets X-Forwarded-For"),
});

export const Database = z
  .strictObject({
    url: SecretRefField.optional().describe("postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full"),
    embedded: z
      .string()
      .min(1)
      .optional()
      .describe("Folder of a server of our own; the data folder when neither is given"),
    poolSize: z.int().min(2).max(200).default(10),
    statementTimeoutSeconds: z.number().positive().max(3600).default(30),
  })
  .refine((database) => database.url === undefined || database.embedded === undefined, {
    path: ["embedded"],
    message: "either url or embedded",
  });

export const Repository = z
  .strictObject({
    name: Name,
    url: z.string().min(1).optional().describe("As Git clones it, without credentials"),
    folder: z.string().min(1).optional(),
    ref: z.string().min(1).optional().describe("Its default branch when left out"),
    everyMinutes: z.number().min(1).max(10_080).default(15),
    credentials: SecretRefField.optional().describe("A token that may read it, or a private key for SSH"),
  })
  .refine(
    (repository) => (repository.url === undefined) !== (repository.folder === undefined),
    "name either url or folder",
  )
  .refine((repository) => !/^\w+:\/\/[^/@]*:[^/@]*@/.test(repository.url ?? ""), {
    path: ["url"],
    message: `holds credentials; name where they are in credentials, ${neverShown}`,
  });

export const Clusters = z
  .strictObject({
    environment: Name,
    kubeconfig: SecretRefField.optional(),
    context: z.string().min(1).optional(),
    inCluster: z.boolean().default(false).describe("The cluster that this process runs in, by its service account"),
    write: SecretRefField.optional().describe("The kubeconfig of the changer; loaded in mode act alone"),
    backup: SecretRefField.optional().describe(
      "The kubeconfig of the backup runner, loaded by it alone; the reading one when left out",
    ),
    restore: SecretRefField.optional().describe(
      "The kubeconfig of the restorer, loaded for restores in mode act alone; the changer's when left out",
    ),
  })
  .refine(
    (cluster) => (cluster.kubeconfig === undefined) === cluster.inCluster,
    "name either kubeconfig or inCluster: true",
  );

export const Login = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).describe("As the provider writes it in its tokens"),
  clientId: z.string().min(1),
  clientSecret: SecretRefField.optional(),
  scopes: z.array(z.string().min(1)).default(["openid", "profile", "email"]),
  groupsClaim: z.string().min(1).default("groups"),
  sessionHours: z.number().positive().max(168).default(12),
});

const Severity = z.enum(["info", "warning", "critical"]);

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time such as 22:00");

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const Notices = z.strictObject({
  webhooks: z
    .array(
      z.strictObject({
        name: Name,
        url: SecretRefField.describe("Chat services put a token into the address, so it is a secret"),
        form: z.enum(["millwright", "slack", "mattermost", "teams"]).default("millwright"),
        signingKey: SecretRefField.optional(),
        severities: z.array(Severity).default(["info", "warning", "critical"]),
      }),
    )
    .default([]),
  smtp: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535).default(587),
      tls: z.enum(["starttls", "tls", "none"]).default("starttls"),
      user: z.string().min(1).optional(),
      password: SecretRefField.optional(),
      from: z.email(),
      to: z.array(z.email()).min(1),
      severities: z.array(Severity).default(["warning", "critical"]),
    })
    .optional(),
  pager: z
    .strictObject({
      url: SecretRefField.describe("https://events.pagerduty.com/v2/enqueue, or whatever takes events of that form"),
      routingKey: SecretRefField.optional().describe("The integration's key"),
      signingKey: SecretRefField.optional(),
    })
    .optional(),
  quietHours: z
    .strictObject({
      from: TimeOfDay,
      to: TimeOfDay,
      zone: z.string().refine(isZone, "a time zone such as Europe/Berlin").default("UTC"),
    })
    .optional()
    .describe("Only critical notices go out in between; the rest waits"),
});

export const Incidents = z.strictObject({
  call: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        address: z.string().min(1).max(200).describe("A mail address, or the name of a webhook under notices"),
        environments: z.array(Name).default([]).describe("All when empty"),
        kinds: z
          .array(z.enum(["vulnerability", "breach", "outage", "degradation"]))
          .default([])
          .describe("All when empty"),
        afterMinutes: z
          .int()
          .min(0)
          .max(1440)
          .default(0)
          .describe("Called when nobody has acknowledged the incident by then"),
      }),
    )
    .default([])
    .describe("Whom to call for an incident"),
  reviewWithinDays: z.int().min(1).max(90).default(7).describe("When the review of an incident that is over is due"),
});

export const Webhook = z.strictObject({
  name: Name.describe("The last part of its address: /hooks/NAME"),
  kind: z
    .enum(["gitlab", "github", "alertmanager", "pager", "pagerduty"])
    .describe("pager: what any incident system can be made to send, signed as our own webhooks are"),
  secret: SecretRefField,
});

export const Alertmanager = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Where silences are made for the time of some work"),
  credentials: SecretRefField.optional().describe("A token sent as a bearer; needed in mode act where a proxy asks"),
});

export const Forge = z.strictObject({
  kind: z.enum(["gitlab", "github"]),
  url: z.url({ protocol: /^https?$/ }),
  project: z.string().min(1).describe("group/project, or owner/repository"),
  token: SecretRefField.describe("May read merge requests and reviews"),
  write: SecretRefField.optional().describe("May open merge requests; loaded in mode act alone"),
});

export const Journal = z.strictObject({
  signingKey: SecretRefField.optional().describe("An Ed25519 private key in PEM; without it the head is not signed"),
  repository: z.string().min(1).optional().describe("Where the log's branch is; the first repository when left out"),
  pushWith: SecretRefField.optional().describe(
    "A credential for that branch alone; the branch is not pushed without one",
  ),
  everyMinutes: z.number().min(1).max(1440).default(10).describe("How often new entries are pushed, together"),
});
