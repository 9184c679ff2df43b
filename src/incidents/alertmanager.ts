import * as z from "zod";
import { idOf } from "../kernel/digest.ts";
import { InputError } from "../kernel/errors.ts";
import { type Instant, parseInstant } from "../kernel/instant.ts";
import type { IncidentKind, IncidentSeverity } from "./incident.ts";

/** An alert as Alertmanager sends it, with what we read from its labels. */
export interface TakenAlert {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  readonly title: string;
  readonly text: string;
  /** undefined: it is no reason for an incident (`info`, `none`, the heartbeat). */
  readonly severity: IncidentSeverity | undefined;
  readonly kind: IncidentKind;
  readonly environment: string | undefined;
  readonly component: string | undefined;
}

export interface TakenAlerts {
  /** Alerts of one group are one incident. */
  readonly group: string;
  readonly alerts: readonly TakenAlert[];
  /** So many more are in the group, which Alertmanager left out. */
  readonly truncated: number;
}

/** prometheus.io/docs/alerting/latest/configuration, "webhook_config": version 4. `fingerprint` came with 0.19. */
const Message = z.object({
  version: z.literal("4"),
  groupKey: z.string().max(10_000),
  receiver: z.string().max(1000).default(""),
  truncatedAlerts: z.number().default(0),
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
        startsAt: z.string(),
        fingerprint: z.string().max(200).optional(),
      }),
    )
    .max(10_000),
});

/** Reads a message of Alertmanager. Throws `InputError` for one of another kind or version. */
export function readAlerts(message: unknown, now: Instant): TakenAlerts {
  const read = Message.safeParse(keepable(message));
  if (!read.success)
    throw new InputError(
      `this is no message of Alertmanager's webhook, version 4: ${z.prettifyError(read.error).split("\n")[0] ?? ""}`,
    );
  const { alerts, groupKey, receiver, truncatedAlerts } = read.data;
  return {
    group: idOf([receiver, groupKey]),
    truncated: truncatedAlerts,
    alerts: alerts.map((alert) => take(alert, now)),
  };
}

/** Without NUL and halves of characters, which a database cannot hold. */
function keepable(message: unknown): unknown {
  const text = JSON.stringify(message) as string | undefined;
  return text === undefined
    ? undefined
    : JSON.parse(text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "$1\ufffd"));
}

type Alert = z.infer<typeof Message>["alerts"][number];

function take({ labels, annotations, status, startsAt, fingerprint }: Alert, now: Instant): TakenAlert {
  const name = labels["alertname"] ?? "alert without a name";
  const began = parseInstant(startsAt);
  const description = annotations["description"] ?? annotations["message"];
  return {
    fingerprint:
      fingerprint ??
      idOf(
        Object.entries(labels)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .flat(),
      ),
    status,
    labels,
    // Alertmanager's clock may be ahead of ours, and a date may be nonsense.
    startsAt: began === undefined || began > now || began < "2000" ? now : began,
    title: annotations["summary"] ?? name,
    text: [description, `Alert ${name}: ${labelText(labels)}`]
      .filter((part) => part !== undefined)
      .join("\n")
      .slice(0, 4000),
    severity: name === "Watchdog" ? undefined : severityOf(labels["severity"]),
    kind: kindOf(name, labels),
    environment: nameIn(labels, ["environment", "env"]),
    component: nameIn(labels, ["component", "app", "job"]),
  };
}

/** The usual words of Prometheus rules. Those that are no reason for an incident are undefined. */
const severities: ReadonlyMap<string, IncidentSeverity | undefined> = new Map([
  ["critical", "critical"],
  ["page", "critical"],
  ["emergency", "critical"],
  ["high", "high"],
  ["error", "high"],
  ["major", "high"],
  ["low", "low"],
  ["minor", "low"],
  ["info", undefined],
  ["none", undefined],
]);

/** An alert without one of the words is taken seriously. */
function severityOf(word: string | undefined): IncidentSeverity | undefined {
  const known = word?.toLowerCase() ?? "";
  return severities.has(known) ? severities.get(known) : "medium";
}

function kindOf(name: string, labels: Readonly<Record<string, string>>): IncidentKind {
  if (/vulnerab|cve/i.test(name)) return "vulnerability";
  if (/breach|intrusion|compromise|secretleak/i.test(name)) return "breach";
  return /down|absent|unavailable|unreachable|outage/i.test(name) || labels["kind"] === "outage"
    ? "outage"
    : "degradation";
}

function nameIn(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  const found = names.map((name) => labels[name]).find((value) => value !== undefined && value !== "");
  return (
    found
      ?.toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 63) || undefined
  );
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== "alertname")
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
