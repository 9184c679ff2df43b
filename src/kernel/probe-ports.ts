import type { HttpReply } from "./ports.ts";

/*
 * What probes read through. Every port is bound to one target, only reads, and answers a refusal as a value. No answer, a
 * timeout or a broken one throws `SystemError`: `retry` when asking again may help, `stop` when a person has to act first.
 */

/** How a request carries a credential of its target. The value stays behind the port. */
export interface CarriedSecret {
  /** Its name in the target's configuration. */
  readonly credential: string;
  /** Before the value: `Bearer `. */
  readonly prefix?: string;
  /** For `Basic`: the value is `user:password` and goes out in base64. */
  readonly base64?: true;
}

export interface ProbeRequest {
  /** POST only where a search or a token is asked for that way. */
  readonly method?: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, CarriedSecret>>;
  readonly body?: string;
  /** Signs with AWS Signature Version 4 for S3, by the credentials `access-key` and `secret-key`. */
  readonly signFor?: { readonly region: string };
  /** 4 MB when left out. */
  readonly maxBytes?: number;
}

export interface TimedReply extends HttpReply {
  /** From the request to the end of the body. */
  readonly millis: number;
}

/** HTTP to one server. Credentials go to the configured origin and nowhere else. */
export interface ProbeHttp {
  /** The target's address, without a slash at its end and without credentials. */
  readonly url: string;
  has(credential: string): boolean;
  /** `path` begins with `/` and stands below the address; a whole address is allowed for what the target itself names. */
  fetch(path: string, request?: ProbeRequest): Promise<TimedReply>;
}

/** `missing`: the table, column or database is not there; `refused`: login or right; `full`: the server's disk has no room for it. */
export type SqlAnswer =
  | { readonly kind: "rows"; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: "missing"; readonly what: string }
  | { readonly kind: "full"; readonly what: string }
  | { readonly kind: "refused"; readonly why: string; readonly howToLearn: string };

/** A PostgreSQL database, in transactions that may only read. */
export interface Sql {
  /** Host and database as a person would name them. */
  readonly label: string;
  read(statement: string): Promise<SqlAnswer>;
}

export type RedisAnswer =
  | { readonly kind: "info"; readonly text: string }
  | { readonly kind: "refused"; readonly why: string; readonly howToLearn: string };

export interface RedisReader {
  readonly label: string;
  /** What `INFO` prints. */
  info(): Promise<RedisAnswer>;
}

export interface SeenCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Names it is valid for, as written: `DNS:example.org`. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly fingerprint: string;
}

/** `no-tls`: something listens and does not speak TLS. The chain begins with the server's own certificate. */
export type TlsAnswer =
  | {
      readonly kind: "chain";
      readonly protocol: string;
      readonly chain: readonly SeenCertificate[];
      /** Why the chain does not lead to a trusted root, as the TLS library says; undefined when it does. */
      readonly distrust: string | undefined;
      /** Why the certificate is not for this name; undefined when it is. */
      readonly wrongName: string | undefined;
    }
  | { readonly kind: "no-tls"; readonly why: string };

export interface TlsInspector {
  /** Shakes hands with whatever certificate is shown, and sends nothing after. */
  inspect(target: { readonly host: string; readonly port: number }): Promise<TlsAnswer>;
}
