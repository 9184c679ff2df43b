import type { Lie } from "../stand-in/lie.ts";
import { cached } from "./reply.ts";

export const sharinghubStaleCache: Lie = {
  id: "sharinghub-stale-cache",
  title: "An item from a cache, while GitLab is gone",
  system: "sharinghub",
  source:
    "nginx.org ngx_http_proxy_module proxy_cache_use_stale: what once was right is given while what stands behind is dead",
  looksLike: "The known item comes back, as it always did.",
  caughtBy: { probe: "known-item", subject: "known-item" },
  given: "gitlab-gone",
  tell: () => cached((path) => path.startsWith("/api/stac/")),
};
