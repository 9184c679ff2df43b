import { counted } from "../kernel/count.ts";
import { redactUrls } from "../kernel/url.ts";
import { formatSecretRef, type SecretRef } from "../platform/secret-ref.ts";
import type { ServerConfig } from "../platform/server-config.ts";

/** One setting in force, and where it comes from. */
export interface Setting {
  readonly key: string;
  /** JSON, with references in place of secrets. */
  readonly value: unknown;
  readonly from: "file" | "default";
}

/** The settings of a configuration. What a file does not name holds by default. */
export function settingsOf(config: Readonly<Record<string, unknown>>, text: string | undefined): readonly Setting[] {
  return Object.entries(config)
    .filter(([key, value]) => key !== "$schema" && value !== undefined)
    .map(([key, value]) => ({
      key,
      value: shown(value),
      from: new RegExp(`^["']?${key}["']?\\s*:`, "m").test(text ?? "") ? "file" : "default",
    }));
}

/** A value as it may be shown: references as they are written, no credentials in addresses. */
function shown(value: unknown): unknown {
  if (typeof value === "string") return redactUrls(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  const ref = refOf(value);
  if (ref !== undefined) return formatSecretRef(ref);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)]));
}

const fieldsOfRef: Readonly<Record<SecretRef["kind"], readonly string[]>> = {
  env: ["kind", "name"],
  store: ["kind", "name"],
  file: ["kind", "path"],
  kubernetes: ["kind", "namespace", "name", "key"],
};

function refOf(value: object): SecretRef | undefined {
  const kind = (value as { readonly kind?: unknown }).kind;
  if (typeof kind !== "string" || !Object.hasOwn(fieldsOfRef, kind)) return undefined;
  const wanted = fieldsOfRef[kind as SecretRef["kind"]];
  const isRef = Object.keys(value).length === wanted.length && wanted.every((field) => Object.hasOwn(value, field));
  return isRef ? (value as SecretRef) : undefined;
}

/** Every place that the configuration takes a secret from, with the settings that do. */
export function referencesIn(config: unknown, path = ""): readonly { readonly place: string; readonly used: string }[] {
  if (typeof config !== "object" || config === null) return [];
  const ref = Array.isArray(config) ? undefined : refOf(config);
  if (ref !== undefined) return [{ place: formatSecretRef(ref), used: path }];
  return Object.entries(config).flatMap(([key, value]) => referencesIn(value, path === "" ? key : `${path}.${key}`));
}

/** A part of the server that works only once it is configured. */
export interface Part {
  readonly id: string;
  readonly title: string;
  readonly state: "configured" | "not set up";
  readonly says: string;
  /** What it consists of, where that is more than one sentence can say. */
  readonly items: readonly PartItem[];
  /** What to do, where it is not set up. */
  readonly how: string;
  readonly docs: string;
}

interface PartItem {
  readonly environment: string;
  readonly component: string;
  /** What kind of system answers there. */
  readonly system: string;
}

interface Row extends Omit<Part, "state" | "says" | "items"> {
  /** undefined: not set up. */
  readonly says: (config: ServerConfig) => string | undefined;
  readonly items?: (config: ServerConfig) => readonly PartItem[];
}

const named = (names: readonly string[]): string | undefined => (names.length === 0 ? undefined : names.join(", "));

const around: readonly Row[] = [
  {
    id: "repositories",
    title: "Repositories",
    says: ({ repositories }) => named(repositories.map(({ name }) => name)),
    how: "Name the platform's repository under repositories, or start with `millwright serve FOLDER`.",
    docs: "docs/operations.md",
  },
  {
    id: "clusters",
    title: "Clusters",
    says: ({ clusters }) => named(clusters.map(({ environment }) => environment)),
    how: "Name each environment's kubeconfig under clusters; deploy/rbac has the rights it needs.",
    docs: "docs/assess.md",
  },
  {
    id: "endpoints",
    title: "Endpoints that are probed",
    says: ({ endpoints }) => (endpoints.length === 0 ? undefined : counted(endpoints.length, "endpoint")),
    items: ({ endpoints }) =>
      endpoints.map(({ environment, component, system }) => ({ environment, component, system })),
    how: "Name addresses and credentials under endpoints.",
    docs: "docs/health.md",
  },
  {
    id: "backups",
    title: "Backups",
    says: ({ backups }) => named(backups?.environments.map(({ environment }) => environment) ?? []),
    how: "Name each environment's repository and its stores under backups.",
    docs: "docs/backups.md",
  },
  {
    id: "canaries",
    title: "Where tests may write",
    says: ({ canaries }) => named(canaries.map(({ environment, group }) => `${group} in ${environment}`)),
    how: "Name a GitLab group for tests alone, and a token for it, under canaries.",
    docs: "docs/runs.md",
  },
  {
    id: "forge",
    title: "Forge",
    says: ({ forge }) => (forge === undefined ? undefined : `${forge.kind}, ${forge.project}`),
    how: "Name it under forge, with a token that may read merge requests.",
    docs: "docs/operations.md",
  },
  {
    id: "login",
    title: "Login",
    says: ({ login }) => login?.issuer,
    how: "Name your OpenID provider under login; until then people use API tokens.",
    docs: "docs/access.md",
  },
];

const toPeople: readonly Row[] = [
  {
    id: "notices",
    title: "Notices",
    says: ({ notices: { webhooks, smtp, pager } }) =>
      named([
        ...webhooks.map(({ name }) => name),
        ...(smtp === undefined ? [] : ["mail"]),
        ...(pager === undefined ? [] : ["pager"]),
      ]),
    how: "Name a webhook, a mail server or a pager under notices.",
    docs: "docs/notices.md",
  },
  {
    id: "call",
    title: "People to call",
    says: ({ incidents }) => named(incidents.call.map(({ name }) => name)),
    how: "Say under incidents.call whom to call.",
    docs: "docs/incidents.md",
  },
  {
    id: "alertmanager",
    title: "Alertmanager",
    says: ({ alertmanager }) => alertmanager?.url,
    how: "Name it under alertmanager, so that alerts are silenced for planned work.",
    docs: "docs/calendar.md",
  },
  {
    id: "webhooks",
    title: "Webhooks that reach us",
    says: ({ webhooks }) => named(webhooks.map(({ name }) => name)),
    how: "Name them under webhooks; pushes are then read at once.",
    docs: "docs/api.md",
  },
  {
    id: "signing",
    title: "Signature of the log",
    says: ({ journal }) => (journal.signingKey === undefined ? undefined : "signed"),
    how: "Name an Ed25519 key under journal.signingKey.",
    docs: "docs/journal.md",
  },
  {
    id: "sealing",
    title: "Secrets in the database",
    says: ({ sealing }) => named(sealing.map(({ id }) => id)),
    how: "Name a key under sealing: openssl rand -base64 32.",
    docs: "docs/database.md",
  },
];

/** What of the server is set up, and how the rest is; items of environments that a caller does not see are left out. */
export function partsOf(config: ServerConfig, sees: (environment: string) => boolean): readonly Part[] {
  return [...around, ...toPeople].map(({ id, title, says, items = () => [], how, docs }) => {
    const said = says(config);
    const state = said === undefined ? "not set up" : "configured";
    const seen = items(config).filter(({ environment }) => sees(environment));
    return { id, title, state, says: redactUrls(said ?? state), items: seen, how, docs };
  });
}
