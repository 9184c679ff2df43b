import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import type { Registry } from "./action.ts";
import { advance, type Leg, LegLost, type Standing, standingOf } from "./advance.ts";
import type { RunEventDraft } from "./events.ts";
import type { ReceiptGate, WindowAnswer } from "./perform.ts";
import type { Attempt, Run, Wanted } from "./run.ts";
import { entryOfEnd } from "./telling.ts";

/** What a worker gives to the runs it has. */
export interface LegPorts {
  readonly store: Store;
  readonly worker: string;
  /** With the credentials of this environment alone. */
  readonly registry: (environment: string) => Registry;
  /** `restart@1`: whether this worker has the procedure that planned a run. */
  readonly knows: (procedure: string) => boolean;
  /** Who asks for backup receipts; undefined: nobody can here, so no step that demands one starts. */
  readonly receipts?: ReceiptGate | undefined;
  readonly window: (environment: string, needSeconds: number, now: Instant) => Promise<WindowAnswer>;
  /** Why nothing with an effect may start now: the emergency stop, or a mode that does not act (also for runs begun before). */
  readonly stopped: () => string | undefined;
  readonly redact: (text: string) => string;
  readonly record: (store: Store, draft: JournalDraft) => Promise<void>;
  readonly notify: (store: Store, draft: NoticeDraft) => Promise<void>;
  readonly now: () => Instant;
  /** The first pause before an attempt is repeated; doubled each time, a minute at most. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

/** A run while a worker has it, as far as it is written down. */
export interface Going {
  readonly leg: Leg;
  run: Run;
  readonly attempts: Attempt[];
  /** What a person asked for meanwhile. */
  wanted: Wanted | null;
}

export interface Change {
  readonly to: Standing;
  readonly attempt?: Attempt | undefined;
  readonly events: readonly RunEventDraft[];
  readonly clearWanted?: boolean;
}

/** Writes a change, and whatever belongs to it in the same transaction; false when the leg is over by it. */
export async function write(
  ports: LegPorts,
  going: Going,
  change: Change,
  also?: (part: Store) => Promise<void>,
): Promise<boolean> {
  going.wanted = await persisted(ports, async () => {
    if (also === undefined) return advance(ports.store, going.leg, ports.now(), change);
    return ports.store.transaction(async (part) => {
      const asked = await advance(part, going.leg, ports.now(), change);
      await also(part);
      return asked;
    });
  });
  going.run = { ...going.run, ...change.to };
  if (change.attempt !== undefined) going.attempts.push(change.attempt);
  return change.to.state === "running";
}

export async function end(ports: LegPorts, going: Going, state: "done" | "aborted" | "cancelled"): Promise<false> {
  const now = ports.now();
  const to: Standing = { ...standingOf(going.run), state, waitsFor: null, reason: null, wakeAt: null, endedAt: now };
  const ended = { ...going.run, ...to };
  await write(ports, going, { to, events: [stateEvent(to)], clearWanted: true }, (part) =>
    ports.record(part, entryOfEnd(ended, going.attempts, millwright)),
  );
  return false;
}

export function stateEvent({ state, waitsFor, reason, direction }: Standing): RunEventDraft {
  return { kind: "state", data: { state, waitsFor, reason, direction } };
}

/** A database that is away is waited for: what is to be written is known to nobody else. */
export async function persisted<T>(ports: LegPorts, work: () => Promise<T>): Promise<T> {
  for (let pause = 50; ; pause = Math.min(5000, pause * 2)) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SystemError) || thrown.remedy !== "retry") throw thrown;
      if (ports.signal.aborted) throw new LegLost(`this worker stopped: ${messageOf(thrown)}`, { cause: thrown });
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
