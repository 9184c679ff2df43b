import { redactUrls } from "../kernel/url.ts";
import type { ServerConfig } from "../platform/server-config.ts";

/** A way by which something leaves the machine that the server runs on, or is read from elsewhere. */
export interface Outward {
  readonly id: string;
  /** Whom it speaks with. */
  readonly to: string;
  /** What it sends. */
  readonly sends: string;
  /** Where it is configured; without it nothing goes there. */
  readonly setting: string;
  /** Whether it changes something there, and then only in mode act. */
  readonly writes: "never" | "in mode act" | "yes";
}

interface Row extends Outward {
  /** The other sides by name or address, never a secret; none: it is not set up. */
  readonly targets: (config: ServerConfig) => readonly string[];
}

const given = <T>(value: T | undefined, text: (value: T) => string): readonly string[] =>
  value === undefined ? [] : [text(value)];

const rows: readonly Row[] = [
  {
    id: "repositories",
    to: "Git repositories",
    sends: "The credential that may read, by HTTPS or SSH; nothing of what is found.",
    setting: "repositories",
    writes: "never",
    targets: ({ repositories }) => repositories.flatMap(({ url }) => (url === undefined ? [] : [url])),
  },
  {
    id: "log",
    to: "The branch of the maintenance log",
    sends: "Entries of the journal, without secrets, with a credential for that branch alone.",
    setting: "journal.pushWith",
    writes: "yes",
    targets: ({ journal }) => (journal.pushWith === undefined ? [] : [journal.repository ?? "the first repository"]),
  },
  {
    id: "clusters",
    to: "Kubernetes clusters",
    sends: "Questions of what runs; changes by procedures that were approved, with a credential of its own (write).",
    setting: "clusters",
    writes: "in mode act",
    targets: ({ clusters }) => clusters.map(({ environment, write }) => `${environment}${write ? ", with write" : ""}`),
  },
  {
    id: "endpoints",
    to: "Components that are probed",
    sends: "Questions of how they are, with the credentials that are configured for each.",
    setting: "endpoints",
    writes: "never",
    targets: ({ endpoints }) => endpoints.map(({ environment, component }) => `${component} in ${environment}`),
  },
  {
    id: "canaries",
    to: "GitLab, SharingHub and MLflow, in a group for tests alone",
    sends: "A project of a run's own in that group, and the data of a test; both are taken away again.",
    setting: "canaries",
    writes: "in mode act",
    targets: ({ canaries }) => canaries.map(({ environment, group }) => `${group} in ${environment}`),
  },
  {
    id: "releases",
    to: "Upstreams: registries, Helm indexes, release lists",
    sends: "Names of the images, charts and projects in use, to ask for their releases.",
    setting: "releasesEveryHours (0: never)",
    writes: "never",
    targets: ({ releasesEveryHours }) => (releasesEveryHours === 0 ? [] : [`every ${releasesEveryHours} h`]),
  },
  {
    id: "login",
    to: "The login service",
    sends: "The client's id and secret; people log in there, no password comes here.",
    setting: "login",
    writes: "never",
    targets: ({ login }) => given(login, ({ issuer }) => issuer),
  },
  {
    id: "forge",
    to: "The forge",
    sends: "Questions of merge requests and reviews; merge requests that are opened, with a token of its own (write).",
    setting: "forge",
    writes: "in mode act",
    targets: ({ forge }) => given(forge, ({ url, project }) => `${url} ${project}`),
  },
  {
    id: "alertmanager",
    to: "Alertmanager",
    sends: "Silences for the time of planned work.",
    setting: "alertmanager",
    writes: "in mode act",
    targets: ({ alertmanager }) => given(alertmanager, ({ url }) => url),
  },
  {
    id: "backups",
    to: "Where backups are kept",
    sends: "Copies of the stores that are configured, encrypted before they leave with a key that stays here.",
    setting: "backups",
    writes: "yes",
    targets: ({ backups }) =>
      backups.environments.map(({ environment, repository }) => `${environment}: ${repository}`),
  },
  {
    id: "notices",
    to: "People: chat, mail, pager",
    sends: "What is due, approved, wrong or over: titles, environments and links; never a secret.",
    setting: "notices",
    writes: "yes",
    targets: ({ notices: { webhooks, smtp, pager } }) => [
      ...webhooks.map(({ name }) => name),
      ...given(smtp, ({ host }) => `mail by ${host}`),
      ...given(pager, () => "the pager"),
    ],
  },
];

/** Every way out there is: what is not in this list is not sent. No usage figures, no reports of faults, no downloads at the start. */
export const outwardWays: readonly Outward[] = rows.map(({ id, to, sends, setting, writes }) => ({
  id,
  to,
  sends,
  setting,
  writes,
}));

/** With whom this server is set up to speak by each way; the others stay closed. */
export function targetsOf(config: ServerConfig): ReadonlyMap<Outward["id"], readonly string[]> {
  return new Map(rows.map(({ id, targets }) => [id, targets(config).map(redactUrls)]));
}
