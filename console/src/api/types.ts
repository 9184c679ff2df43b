import type { paths } from "./schema.ts";

/*
 * The routes by their path below /api/v1, so that a page writes `useRead("/findings/{id}", { path: { id } })` and the compiler
 * knows what goes in and what comes back. All of it is derived from `schema.ts`, which is written from the server's routes.
 */

type Full<P extends string> = `/api/v1${P}`;
type Short<P> = P extends Full<infer Rest> ? Rest : never;
type Method = "get" | "post" | "put" | "patch" | "delete";
type Operation<P extends string, M extends Method> = Full<P> extends keyof paths ? paths[Full<P>][M] : never;

/** The paths that have this method. */
type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { readonly [K in M]: object } ? Short<P> : never;
}[keyof paths];

export type WriteMethod = "post" | "put" | "patch" | "delete";
export type WritePath<M extends WriteMethod> = PathWith<M>;

/** Paths that are read as JSON. */
export type ReadPath = {
  [P in keyof paths]: paths[P] extends {
    readonly get: { readonly responses: { readonly 200: { content: { readonly "application/json": unknown } } } };
  }
    ? Short<P>
    : never;
}[keyof paths];

type Parameters<O> = O extends { readonly parameters: infer P } ? P : never;
type Part<O, Name extends string> =
  Parameters<O> extends { readonly [K in Name]?: infer V } ? Exclude<V, undefined> : never;
type Field<Name extends string, V> = [V] extends [never] ? unknown : { readonly [K in Name]: V };
type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** What a read is asked with: `path` where the path has braces, `query` always optional. A filter that is undefined is left out. */
export type ReadInput<P extends ReadPath> = Field<"path", Part<Operation<P, "get">, "path">> & {
  readonly query?: Loose<Part<Operation<P, "get">, "query">> | undefined;
};

type ContentOf<B> = [B] extends [never]
  ? never
  : B extends { content: { readonly "application/json": infer V } }
    ? V
    : never;
type BodyOf<O> = O extends { readonly requestBody?: infer B } ? ContentOf<Exclude<B, undefined>> : never;

export type WriteInput<P extends string, M extends WriteMethod> = Field<"path", Part<Operation<P, M>, "path">> &
  Field<"body", BodyOf<Operation<P, M>>>;

type JsonOf<R> = R extends { content: { readonly "application/json": infer V } } ? V : never;
type ResponsesOf<O> = O extends { readonly responses: infer R } ? R : never;
type Success<O> = JsonOf<ResponsesOf<O>[keyof ResponsesOf<O> & (200 | 201 | 202)]>;

/** What a read answers. */
export type Reply<P extends ReadPath> = Success<Operation<P, "get">>;
export type WriteReply<P extends string, M extends WriteMethod> = Success<Operation<P, M>>;

/** Paths that answer in pages, and what a row of theirs is: `Row<"/findings">`. */
export type ListPath = { [P in ReadPath]: Reply<P> extends { items: readonly unknown[] } ? P : never }[ReadPath];
export type Row<P extends ReadPath> = Reply<P> extends { items: readonly (infer R)[] } ? R : never;

/** Paths of server-sent events. */
export type EventsPath = {
  [P in keyof paths]: paths[P] extends {
    readonly get: { readonly responses: { readonly 200: { content: { readonly "text/event-stream": unknown } } } };
  }
    ? Short<P>
    : never;
}[keyof paths];
export type EventsInput<P extends EventsPath> = Field<"path", Part<Operation<P, "get">, "path">>;
