import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const gitlabRedirectToLogin: Lie = {
  id: "gitlab-redirect-to-login",
  title: "The API redirects to the sign-in page, which answers 200",
  system: "gitlab",
  source:
    "facts/platform.md §1.4: a gateway that sends strangers to its login; whoever follows redirects ends at a page with 200",
  looksLike: "200 OK, after a redirect that nobody noticed.",
  caughtBy: { probe: "version", subject: "version" },
  tell: () => async (request) =>
    pathOf(request).startsWith("/api/")
      ? new Response(null, { status: 302, headers: { location: "/users/sign_in" } })
      : undefined,
};
