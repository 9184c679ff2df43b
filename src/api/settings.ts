import { sql } from "kysely";
import * as z from "zod";
import { mayUse } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { invalidConfiguration } from "../findings/in-force.ts";
import { readStrict } from "../findings/strict-file.ts";
import type { Instant } from "../kernel/instant.ts";
import { platformFile } from "../platform/config.ts";
import { ServerConfig } from "../platform/server-config.ts";
import { listSecrets } from "../store/sealed.ts";
import { lastUses } from "./secret-routes.ts";
import type { ConfigFile } from "./serve-ports.ts";
import { type SettingsKnown, settingsKey } from "./settings-known.ts";
import { partsOf, referencesIn, settingsOf } from "./settings-shown.ts";

const Setting = z.object({
  key: z.string(),
  value: z.unknown().describe("References in place of secrets"),
  from: z.enum(["file", "default"]),
});

const Mistake = z.object({ field: z.string(), line: z.number().int(), message: z.string() });

const FileReply = z.object({
  name: z.string().nullable().describe("null: it runs without one"),
  revision: z.string().nullable(),
  since: z.string().nullable(),
  mistakes: z.array(Mistake).describe("What is wrong with the file as it is now; the last valid one stays in force"),
  settings: z.array(Setting),
});

const Roles = z.array(
  z.object({
    role: z.string(),
    environment: z.string().nullable().describe("null: all of them"),
    people: z.array(z.string()),
    groups: z.array(z.string()),
  }),
);

const SettingsReply = z.object({
  version: z.string(),
  mode: z.enum(["observe", "shadow", "act"]),
  stopped: z.boolean().describe("The emergency stop stands"),
  links: z.array(z.object({ title: z.string(), url: z.string() })),
  parts: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(["configured", "not set up"]),
      says: z.string(),
      items: z
        .array(z.object({ environment: z.string(), component: z.string(), system: z.string() }))
        .describe("Each endpoint, of the environments that the caller sees; empty for other parts"),
      how: z.string(),
      docs: z.string(),
    }),
  ),
  platform: FileReply,
  server: FileReply.optional().describe("For administrators"),
  secrets: z
    .array(
      z.object({
        place: z.string(),
        uses: z.array(z.string()).describe("Settings that refer to it"),
        usedAt: z.string().nullable().describe("Of the last 30 days"),
        kept: z.boolean().describe("Sealed in the database"),
      }),
    )
    .optional()
    .describe("For administrators: where secrets are kept, never one"),
  grants: Roles.optional().describe("For administrators"),
  approvers: Roles.optional().describe("For administrators"),
});

const show = defineRoute({
  method: "GET",
  path: "/settings",
  cli: "settings show",
  summary:
    "The configuration in force, where it comes from, what is wrong with it, and what is not set up and how it is",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: SettingsReply,
  async handle(_, context) {
    const known = context.services.need(settingsKey);
    const config = known.config();
    const shown = {
      version: known.version,
      mode: known.mode(),
      stopped: config.stopped,
      links: [...config.links],
      parts: partsOf(config, (environment) => mayUse(context.principal, "viewer", environment)).map(
        ({ items, ...part }) => ({ ...part, items: items.map((item) => ({ ...item })) }),
      ),
      platform: await platformReply(context, known),
    };
    if (!mayUse(context.principal, "admin", undefined)) return shown;
    return {
      ...shown,
      server: serverReply(known),
      secrets: await secretsReply(context, config),
      grants: config.access.map(granted),
      approvers: config.approvers.map((one) => granted({ role: "approver", ...one })),
    };
  },
});

type Granted = {
  readonly role: string;
  readonly environment?: string | undefined;
  readonly people: readonly string[];
  readonly groups: readonly string[];
};

function granted({ role, environment, people, groups }: Granted) {
  return { role, environment: environment ?? null, people: [...people], groups: [...groups] };
}

interface InForce {
  readonly text: string;
  readonly revision: string | null;
  readonly since: Instant;
}

async function platformReply({ store }: RouteContext, known: SettingsKnown): Promise<z.input<typeof FileReply>> {
  const [first] = known.config().repositories;
  const [inForce, wrong] = await Promise.all([
    sql<InForce>`select text, revision, since from configuration_in_force
      where source = ${`configuration:${first?.name ?? ""}`}`.execute(store.tables()),
    sql<{ places: readonly { readonly line: number }[]; message: string }>`select places, message from finding
      where rule = ${invalidConfiguration} and state = 'open' and subject = ${`file/${platformFile}`}
      order by id limit 100`.execute(store.tables()),
  ]);
  const [row] = inForce.rows;
  return {
    name: row === undefined ? null : platformFile,
    revision: row?.revision ?? null,
    since: row?.since ?? null,
    mistakes: wrong.rows.map(({ places, message }) => {
      const [, field = "", rest = message] = /^([\w.[\]]+): (.*)$/s.exec(message) ?? [];
      return { field, line: places[0]?.line ?? 1, message: rest };
    }),
    settings: settingsOf(known.platform(), row?.text).map((one) => ({ ...one })),
  };
}

function serverReply(known: SettingsKnown): z.input<typeof FileReply> {
  const file = known.file();
  return {
    name: file?.name ?? null,
    revision: null,
    since: null,
    mistakes: file === undefined ? [] : mistakesIn(file),
    settings: settingsOf(known.config(), file?.text).map((one) => ({ ...one })),
  };
}

/** Each field of the file as it is now that is wrong; a file that is gone is one mistake. */
function mistakesIn({ problem, text }: ConfigFile): z.input<typeof FileReply>["mistakes"] {
  if (problem === undefined) return [];
  const read = text === undefined ? undefined : readStrict(text, ServerConfig);
  if (read?.kind !== "invalid") return [{ field: "", line: 1, message: problem }];
  return read.mistakes.map(({ field, line, message }) => ({ field, line, message }));
}

async function secretsReply({ store, now }: RouteContext, config: ServerConfig) {
  const [kept, uses] = await Promise.all([listSecrets(store, undefined, 1000), lastUses(store, now)]);
  const references = Map.groupBy(referencesIn(config), ({ place }) => place);
  const own = new Set(kept.map(({ name }) => `store:${name}`));
  return [...new Set([...references.keys(), ...own])]
    .toSorted((a, b) => a.localeCompare(b))
    .map((place) => ({
      place,
      uses: (references.get(place) ?? []).map(({ used }) => used),
      usedAt: uses.get(place) ?? null,
      kept: own.has(place),
    }));
}

/** What the server runs with. */
export const settingsRoutes: readonly Route[] = [show];
