import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseKeyOf, newRailsSecrets } from "../../../../lab/stores/rails-secrets.ts";
import { databaseWith } from "../../others/prove.test-support.ts";
import { testPorts } from "../../own.test-support.ts";
import { railsKeysIn } from "./rails-keys.ts";
import { sealToken } from "./sealed-values.test-support.ts";
import { TriedKeys } from "./tried-keys.ts";

const secrets = { own: newRailsSecrets(), foreign: newRailsSecrets() };

function keysOf(name: keyof typeof secrets) {
  const data = { "secrets.yml": Buffer.from(secrets[name]).toString("base64") };
  return { name, keys: railsKeysIn([{ name, data }]) ?? assert.fail() };
}

test("where no key is refused, that which opened something is the best, wherever it stands", async () => {
  const token = sealToken("glrt-1", databaseKeyOf(secrets.own), true);
  const db = await testPorts.connectSource(
    await databaseWith(
      `create table projects (id bigint, runners_token_encrypted varchar); insert into projects values (1, '${token}')`,
    ),
  );
  const tried = new TriedKeys([keysOf("foreign"), keysOf("own")]);
  await tried.tryOn(db, { progress: () => undefined, signal: new AbortController().signal });
  await db.close();
  assert.deepEqual([tried.best?.source, tried.best?.opened.tried, tried.best?.opened.unclear.size], ["own", 1, 0]);
});
