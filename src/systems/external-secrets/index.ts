import type { System } from "../contract.ts";

export const externalSecrets: System = {
  id: "external-secrets",
  title: "External Secrets Operator",
  recognition: {
    charts: ["external-secrets"],
    images: ["external-secrets/external-secrets"],
    repositories: ["external-secrets/external-secrets"],
    apiGroups: ["external-secrets.io"],
  },
};
