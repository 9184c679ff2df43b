import type * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import type { Refusal } from "./refusal.ts";
import type { Principal, Role } from "./role.ts";

/** Writes an entry of the journal in the caller's transaction. */
export type Recorder = (store: Store, draft: JournalDraft) => Promise<void>;

/** Puts a message to people into the outbox in the caller's transaction. */
export type Notifier = (store: Store, draft: NoticeDraft) => Promise<void>;

/** The name under which a capability finds what the server's main built for it, with its type. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Only for the compiler. */
  readonly of?: T;
}

export function serviceKey<T>(name: string): ServiceKey<T> {
  return { name };
}

/** What the server's main built. Asking for what it did not build is our bug. */
export interface Services {
  need<T>(key: ServiceKey<T>): T;
}

/** All that a route may use besides its input. */
export interface RouteContext {
  readonly principal: Principal;
  /** In a write: the transaction in which all of the call happens, its journal entry and its idempotency key included. */
  readonly store: Store;
  readonly now: Instant;
  readonly record: Recorder;
  readonly notify: Notifier;
  readonly services: Services;
  /** The version that `If-Match` names, as `versionOf` gave it; undefined when the caller does not care. */
  readonly ifMatch: string | undefined;
  /** Fires when the caller is gone or the server stops. */
  readonly signal: AbortSignal;
}

/** One event of a stream. `id` orders them: a caller that lost the connection names the last one it saw. */
export interface RouteEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

export interface RouteInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * `none`: only reads. `own`: touches only our own database and people, works in every mode. `outside`: changes the platform,
 * or may; 403 in mode observe.
 */
export type Effect = "none" | "own" | "outside";

/**
 * Which environment a call concerns. A function finds it (undefined: the whole platform; a `Refusal` when there is no such
 * thing); `any` lets in who has the role somewhere, and the route itself shows only what `mayUse` allows.
 */
type Scope<Input> =
  | "any"
  | ((input: Input, context: RouteContext) => string | undefined | Refusal | Promise<string | undefined | Refusal>);

interface Common {
  /** Below `/api/v1`; parameters in braces: `/work-orders/{id}`. */
  readonly path: string;
  /**
   * The verb under `millwright`, each used once: `work show <id>`. A word in angle brackets is a parameter, or a field of the
   * query or body; all other fields become options.
   */
  readonly cli: string;
  /** One line, for the API's page and the verb's help. */
  readonly summary: string;
  /** What the caller must at least be; `anyone` needs no login. */
  readonly role: Role | "anyone";
}

interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
}

/** A route as its capability writes it. `params` and `query` are objects of texts (`z.coerce.number()` for numbers). */
export interface RouteDefinition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>
  extends Common {
  readonly method: Method;
  readonly effect: Effect;
  /** The whole platform when left out. */
  readonly environment?: Scope<Input<P, Q, B>>;
  readonly params?: P;
  readonly query?: Q;
  /** JSON; for POST, PUT and PATCH. */
  readonly body?: B;
  /** JSON; with `media`, a `z.string()`. */
  readonly reply: R;
  /** Another type than JSON: `text/calendar`. */
  readonly media?: string;
  /** The status of success; 200 when left out. */
  readonly status?: 200 | 201 | 202;
  /** The reply holds something shown only once: it is not kept for a repeated idempotency key. */
  readonly onlyOnce?: true;
  /**
   * The answer is made once for all who hold the same roles, until something that it was made from changes: what it reads from
   * `store`, and the configuration. The handler is not told who asks. `forSeconds`: no longer than that, where it also tells of
   * the moment.
   */
  readonly kept?: { readonly forSeconds?: number };
  /** The body holds a secret: what is kept to know the call again is keyed with a key from outside of the database. */
  readonly takesSecret?: true;
  /** The reply's version, sent as its ETag; a hash of the reply when left out. Compare it with `context.ifMatch` on writes. */
  readonly versionOf?: (reply: z.output<R>) => string | number;
  handle(input: Input<P, Q, B>, context: RouteContext): Promise<z.input<R> | Refusal>;
}

/** A stream of server-sent events; always a GET without effect. */
export interface EventsDefinition<P extends z.ZodType, Q extends z.ZodType> extends Common {
  readonly environment?: Scope<Input<P, Q, z.ZodUndefined>>;
  readonly params?: P;
  readonly query?: Q;
  /** What `data` of an event is. */
  readonly event: z.ZodType;
  /** Events after `lastEventId` until the thing ends or `context.signal` fires. */
  follow(
    input: Input<P, Q, z.ZodUndefined> & { readonly lastEventId: string | undefined },
    context: RouteContext,
  ): AsyncIterable<RouteEvent>;
}

/** A route for whoever runs it: types of one route left aside, its schemas kept. */
export interface AnswerRoute extends RouteDefinition<z.ZodType, z.ZodType, z.ZodType, z.ZodType> {
  readonly kind: "answer";
}

export interface EventsRoute extends EventsDefinition<z.ZodType, z.ZodType> {
  readonly kind: "events";
  readonly method: "GET";
  readonly effect: "none";
}

export type Route = AnswerRoute | EventsRoute;

/** A route with everything in it typed by its schemas. */
export function defineRoute<
  P extends z.ZodType = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUndefined,
>(route: RouteDefinition<P, Q, B, R>): Route {
  // Whoever runs it holds the input against the route's own schemas first.
  return { ...(route as unknown as AnswerRoute), kind: "answer" };
}

export function defineEvents<
  P extends z.ZodType = z.ZodObject<Record<never, never>>,
  Q extends z.ZodType = z.ZodObject<Record<never, never>>,
>(route: EventsDefinition<P, Q>): Route {
  return { ...(route as unknown as EventsRoute), kind: "events", method: "GET", effect: "none" };
}
