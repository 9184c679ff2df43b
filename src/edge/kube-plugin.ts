import { execFile } from "node:child_process";
import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import { jsonOr } from "../kernel/json.ts";
import { inheritedEnvironment } from "./environment.ts";
import type { KubeLogin } from "./kube-config.ts";

/** A program that prints credentials (kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential plugins"). */
export const ExecPluginConfig = z.object({
  apiVersion: z.string().optional(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const ExecCredential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

export type ExecPlugin = () => Promise<KubeLogin>;

/**
 * Asked again a minute before what it gave expires; without an expiry once. What it prints is never shown. Of our environment it
 * is given what any program needs, and what the kubeconfig's own `env` says.
 */
export function pluginLogin(config: z.infer<typeof ExecPluginConfig>): ExecPlugin {
  let kept: { readonly login: KubeLogin; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.login;
    const { status } = await runPlugin(config);
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
    const login: KubeLogin = {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    };
    const until =
      expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp) - 60_000;
    kept = { login, until };
    return login;
  };
}

function runPlugin(config: z.infer<typeof ExecPluginConfig>): Promise<z.infer<typeof ExecCredential>> {
  const apiVersion = config.apiVersion ?? "client.authentication.k8s.io/v1";
  const info = JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive: false } });
  const own = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
  const env = { ...inheritedEnvironment(process.env), ...own, KUBERNETES_EXEC_INFO: info };
  return new Promise((resolve, reject) => {
    execFile(config.command, config.args ?? [], { env, timeout: 60_000, maxBuffer: 1_000_000 }, (error, stdout) => {
      const parsed = error === null ? ExecCredential.safeParse(jsonOr(stdout)) : undefined;
      if (parsed?.success === true) resolve(parsed.data);
      else
        reject(
          new SystemError(
            `The program ${config.command} of the kubeconfig gave no credentials${error === null ? "" : ` (it ended with ${String(error.code ?? error.signal ?? "an error")})`}. Run it by hand to see why; you may have to log in.`,
            "stop",
          ),
        );
    });
  });
}
