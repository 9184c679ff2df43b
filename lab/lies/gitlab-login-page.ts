import type { Lie } from "../stand-in/lie.ts";
import { page, pathOf } from "./reply.ts";

export const gitlabLoginPage: Lie = {
  id: "gitlab-login-page",
  title: "A gateway's login page with 200 where the API should answer",
  system: "gitlab",
  source:
    "facts/platform.md §1.4: single sign-on before the ingress (APISIX with OIDC) answers for what stands behind it",
  looksLike: "200 OK from every route of the API.",
  caughtBy: { probe: "version", subject: "version" },
  tell: () => async (request) =>
    pathOf(request).startsWith("/api/") ? page('<title>Log in</title><form><input type="password"></form>') : undefined,
};
