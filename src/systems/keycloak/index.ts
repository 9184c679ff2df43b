import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";
import { certificateProbe } from "../probes-tls.ts";
import { keycloakProbes } from "./probes.ts";
import { keycloakStores } from "./stores.ts";

const endOfLife = endOfLifeRule({
  product: "keycloak",
  title: "Keycloak",
  severity: "high",
  matches: (pin) => isImage(pin, "keycloak/keycloak", "bitnami/keycloak", "bitnamilegacy/keycloak"),
  fix: "Back up its database, stop all nodes, upgrade, and read the notes of every version in between; the schema does not go back.",
  examples: {
    failing: { name: "Keycloak 24", files: imageExample("keycloak", "quay.io/keycloak/keycloak:24.0.5") },
    passing: { name: "Keycloak 26.7", files: imageExample("keycloak", "quay.io/keycloak/keycloak:26.7.2") },
  },
});

export const keycloak: System = {
  id: "keycloak",
  title: "Keycloak",
  recognition: {
    charts: ["keycloak", "keycloakx"],
    images: ["keycloak/keycloak", "bitnami/keycloak", "bitnamilegacy/keycloak"],
    apiGroups: ["k8s.keycloak.org"],
  },
  rules: [endOfLife],
  probes: [...keycloakProbes, certificateProbe],
  stores: keycloakStores,
  keeps: [
    {
      id: "database",
      title: "Keycloak's database",
      heldBy: [{ kind: "postgresql" }],
      sources: ["keycloak/keycloak model/jpa/src/main/resources/META-INF/jpa-changelog-*.xml (REALM, USER_ENTITY)"],
    },
  ],
};
