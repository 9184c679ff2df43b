/** One CGI call of the real `git http-backend` (RFC 3875; git-scm.com/docs/git-http-backend). */
export interface BackendCall {
  /** Repositories stand below it, by the path that is asked for. */
  readonly folder: string;
  readonly asked: URL;
  /** Whom the server let in. */
  readonly user: string | undefined;
  readonly method: string;
  /** A request's header by its name in lower case; empty: not there. */
  readonly header: (name: string) => string;
}

/** The environment of one call. */
export function backendEnvironment({ folder, asked, user, method, header }: BackendCall): Record<string, string> {
  const length = header("content-length");
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: decodeURIComponent(asked.pathname),
    QUERY_STRING: asked.search.slice(1),
    REQUEST_METHOD: method,
    CONTENT_TYPE: header("content-type"),
    ...(length === "" ? {} : { CONTENT_LENGTH: length }),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    REMOTE_ADDR: "127.0.0.1",
    ...(user === undefined
      ? {}
      : { REMOTE_USER: user, GIT_COMMITTER_NAME: user, GIT_COMMITTER_EMAIL: `${user}@example.org` }),
  };
}

export interface BackendHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The header lines of a CGI answer. */
export function readHead(head: Buffer): BackendHead {
  const headers = head
    .toString("latin1")
    .split("\r\n")
    .map((line): [string, string] => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]);
  const status = Number(headers.find(([name]) => name === "status")?.[1].slice(0, 3) ?? 200);
  return { status, headers: Object.fromEntries(headers.filter(([name]) => name !== "status")) };
}
