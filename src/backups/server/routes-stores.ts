import * as z from "zod";
import { refuse } from "../../access/refusal.ts";
import { mayUse } from "../../access/role.ts";
import { defineRoute, type Route } from "../../access/route.ts";
import { type Instant, parseInstant } from "../../kernel/instant.ts";
import { forecast } from "../schedule/forecast.ts";
import { nextTurnOf, type Turns, turnsOf } from "../schedule/turns.ts";
import { candidateOf } from "./candidate.ts";
import { rpoHoursOf, storeNames } from "./config.ts";
import { withNulls } from "./nulls.ts";
import { heldBackups, knownBackups } from "./read.ts";
import { RemovalReply, removalReply } from "./removal-reply.ts";
import { EnvironmentName, StoreReply, standingOfForeign, storeReply } from "./replies.ts";
import { seenDeclared } from "./seen.ts";
import { backupsKey } from "./service.ts";
import { knownSizes } from "./sizes.ts";
import type { BackupState } from "./state.ts";

const Moment = z.iso.datetime();
const reading = { method: "GET", role: "viewer", effect: "none", environment: "any" } as const;
const query = z.object({ environment: EnvironmentName.optional() });

const Bare = z.object({
  environment: z.string(),
  stores: z.array(z.string()).describe("What is known to be kept there and nobody declared disposable"),
  todo: z.string(),
});

const stores = defineRoute({
  ...reading,
  path: "/backups/stores",
  cli: "backup stores",
  summary: "Every store: how it is backed up and proven, how old that is, and how old it may be",
  query,
  reply: z.object({
    items: z.array(StoreReply),
    environments: z.array(
      z.object({
        environment: z.string(),
        seenAt: Moment.nullable().describe("When the repository answered last"),
        unseen: z.string().nullable().describe("Why it does not answer now"),
        check: z.object({ at: Moment, endedAt: Moment, readData: z.boolean(), damage: z.array(z.string()) }).nullable(),
        schedule: z.array(
          z.object({ class: z.string(), stores: z.array(z.string()).describe("All when empty"), next: Moment }),
        ),
        soundAt: Moment.nullable().describe("When a check last found nothing"),
        removal: RemovalReply,
        sizes: z
          .array(z.object({ at: Moment, bytes: z.number() }))
          .describe("What the repository's data take, day by day, the oldest first; equal data counted once"),
      }),
    ),
    undeclared: z.array(Bare).describe("Environments of the platform of which no backups are declared at all"),
  }),
  async handle({ query: asked }, context) {
    const { store, now, services, principal } = context;
    const service = services.need(backupsKey);
    const items: z.input<typeof StoreReply>[] = [];
    const environments = [];
    for (const { environment, schedule } of seenDeclared(context, asked.environment)) {
      const state = await service.state(store, environment, now);
      if (state === undefined) continue;
      items.push(
        ...state.stores.map((one) => storeReply(environment, one, state.foreign, service.receiptHours())),
        ...unkept(state),
      );
      const { check, seenAt, unseen, soundAt, removal } = state;
      environments.push({
        environment,
        seenAt: seenAt ?? null,
        unseen: unseen ?? null,
        check:
          check === undefined
            ? null
            : { at: check.at, endedAt: check.endedAt, readData: check.readData, damage: [...check.damage] },
        soundAt: soundAt ?? null,
        removal: removalReply(removal),
        sizes: (await knownSizes(store, environment, 400)).toReversed(),
        schedule: schedule.map(turnsOf).map((turns) => nextReply(turns, now)),
      });
    }
    const bare = (await service.undeclared(store, now)).filter(
      ({ environment }) =>
        mayUse(principal, "viewer", environment) && (asked.environment ?? environment) === environment,
    );
    items.push(...bare.flatMap(unkept));
    return { items, environments, undeclared: bare.map(bareOf) };
  },
});

