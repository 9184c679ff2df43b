import assert from "node:assert/strict";
import { test } from "node:test";
import { ParsedFile } from "../inventory/source-file.ts";
import { credentialsIn } from "./credentials.ts";

const find = (path: string, text: string): readonly string[] =>
  credentialsIn(new ParsedFile(path, text)).map(({ what, name, at }) =>
    `${at.line}:${at.column} ${what} ${name}`.trim(),
  );

/** Made up here, in the issuers' forms; put together so that no scanner takes this file for a leak. */
const random = "Zk3PqW9vTn2Rb6YsLd8JhXc5GmUaEf4o";
const tokens: Readonly<Record<string, string>> = {
  "AWS access key": `AKIA${"Q3ZKP7WVTNRB6YSL"}`,
  "GitLab token": `glpat-${random.slice(0, 20)}`,
  "GitHub token": `ghp_${random}abcd`,
  "Slack token": `xoxb-${random}`,
  "Slack webhook": `https://hooks.slack.com/services/T0AB12CD3/B0AB12CD3/${random.slice(0, 24)}`,
  "Google API key": `AIza${random}abc`,
  "Hugging Face token": `hf_${random}ab`,
  "private key": `-----BEGIN RSA PRIVATE KEY-----\n${random}${random}\n-----END RSA PRIVATE KEY-----`,
  "password in a URL": `postgresql://mlflow:${random.slice(0, 12)}@db.shop:5432/mlflow`,
};

for (const [what, token] of Object.entries(tokens)) {
  test(`a ${what} is known by its form in any text file`, () => {
    for (const [path, text] of [
      ["notes.txt", `before ${token} after\n`],
      ["values.yaml", `a:\n  b: "${token.replaceAll("\n", "\\n")}"\n`],
      ["script.sh", `curl '${token}'\r\n`],
      ["main.tf", `x = "${token}"\n`],
    ] as const) {
      const found = credentialsIn(new ParsedFile(path, text));
      assert.ok(
        found.some((credential) => credential.what === what && credential.certainty === "shape"),
        path,
      );
    }
  });

  test(`a ${what} inside a longer word, or made of placeholders, is none`, () => {
    if (what === "private key" || what.includes("URL") || what === "Slack webhook") return;
    assert.deepEqual(find("notes.txt", `prefix${token}\n`), []);
    assert.deepEqual(find("notes.txt", `${token.slice(0, 8)}${"x".repeat(40)}\n`), []);
  });
}

test("a token that repeats itself was typed, not issued", () => {
  assert.deepEqual(find("a.txt", `x AKIA${"JX7X".repeat(4)} glpat-${"ab".repeat(12)} y\n`), []);
});

test("a public key, a certificate and the name of a header are no secrets", () => {
  const text = `-----BEGIN PUBLIC KEY-----\n${random}\n-----BEGIN CERTIFICATE-----\n${random}\ngrep "BEGIN RSA PRIVATE KEY-----" file\n`;
  assert.deepEqual(find("notes.txt", text), []);
});

test("a URL without a password, with a reference or a placeholder for one, is fine", () => {
  for (const password of [
    "",
    ":$PASSWORD",
    ":${PASSWORD}",
    ":{{ .Values.password }}",
    ":<password>",
    ":changeme",
    ":***",
  ])
    assert.deepEqual(find("a.txt", `url: https://user${password}@example.org/x\n`), [], password);
});

test("a password for a domain that is kept for documents, or for this machine alone, is made up", () => {
  for (const host of ["example.org", "git.example.com", "db.test", "x.invalid", "a.example", "localhost", "127.0.0.1"])
    assert.deepEqual(find("a.txt", `url: https://me:Vq7Lk29xTz4@${host}/x\n`), [], host);
  for (const host of ["db", "example.org.evil.io", "myexample.org", "10.0.0.1"])
    assert.equal(find("a.txt", `url: https://me:Vq7Lk29xTz4@${host}/x\n`).length, 1, host);
});

test("the password of a URL is told by whose it is, and never shown", () => {
  const [found] = credentialsIn(new ParsedFile("a.txt", tokens["password in a URL"] ?? ""));
  assert.equal(found?.name, "postgresql://mlflow@db.shop");
  assert.equal(found?.hint, "… (12 characters)");
});

