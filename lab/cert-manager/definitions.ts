import type { Stored } from "../kubernetes/types.ts";

function definition(plural: string, kind: string, scope = "Namespaced"): Stored {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: "cert-manager.io",
      scope,
      names: { plural, kind },
      versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} } }],
    },
  };
}

/** The types, and the issuer that the platform's Ingresses name. */
export const certManagerObjects: readonly Stored[] = [
  definition("certificates", "Certificate"),
  definition("issuers", "Issuer"),
  definition("clusterissuers", "ClusterIssuer", "Cluster"),
  {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: "letsencrypt-prod" },
    spec: { ca: { secretName: "lab-issuer" } },
    status: {
      conditions: [{ type: "Ready", status: "True", reason: "KeyPairVerified", message: "Signing CA verified" }],
    },
  },
];
