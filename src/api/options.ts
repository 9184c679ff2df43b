import type { Approver } from "../access/approvers.ts";
import type { Oidc } from "../access/oidc.ts";
import type { Grant } from "../access/person-roles.ts";
import type { Notifier, Recorder, Route, Services } from "../access/route.ts";
import type { Clock } from "../kernel/ports.ts";
import type { Store } from "../store/store.ts";
import type { Health } from "./health.ts";
import type { Hook } from "./hooks.ts";
import type { Metrics } from "./metrics.ts";
import type { Rate } from "./rate-limit.ts";

/** What a line of the log says; never a secret, a body or a query. */
export interface LogLine {
  readonly level: "info" | "warning" | "error";
  readonly message: string;
  readonly [field: string]: unknown;
}

/** All that the API is made of. `main.ts` binds it; tests bind what they need. */
export interface ApiOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly routes: readonly Route[];
  readonly record: Recorder;
  readonly notify: Notifier;
  readonly services: Services;
  readonly version: string;
  /** What answers are made from besides the database, told apart by identity: the configuration in force. */
  given(): readonly unknown[];
  /** Asked anew by every call that would change something outside. */
  mode(): "observe" | "shadow" | "act";
  readonly login: {
    /** undefined: API tokens only. */
    readonly oidc: Oidc | undefined;
    readonly grants: readonly Grant[];
    readonly sessionHours: number;
  };
  /** Who may approve, on top of the role; asked anew by every call. */
  approvers(): readonly Approver[];
  /** Whether browsers reach it over TLS: cookies are then sent over nothing else. */
  readonly secure: boolean;
  /** The address a proxy before us wrote is believed. */
  readonly behindProxy: boolean;
  readonly limits: {
    readonly perPrincipal: Rate;
    /** Wrong tokens and failed logins from one address. */
    readonly failures: Rate;
  };
  readonly hooks: readonly Hook[];
  /** A file of the built console by its path; undefined when there is none. Left out: no console here. */
  readonly console?: (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Fires when the server stops: streams end then. */
  readonly stopping: AbortSignal;
  readonly log: (line: LogLine) => void;
}

/** Enough for a console and a few scripts, little enough that one of them cannot take the server from the others. */
export const defaultLimits: ApiOptions["limits"] = {
  perPrincipal: { burst: 1000, perSecond: 300 },
  failures: { burst: 20, perSecond: 0.2 },
};
