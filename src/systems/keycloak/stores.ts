import type { SystemStore } from "../contract.ts";

export const keycloakStores: readonly SystemStore[] = [
  {
    id: "database",
    title: "Keycloak's database",
    product: "postgresql",
    tables: ["databasechangelog", "migration_model", "realm", "client", "user_entity", "credential"],
    schemaHead: "select version from migration_model order by update_time desc limit 1",
    newest: [
      { table: "user_entity", column: "created_timestamp", unit: "milliseconds" },
      { table: "event_entity", column: "event_time", unit: "milliseconds" },
      { table: "admin_event_entity", column: "admin_event_time", unit: "milliseconds" },
    ],
    beside: [
      {
        id: "providers",
        what: "its own themes and providers, and its configuration",
        why: "Realms that name them do not start without them.",
        essential: false,
      },
    ],
    sources: [
      "keycloak/keycloak model/jpa/src/main/resources/META-INF/jpa-changelog-*.xml (MIGRATION_MODEL, REALM, USER_ENTITY, EVENT_ENTITY)",
      "keycloak/keycloak model/jpa/src/main/java/org/keycloak/models/jpa/entities (times in milliseconds)",
    ],
  },
];
