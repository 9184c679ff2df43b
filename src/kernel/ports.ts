import type { Instant } from "./instant.ts";

/** The moment it is. Taken as a port so that a verdict can be repeated. */
export interface Clock {
  now(): Instant;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; a repeated header is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The whole exchange, body included. */
  readonly timeoutMs?: number;
  /** A longer body is an error, so that memory stays bounded. */
  readonly maxBytes?: number;
  /** A redirect is the reply, and nothing is sent to where it points. */
  readonly redirects?: "refuse";
}

/** Speaks HTTP. Any status is a reply; no answer, a timeout or a broken one throws `SystemError` with remedy `retry`. */
export interface Http {
  fetch(url: string, request?: HttpRequest): Promise<HttpReply>;
}

export interface FileEntry {
  /** Relative to the tree's root, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Changes whenever the content may have: size with modification time and inode on disk, the blob id in Git. */
  readonly version: string;
}

export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** A read-only tree of files: a folder, or a Git revision without a checkout. Never leads outside its root. */
export interface Tree {
  /** What a person would call it: the folder as given, or `REV:path`. */
  readonly label: string;
  /** The files in path order, and what was passed over with the reason. */
  list(): Promise<{ readonly files: readonly FileEntry[]; readonly skipped: readonly Skipped[] }>;
  /** The bytes of many files at once, in the order asked. A file that cannot be read is a `Skipped`. */
  read(files: readonly FileEntry[]): Promise<readonly (Uint8Array | Skipped)[]>;
}

/** Runs `git` in a repository, never a shell; throws `SystemError` with Git's own words when it fails. */
export interface Git {
  run(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<string>;
}

/** Texts kept between runs. Losing one costs only time: a damaged or missing text is undefined, a failed write is silent. */
export interface Cache {
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
}

/** Copies of web pages carried in by hand. `at` is when the copy was made, as far as its file tells. */
export interface Mirror {
  /** What a person would call it: the folder as given. */
  readonly label: string;
  find(url: string): Promise<{ readonly body: string; readonly at: Instant } | undefined>;
}

export interface Mail {
  /** Stays the same when the mail is sent again, so that servers can tell. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Hands mail to a server. A refusal that asking again may cure throws `SystemError` with remedy `retry`, any other `stop`. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
