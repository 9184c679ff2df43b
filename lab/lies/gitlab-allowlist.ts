import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const gitlabAllowlist: Lie = {
  id: "gitlab-allowlist",
  title: "Not on the allowlist: 404, as if the route were not there",
  system: "gitlab",
  source: "facts/gitlab.md §5: an address that is not listed gets 404, not 401 or 403",
  looksLike: "A GitLab so old that it has no such route, or none at all.",
  caughtBy: { probe: "readiness", subject: "readiness" },
  tell: () => async (request) =>
    /^\/(?:-\/(?:readiness|liveness|metrics)|health_check)/.test(pathOf(request))
      ? new Response("<!DOCTYPE html><h1>404</h1>", { status: 404 })
      : undefined,
};
