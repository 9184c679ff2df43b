import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { redactUrls } from "../kernel/url.ts";
import type { Store } from "../store/store.ts";
import { type Channel, channelsFor, type Delivery } from "./channel.ts";
import { quietUntil } from "./quiet.ts";
import { type NoticeTables, noticeOf } from "./store.ts";

/*
 * Nothing lost: a notice is committed with what it tells of, its deliveries with the mark that it was routed, and a delivery is
 * tried until it was taken or is dead and shown. Nothing twice: whoever dies between sending and noting it down leaves a claim
 * that runs out; the next one sends it again under the same id, by which the receiver knows it.
 */

/** A sender that has not noted the outcome by then is taken for dead. Longer than any channel's own timeout. */
const claimSeconds = 180;
const atOnce = 20;
/** After so many failures, about two days, a delivery is dead. */
const maxAttempts = 20;

export interface Flushed {
  readonly sent: number;
  readonly failed: number;
  /** Gave up; shown by `notice list --state dead` until somebody retries. */
  readonly dead: number;
}

/**
 * Sends what is due, and returns when nothing more is. Channels do not wait for each other. Safe to run in several processes
 * at once.
 */
export async function flushOutbox(store: Store, channels: readonly Channel[], now: Instant): Promise<Flushed> {
  await routeNew(store, channels, now);
  const all = (await Promise.all(channels.map((channel) => drain(store, channel, now)))).flat();
  const count = (outcome: Outcome): number => all.filter((one) => one === outcome).length;
  return { sent: count("sent"), failed: count("failed"), dead: count("dead") };
}

type Outcome = keyof Flushed;

async function drain(store: Store, channel: Channel, now: Instant): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (;;) {
    const due = await claim(store, channel, now);
    if (due.length === 0) return outcomes;
    const done = await Promise.all(due.map((delivery) => sendOrPutOff(store, channel, delivery, now)));
    outcomes.push(...done.filter((outcome) => outcome !== undefined));
  }
}

/** Gives each new notice its deliveries, once. */
async function routeNew(store: Store, channels: readonly Channel[], now: Instant): Promise<void> {
  // Without any channel they stay as they are, for the day when there is one.
  if (channels.length === 0) return;
  for (;;) {
    const routed = await store.transaction(async (part) => {
      const tables = part.tables<NoticeTables>();
      const rows = await tables
        .selectFrom("notices")
        .selectAll()
        .where("routed_at", "is", null)
        .orderBy("id")
        .limit(100)
        .forUpdate()
        .skipLocked()
        .execute();
      const values = rows.flatMap((row) =>
        channelsFor(noticeOf(row), channels).map(({ name }) => ({
          id: randomUUID(),
          notice_id: row.id,
          channel: name,
          state: "waiting" as const,
          not_before: now,
        })),
      );
      if (values.length > 0) await tables.insertInto("notice_deliveries").values(values).execute();
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await tables.updateTable("notices").set({ routed_at: now }).where("id", "in", ids).execute();
      return rows.length;
    });
    if (routed < 100) return;
  }
}

/** Takes deliveries that are due, oldest first. */
async function claim(store: Store, channel: Channel, now: Instant): Promise<readonly Delivery[]> {
  const { rows } = await sql<{ id: string; notice_id: number; attempts: number }>`
    update notice_deliveries set claimed_until = ${instantOf(Date.parse(now) + claimSeconds * 1000)}
    where id in (
      select id from notice_deliveries
      where state = 'waiting' and not_before <= ${now} and channel = ${channel.name}
        and (claimed_until is null or claimed_until <= ${now})
      order by notice_id limit ${atOnce} for update skip locked)
    returning id, notice_id, attempts`.execute(store.tables());
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.notice_id);
  const notices = await store.tables<NoticeTables>().selectFrom("notices").selectAll().where("id", "in", ids).execute();
  const byId = new Map(notices.map((row) => [row.id, noticeOf(row)]));
  return rows.flatMap((row) => {
    const notice = byId.get(row.notice_id);
    return notice === undefined ? [] : [{ id: row.id, notice, tried: row.attempts, now }];
  });
}

/** What falls into quiet hours waits until they end. */
async function sendOrPutOff(
  store: Store,
  channel: Channel,
  delivery: Delivery,
  now: Instant,
): Promise<Outcome | undefined> {
  const { quiet } = channel;
  const until = delivery.notice.severity === "critical" || quiet === undefined ? undefined : quietUntil(quiet, now);
  if (until === undefined) return deliver(store, channel, delivery, now);
  await store
    .tables<NoticeTables>()
    .updateTable("notice_deliveries")
    .set({ not_before: until, claimed_until: null })
    .where("id", "=", delivery.id)
    .execute();
  return undefined;
}

async function deliver(store: Store, channel: Channel, delivery: Delivery, now: Instant): Promise<Outcome> {
  const failure = await channel.send(delivery).then(
    () => undefined,
    (thrown: unknown) => ({
      message: redactUrls(messageOf(thrown)).slice(0, 500),
      final: thrown instanceof SystemError && thrown.remedy === "stop",
    }),
  );
  const attempts = delivery.tried + 1;
  const tables = store.tables<NoticeTables>();
  const update = tables.updateTable("notice_deliveries").where("id", "=", delivery.id).where("state", "=", "waiting");
  if (failure === undefined) {
    await update.set({ state: "sent", attempts, claimed_until: null, last_error: null, ended_at: now }).execute();
    return "sent";
  }
  const last_error = failure.message;
  if (failure.final || attempts >= maxAttempts) {
    await update.set({ state: "dead", attempts, claimed_until: null, last_error, ended_at: now }).execute();
    return "dead";
  }
  await update.set({ attempts, claimed_until: null, last_error, not_before: retryAt(now, attempts) }).execute();
  return "failed";
}

/** 30 s, 1, 2, 4 … minutes, at most 3 hours. */
function retryAt(now: Instant, attempts: number): Instant {
  return instantOf(Date.parse(now) + Math.min(30 * 2 ** (attempts - 1), 10_800) * 1000);
}

/** Tries a dead delivery anew; false when there is none of that id. */
export async function retryDelivery(store: Store, id: string, now: Instant): Promise<boolean> {
  const [changed] = await store
    .tables<NoticeTables>()
    .updateTable("notice_deliveries")
    .set({ state: "waiting", attempts: 0, not_before: now, claimed_until: null, ended_at: null })
    .where("id", "=", id)
    .where("state", "=", "dead")
    .execute();
  return (changed?.numUpdatedRows ?? 0n) > 0n;
}
