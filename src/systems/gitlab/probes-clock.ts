import * as z from "zod";
import { defineProbe } from "../probe.ts";
import { type Ask, askText, shown } from "../probe-http.ts";
import { absentReading, judged, metric, unhealthy } from "../readings.ts";
import { Url } from "./routes.ts";

/** `Date` has whole seconds, and the answer took its time. */
export const clock = defineProbe({
  id: "clock",
  tells: "upkeep",
  title: "Does GitLab's clock agree with ours?",
  needs: ["http", "clock"],
  inputs: z.object({
    url: Url.shape.url,
    maxClockSeconds: z.number().positive().default(60).describe("A clock that is further off is unhealthy"),
  }),
  everySeconds: 900,
  timeoutSeconds: 20,
  source:
    "RFC 9110 §6.6.1 (Date); OpenID Connect Core §3.1.3.7: with a wrong clock tokens are refused and nobody signs in; /-/health asks nothing",
  async read({ http, clock: ours }, { maxClockSeconds }) {
    const subject = "clock";
    const ask: Ask = { subject, path: "/-/health", right: "to be asked without a login", down: "unknown" };
    const answer = await askText(http, ask);
    if (answer.kind === "reading") return [answer.reading];
    const evidence = shown(http, ask, answer.reply);
    if (answer.kind === "not-found") return [unhealthy(subject, 404, evidence)];
    const theirs = Date.parse(answer.reply.headers["date"] ?? "");
    if (Number.isNaN(theirs)) return [absentReading(subject, `${evidence} without a date`)];
    const off = Math.round((theirs - Date.parse(ours.now())) / 1000);
    const good = Math.abs(off) <= maxClockSeconds;
    return [
      judged(good, subject, off, `${evidence}: ${off} s from ours`, [metric("gitlab_clock_offset_seconds", off)]),
    ];
  },
});
