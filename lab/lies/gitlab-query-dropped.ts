import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const gitlabQueryDropped: Lie = {
  id: "gitlab-query-dropped",
  title: "Green health with a dead database: the proxy dropped ?all=1",
  system: "gitlab",
  source:
    "gitlabhq/gitlabhq doc/administration/monitoring/health_check.md @0338625c4: without all=1 readiness asks neither database nor Redis; nginx drops the query when a rewrite ends in `?` (nginx.org ngx_http_rewrite_module)",
  looksLike: '{"status":"ok","master_check":[{"status":"ok"}]} while the database is dead.',
  caughtBy: { probe: "readiness", subject: "readiness" },
  given: "database-dead",
  tell: () => async (request) =>
    pathOf(request) === "/-/readiness" ? Response.json({ status: "ok", master_check: [{ status: "ok" }] }) : undefined,
};