const secret = (section: string, body: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\n${section}:\n${body}`;

test("a Secret's values are in clear, also in Base64, each at its place", () => {
  const encoded = Buffer.from("Vq7-Lk29xTz4").toString("base64");
  assert.deepEqual(find("a.yaml", secret("stringData", "  password: Vq7-Lk29xTz4\n  token: abcdef12\n")), [
    "5:13 Kubernetes Secret Secret shop/db password",
    "6:10 Kubernetes Secret Secret shop/db token",
  ]);
  assert.deepEqual(find("a.yaml", secret("data", `  password: ${encoded}\n`)), [
    "5:13 Kubernetes Secret Secret shop/db password",
  ]);
});

test("a Secret's user, host and certificate, placeholders and templates are fine", () => {
  const placeholder = Buffer.from("changeme").toString("base64");
  const body = `  username: admin\n  POSTGRES_HOST: db.shop\n  ca.crt: abcdefgh\n  password: "{{ .password }}"\n  other: <fill in>\n`;
  assert.deepEqual(find("a.yaml", secret("stringData", body)), []);
  assert.deepEqual(find("a.yaml", secret("data", `  password: ${placeholder}\n`)), []);
});

test("sealed, external and referenced secrets are fine", () => {
  const sealed = `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: x }\nspec:\n  encryptedData:\n    password: Ag${random.repeat(5)}\n`;
  const external = `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec:\n  data:\n    - secretKey: password\n      remoteRef: { key: shop/db, property: Vq7Lk29xTz4a }\n`;
  const used = `kind: Pod\nspec:\n  containers:\n    - env:\n        - name: DB_PASSWORD\n          valueFrom: { secretKeyRef: { name: db-credentials-2024, key: password } }\n`;
  for (const text of [sealed, external, used]) assert.deepEqual(find("a.yaml", text), []);
});

test("a random value under a secret-sounding name is suspected, wherever such names are written", () => {
  const value = "tR7-wq2Lk9vXz4Np";
  for (const [path, text, place] of [
    ["values.yaml", `auth:\n  adminPassword: ${value}\n`, "2:18 secret auth.adminPassword"],
    ["pod.yaml", `kind: Pod\nenv:\n  - name: DB_PASSWORD\n    value: ${value}\n`, "4:12 secret DB_PASSWORD"],
    ["compose.yaml", `services:\n  a:\n    environment:\n      - DB_PASSWORD=${value}\n`, "4:9 secret DB_PASSWORD"],
    ["args.yaml", `args: ["--db-password=${value}"]\n`, "1:9 secret db-password"],
    [
      "kustomization.yaml",
      `secretGenerator:\n  - name: x\n    literals:\n      - client-secret=${value}\n`,
      "4:9 secret client-secret",
    ],
    [".env", `API_KEY=${value}\n`, "1:9 secret API_KEY"],
    ["prod.env", `export DB_PASSWORD="${value}"\n`, "1:21 secret DB_PASSWORD"],
    ["run.sh", `TOKEN='${value}'\n`, "1:8 secret TOKEN"],
    [
      "make.sh",
      `kubectl create secret generic x --from-literal=client-secret=${value} -n y\n`,
      `1:62 secret client-secret`,
    ],
    ["main.tf", `  password = "${value}"\n`, "1:15 secret password"],
    ["x.tfvars", `db_password="${value}"\n`, "1:14 secret db_password"],
    ["Dockerfile", `FROM a:1\nENV DB_PASSWORD=${value}\n`, "2:17 secret DB_PASSWORD"],
    ["x.json", `{"clientSecret": "${value}"}\n`, "1:19 secret clientSecret"],
  ] as const)
    assert.deepEqual(find(path, text), [place], path);
});

test("what only names, points to or describes a secret is no secret", () => {
  for (const value of [
    "",
    "mlflow-postgres",
    "mlflow-postgres-2024",
    "postgres-password",
    "${DB_PASSWORD}",
    "$DB_PASSWORD",
    "{{ .Values.password }}",
    "vault:secret/data/db#password",
    "ENC[AES256_GCM,data:abcdef,iv:1]",
    "/run/secrets/db-password",
    "./secrets/token1",
    "https://vault.example.org/v1/secret",
    "db.example.org:5432",
    "changeme123",
    "your-token-here-1234",
    "<PASSWORD-1>",
    "2024-05-01T10:00",
    "xxxxxxxxxxxxxxxx1",
    "********",
    "true",
    "aaaaaaaaaaaa",
    "readOnlyRootFilesystem",
  ]) {
    assert.deepEqual(find("values.yaml", `auth:\n  password: "${value}"\n`), [], value);
    assert.deepEqual(find("a.env", `PASSWORD="${value}"\n`), [], value);
  }
  for (const key of [
    "existingSecret",
    "passwordFile",
    "tokenUrl",
    "secretName",
    "tokenLifetime",
    "passwordSecretRef",
    "publicKey",
  ])
    assert.deepEqual(find("values.yaml", `auth:\n  ${key}: tR7wq2Lk9vXz4Np\n`), [], key);
});

test("an expression of Terraform is no value", () => {
  assert.deepEqual(find("main.tf", "  password = random_password.db2.result\n  token = var.token_v2_value\n"), []);
});

test("hostile files end in time and find nothing", () => {
  for (const text of [
    `${"a".repeat(200_000)}://`,
    `x: ${"password".repeat(20_000)}`,
    `-----BEGIN ${"A ".repeat(50_000)}PRIVATE KEY-----`,
    `${"--from-literal".repeat(10_000)}\n`,
    `http://${"a:".repeat(50_000)}`,
    "\u0000\ufffd\ud800 password=\u202e",
  ]) {
    assert.deepEqual(find("a.sh", text), [], text.slice(0, 30));
    assert.deepEqual(find("a.yaml", text), [], text.slice(0, 30));
  }
});
