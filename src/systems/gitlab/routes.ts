import * as z from "zod";

/* What several of GitLab's probes ask by. */

export const Url = z.object({ url: z.url({ protocol: /^https?$/ }) });

/** An address that is not on the allowlist gets 404, as does a route that is not there: it says nothing of GitLab's health. */
export const allowlist =
  "Add this machine's address to gitlab.webservice.monitoring.ipWhitelist, or give the endpoint a credential health-token (Admin, Monitoring, Health check).";

/** GET /api/v4/metadata (15.2+). */
export const Metadata = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+/), enterprise: z.boolean().optional() });

export function withToken(has: boolean) {
  return has ? { secretHeaders: { "private-token": { credential: "token" } } } : {};
}
