import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { onConnection } from "./sql.ts";

export interface KeycloakFill {
  /** `26.3.2`, as `migration_model` has it. */
  readonly version: string;
  readonly seed: number;
  /** Users of the realm; credentials and events grow with them. */
  readonly size: number;
  readonly now: Date;
  /** What the clients send: GitLab's, SharingHub's, MLflow's. */
  readonly clients: readonly { readonly clientId: string; readonly redirectUri: string; readonly secret: string }[];
}

const schema = join(import.meta.dirname, "fixtures", "keycloak.sql");

/** Schema and rows of a Keycloak in use: the realm `master` and the platform's. The database is empty before. */
export function fillKeycloak(url: string, options: KeycloakFill): Promise<void> {
  return onConnection(url, async (client) => {
    await client.query("begin");
    await client.query(readFileSync(schema, "utf8"));
    await addRealms(client, options);
    await addClients(client, options);
    await addUsers(client, options);
    await addEvents(client, options);
    await client.query("commit");
    await client.query("analyze");
  });
}

/** An id that looks like a UUID and that a seed repeats. */
const id = (of: string): string => `md5(${of})::uuid::text`;

async function addRealms(client: Client, { version, now }: KeycloakFill): Promise<void> {
  await client.query("insert into migration_model values ('lab01', '25.0.6', $1), ('lab02', $2, $3)", [
    Math.floor(now.getTime() / 1000) - 90 * 86_400,
    version,
    Math.floor(now.getTime() / 1000) - 20 * 86_400,
  ]);
  await client.query(
    `insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum)
     select 'lab-' || n, 'keycloak', 'META-INF/jpa-changelog-' || n || '.0.0.xml', $1::timestamp - interval '20 days', n, 'EXECUTED', '9:' || md5(n::text)
     from generate_series(1, 26) n`,
    [now],
  );
  await client.query(
    `insert into realm (id, name, enabled, access_token_lifespan, sso_idle_timeout, sso_max_lifespan, ssl_required, events_enabled)
     values (${id("'master'")}, 'master', true, 60, 1800, 36000, 'EXTERNAL', false), (${id("'mlops'")}, 'mlops', true, 300, 1800, 36000, 'EXTERNAL', true)`,
  );
  await client.query(
    `insert into keycloak_role (id, name, realm_id, client_realm_constraint)
     select ${id("realm.id || role")}, role, realm.id, realm.id from realm, unnest(array['offline_access', 'uma_authorization', 'default-roles']) role`,
  );
  await client.query(
    `insert into keycloak_group (id, name, parent_group, realm_id)
     select ${id("'group' || name")}, name, ' ', ${id("'mlops'")} from unnest(array['mlops', 'mlops-operators', 'mlops-approvers', 'mlops-admins']) name`,
  );
}

async function addClients(client: Client, { clients }: KeycloakFill): Promise<void> {
  for (const { clientId, redirectUri, secret } of clients) {
    await client.query(
      `insert into client (id, enabled, client_id, secret, realm_id, protocol, client_authenticator_type, name)
       values (${id("'client' || $1")}, true, $1::text, $2, ${id("'mlops'")}, 'openid-connect', 'client-secret', $1::text)`,
      [clientId, secret],
    );
    await client.query(`insert into redirect_uris values (${id("'client' || $1::text")}, $2)`, [clientId, redirectUri]);
  }
}

/** Passwords as Keycloak keeps them, hash and salt in `secret_data`; nobody knows what was hashed. */
async function addUsers(client: Client, { seed, size, now }: KeycloakFill): Promise<void> {
  await client.query(
    `insert into user_entity (id, email, email_constraint, email_verified, enabled, first_name, last_name, realm_id, username, created_timestamp)
     select ${id("$1 || 'u' || n")}, 'user' || n || '@example.org', 'user' || n || '@example.org', true, n % 17 <> 0, 'User', n::text, ${id("'mlops'")}, 'user' || n, $2::bigint - n * 36000000::bigint
     from generate_series(1, $3::int) n`,
    [String(seed), now.getTime(), size],
  );
  await client.query(
    `insert into credential (id, type, user_id, created_date, secret_data, credential_data, priority)
     select ${id("'credential' || id")}, 'password', id, created_timestamp,
            jsonb_build_object('value', encode(sha256(convert_to(id, 'UTF8')), 'base64'), 'salt', encode(decode(md5(id), 'hex'), 'base64'), 'additionalParameters', jsonb_build_object())::text,
            '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hash":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}', 10
     from user_entity`,
  );
  await client.query(
    `insert into user_group_membership select g.id, u.id from user_entity u join keycloak_group g on g.name = 'mlops'`,
  );
}

async function addEvents(client: Client, { seed, size, now }: KeycloakFill): Promise<void> {
  await client.query(
    `insert into event_entity (id, client_id, details_json, error, ip_address, realm_id, session_id, event_time, type, user_id)
     select ${id("$1 || 'e' || n")}, 'gitlab', '{"auth_method":"openid-connect"}', case when n % 19 = 0 then 'invalid_user_credentials' end, '192.0.2.' || n % 250, ${id("'mlops'")},
            ${id("$1 || 's' || n")}, $2::bigint - n * 600000::bigint, case when n % 19 = 0 then 'LOGIN_ERROR' else 'LOGIN' end, ${id("$1 || 'u' || 1 + n % $3::int")}
     from generate_series(1, 10 * $3::int) n`,
    [String(seed), now.getTime(), size],
  );
  await client.query(
    `insert into admin_event_entity (id, admin_event_time, realm_id, operation_type, auth_realm_id, resource_path, resource_type)
     select ${id("'admin' || n")}, $1::bigint - n * 86400000::bigint, ${id("'mlops'")}, 'UPDATE', ${id("'master'")}, 'clients/gitlab', 'CLIENT' from generate_series(1, 5) n`,
    [now.getTime()],
  );
}
