import type { Lie } from "../stand-in/lie.ts";

export const gitlabClockSkewed: Lie = {
  id: "gitlab-clock-skewed",
  title: "Everything is green, and the clock is an hour wrong",
  system: "gitlab",
  source:
    "RFC 9110 §6.6.1 (Date); OpenID Connect Core §3.1.3.7: a token from before or after its time is refused, so nobody can sign in",
  looksLike: "Right answers; only the Date header is off.",
  caughtBy: { probe: "clock", subject: "clock" },
  tell: () => async (_request, truth) => {
    const said = await truth();
    const headers = new Headers(said.headers);
    headers.set("date", new Date(Date.now() - 3_600_000).toUTCString());
    return new Response(said.body, { status: said.status, headers });
  },
};