/** What an environment has besides its own declared stores: what others back up, what nobody decided about, what may be lost. */
function unkept({
  environment,
  stores: own,
  foreign,
  forgotten,
  disposable,
}: BackupState): z.input<typeof StoreReply>[] {
  const declared = new Set(own.map((one) => one.store));
  const base = {
    environment,
    kind: null,
    newest: null,
    lastProven: null,
    ageHours: null,
    rpoHours: null,
    rtoMinutes: null,
    backups: 0,
    foreign: [],
  };
  const ofOthers = Map.groupBy(
    foreign.filter(({ store }) => !declared.has(store)),
    ({ store }) => store,
  );
  return [
    ...[...ofOthers].map(([store, others]) => ({ ...base, store, ...standingOfForeign(others) })),
    ...forgotten.map(({ store, title }) => ({
      ...base,
      store,
      state: "forgotten" as const,
      why: `${title}: nobody decided about it`,
    })),
    ...disposable.map(({ store, why }) => ({ ...base, store, state: "disposable" as const, why })),
  ];
}

function bareOf({ environment, forgotten }: BackupState): z.input<typeof Bare> {
  return {
    environment,
    stores: forgotten.map(({ store, title }) => `${store} (${title})`),
    todo: `declare backups.environments[${environment}], or disposable (docs/backups.md)`,
  };
}

function nextReply(turns: Turns, now: Instant) {
  const { class: taken, stores: of } = turns.schedule;
  return { class: taken, stores: [...of], next: nextTurnOf(turns, now) };
}

const Foreseen = z.object({
  id: z.string(),
  store: z.string(),
  takenAt: Moment,
  expected: z.boolean(),
  why: z.array(z.string()),
});

const outlook = defineRoute({
  ...reading,
  path: "/backups/forecast",
  cli: "backup outlook <on>",
  summary: "What is kept on a day ahead if every scheduled backup is taken, and what could be lost then",
  query: z.object({ environment: EnvironmentName, on: z.string().max(40).describe("A day or a moment: 2027-03-01") }),
  environment: ({ query: asked }) => asked.environment,
  reply: z.object({
    on: Moment,
    refused: z.string().nullable(),
    bytes: z.number().describe("Of the stores whose size is known"),
    stores: z.array(
      z.object({
        store: z.string(),
        newest: Moment.nullable(),
        ageHours: z.number().nullable(),
        rpoHours: z.number(),
        worstHours: z.number().nullable().describe("What could be lost at worst until then"),
        meets: z.boolean(),
        bytes: z.number().nullable().describe("null: no backup was ever taken"),
        growsByBytes: z.number().nullable().describe("In a day"),
      }),
    ),
    kept: z.array(Foreseen),
    removed: z.array(Foreseen),
  }),
  async handle({ query: asked }, { store, now, services }) {
    const on = parseInstant(asked.on);
    if (on === undefined || on < now || Date.parse(on) - Date.parse(now) > 5 * 366 * 86_400_000)
      return refuse(422, `${asked.on} is no day of the next five years.`, "Write it like 2027-03-01.");
    const service = services.need(backupsKey);
    const receiptHours = service.receiptHours();
    const declared = service.environments().find(({ environment }) => environment === asked.environment);
    if (declared === undefined)
      return refuse(404, `No backups of ${asked.environment} are declared.`, "See docs/backups.md");
    const found = forecast(
      {
        backups: (await knownBackups(store, { environments: [asked.environment] })).map((one) =>
          candidateOf(one, receiptHours),
        ),
        stores: storeNames(declared),
        schedules: declared.schedule,
        retention: declared.retention,
        rpoHours: (name) => rpoHoursOf(declared, name),
        holds: await heldBackups(store, asked.environment),
        receiptHours,
        now,
      },
      on,
    );
    const shown = (all: typeof found.kept) =>
      all.slice(0, 2000).map(({ backup: { id, store: of, takenAt, expected }, why }) => ({
        id,
        store: of,
        takenAt,
        expected,
        why: [...why],
      }));
    return {
      on,
      refused: found.refused ?? null,
      bytes: found.bytes,
      stores: found.stores.map(withNulls),
      kept: shown(found.kept),
      removed: shown(found.removed),
    };
  },
});

/** How stores stand, and how they will. */
export const storeRoutes: readonly Route[] = [stores, outlook];
