import type { Lie } from "../stand-in/lie.ts";
import { page } from "./reply.ts";

export const gitlabErrorPage: Lie = {
  id: "gitlab-error-page",
  title: "A proxy's error page with 200",
  system: "gitlab",
  source: "nginx.org ngx_http_core_module error_page: `error_page 502 =200 /sorry.html` answers 200",
  looksLike: "200 OK from everything, with a friendly page.",
  caughtBy: { probe: "sign-in", subject: "sign-in" },
  tell: () => async () => page("<title>We will be right back</title><p>Maintenance in progress.</p>"),
};
