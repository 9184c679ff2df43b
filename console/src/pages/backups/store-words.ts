import type { Reply, Row } from "../../api/types.ts";

export type StoreRow = Row<"/backups/stores">;
export type EnvironmentRow = Reply<"/backups/stores">["environments"][number];
export type BareEnvironment = Reply<"/backups/stores">["undeclared"][number];
export type Backup = Row<"/backups">;

/** How a store stands, the worst first; `unknown` where the repository does not answer now. */
export const standings = [
  "failed",
  "none",
  "forgotten",
  "too-old",
  "not-proven",
  "foreign",
  "unknown",
  "backed-up",
  "disposable",
] as const;
export type Standing = (typeof standings)[number];

export const standingWords: Readonly<Record<Standing, string>> = {
  failed: "proof failed",
  none: "no backup",
  forgotten: "not declared",
  "too-old": "too old",
  "not-proven": "not proven",
  foreign: "by others",
  unknown: "unknown",
  "backed-up": "proven",
  disposable: "disposable",
};

export interface StandingStore extends Omit<StoreRow, "state"> {
  readonly state: Standing;
}

/** What is good, or was never seen, is unknown while the repository does not answer; what was bad stays it. */
export function standingOf(store: StoreRow, environments: readonly EnvironmentRow[]): StandingStore {
  const here = environments.find(({ environment }) => environment === store.environment);
  const unseen = here?.unseen ?? undefined;
  const told = store.state === "backed-up" || store.state === "none" || store.state === "not-proven";
  if (unseen === undefined || !told) return store;
  const seenAt = here?.seenAt ?? undefined;
  const why =
    seenAt === undefined
      ? `nothing is known yet of its repository: ${unseen}`
      : `its repository does not answer: ${unseen}; as of ${seenAt}: ${store.why}`;
  return { ...store, state: "unknown", why };
}

/** Those that fit the filter, the worst first, production before the rest. */
export function worstFirst(
  stores: readonly StandingStore[],
  state: string | undefined,
  text: string | undefined,
): readonly StandingStore[] {
  const part = (text ?? "").trim().toLowerCase();
  return stores
    .filter((one) => state === undefined || one.state === state)
    .filter(({ store, kind, why }) => `${store} ${kind ?? ""} ${why}`.toLowerCase().includes(part))
    .toSorted(
      (a, b) =>
        standings.indexOf(a.state) - standings.indexOf(b.state) ||
        Number(b.environment === "production") - Number(a.environment === "production") ||
        a.environment.localeCompare(b.environment) ||
        a.store.localeCompare(b.store),
    );
}

/** The address of a store's page. */
export function storePath({ environment, store }: Pick<StoreRow, "environment" | "store">): string {
  return `/backups/stores/${encodeURIComponent(environment)}/${store.split("/").map(encodeURIComponent).join("/")}`;
}

const sizes = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `1.4 GB`: powers of a thousand, three digits at most. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(bytes) / 3 + 1e-9));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${sizes[power]}`;
}

/** `6 h`, `2 d 3 h`, `40 min`. */
export function hoursText(hours: number): string {
  if (hours < 1) return `${Math.max(0, Math.round(hours * 60))} min`;
  if (hours < 48) return `${Number(hours.toPrecision(2))} h`;
  const whole = Math.round(hours);
  return whole % 24 === 0 ? `${whole / 24} d` : `${Math.floor(whole / 24)} d ${whole % 24} h`;
}

/** What the server says in the middle of a sentence, as one of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
