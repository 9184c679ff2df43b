import type { Lie } from "../stand-in/lie.ts";
import { cached } from "./reply.ts";

export const gitlabOldVersion: Lie = {
  id: "gitlab-old-version",
  title: "The old version, from a cache, after the upgrade",
  system: "gitlab",
  source:
    "nginx.org ngx_http_proxy_module proxy_cache: keyed by the address, it gives what it has without asking, and says nothing of its age",
  looksLike: "200 OK with the version of before the upgrade.",
  caughtBy: { probe: "version", subject: "version" },
  given: "upgraded",
  tell: () => cached((path) => path.startsWith("/api/v4/metadata")),
};
