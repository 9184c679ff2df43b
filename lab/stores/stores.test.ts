import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { databaseKeyOf, newRailsSecrets, openPlain, openSalted, sealPlain, sealSalted } from "./rails-secrets.ts";
import { newSealingKey, seal, unseal } from "./sealing.ts";

test("an encrypted column opens with the rails secrets it was made with, and with no others", () => {
  const [ours, others] = [databaseKeyOf(newRailsSecrets()), databaseKeyOf(newRailsSecrets())];
  const text = "a token that is longer than one line of base64, ünïcode and all; so there are line ends in it";

  const salted = sealSalted(text, ours);
  const plain = sealPlain(text, ours);

  assert.match(salted.salt, /^_[\w+/]{22}==\n$/);
  assert.match(salted.value, /^[\w+/]{60}\n/);
  assert.equal(openSalted(salted, ours), text);
  assert.equal(openPlain(plain, ours), text);
  assert.throws(() => openPlain(plain, others));
  // Without a tag a wrong key now and then gives something: never the text.
  let opened: string | undefined;
  try {
    opened = openSalted(salted, others);
  } catch {
    opened = undefined;
  }
  assert.notEqual(opened, text);
});

test("a SealedSecret opens with its controller's key, in its own name and namespace alone", async () => {
  const of = { namespace: "keycloak", name: "keycloak-postgresql" };
  const { cert, key } = await newSealingKey();

  const sealed = seal("s3cret", of, cert);

  assert.equal(unseal(sealed, of, key), "s3cret");
  assert.throws(() => unseal(sealed, { ...of, namespace: "gitlab" }, key));
  assert.match(key, /^-----BEGIN RSA PRIVATE KEY-----/);
  assert.ok(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)));
});
