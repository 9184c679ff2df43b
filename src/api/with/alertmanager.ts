import type { AlertmanagerPort } from "../../engine/actions/silence.ts";
import type { Building } from "./capability.ts";

/** The Alertmanager of the configuration. Its credentials are read at each use, so that a rotated one counts at once. In mode observe nothing is silenced. */
export function alertmanagerOf({
  parts,
  ports,
}: {
  readonly parts: Pick<Building["parts"], "config" | "mode" | "useSecret">;
  readonly ports: Pick<Building["ports"], "http">;
}): AlertmanagerPort | undefined {
  const { alertmanager } = parts.config();
  if (alertmanager === undefined || parts.mode() === "observe") return undefined;
  const { url, credentials } = alertmanager;
  if (credentials === undefined) return { url, http: ports.http };
  return {
    url,
    http: {
      async fetch(address, request = {}) {
        const authorization = `Bearer ${await parts.useSecret(credentials, "Alertmanager")}`;
        return ports.http.fetch(address, { ...request, headers: { ...request.headers, authorization } });
      },
    },
  };
}
