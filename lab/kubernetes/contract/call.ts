/** One call of the contract, the same to the lab's server and to a real kube-apiserver. Calls build on those before them. */
export interface Call {
  readonly id: string;
  /** What it is about: `watch`, `apply`; the page counts by it. */
  readonly about: string;
  readonly as: "admin" | "reader" | "stranger" | "nobody";
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{id.path}` stands for what an earlier call answered: `{made.metadata.resourceVersion}`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What of the answer has to be the same, besides status and type; for a refusal all of it when left out. */
  readonly look?: (body: unknown) => unknown;
  /** Where the lab answers otherwise and is left so: why that hurts nobody here. */
  readonly differs?: string;
}

/** What is compared of an answer. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly seen: unknown;
}

/** Where to send calls, and with which token. `nobody` sends none. */
export interface Reached {
  readonly url: string;
  readonly ca: string;
  readonly token: (as: "admin" | "reader" | "stranger") => string;
}
