import { isExamplePath } from "../platform/example-path.ts";
import { type Credential, defineRule, type Rule, type Verdict } from "../systems/contract.ts";

const deployment = (value: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example.org/shop/web:1.4.2
          env:
            - name: DB_PASSWORD
              ${value}
`;

/** A made-up password may stand in an example; whatever could be a real one leaked there as anywhere else. */
function isMadeUp({ simple, at }: Credential): boolean {
  return simple === true && isExamplePath(at.file);
}

/** The keys of one Secret are one finding: whoever mends it mends them together. */
function subjectOf({ name, what }: Credential): string {
  if (name === "") return `credential/${what}`;
  return `credential/${/^Secret \S+\/\S*/.exec(name)?.[0] ?? name}`;
}

function verdict(credential: Credential): Verdict {
  const { commit } = credential;
  return {
    kind: "finding",
    subject: subjectOf(credential),
    key: [credential.what, credential.mark, commit === undefined ? undefined : "in the past"].filter(Boolean).join(" "),
    environment: credential.environment,
    at: credential.at,
    ...(isMadeUp(credential) ? { severity: "low" as const } : {}),
    message: `${clearly(credential)}${commit === undefined ? "" : `, in commit ${commit.slice(0, 10)}; it is no longer in the tree`}: ${credential.hint}.${isMadeUp(credential) ? " Counted low: a simple value in an example." : ""}`,
    fix:
      commit === undefined
        ? "Replace it at its issuer first (it stays in Git's history), then let the file refer to a Secret, a SealedSecret or an ExternalSecret."
        : "Replace it at its issuer, if that was not done: everyone who ever cloned the repository has it. Rewriting the history does not take it back.",
  };
}

function clearly({ name, what }: Credential): string {
  if (what === "secret") return `"${name}" looks like a secret in clear`;
  return `${what} in clear${name === "" ? "" : ` (${name})`}`;
}

const why =
  "Everyone who ever cloned the repository has it, also after the line is gone. Rotating the secret is the only cure; removing the line only stops the next leak.";
const sources = [
  "guide A: secrets by Sealed Secrets or the External Secrets Operator",
  "eoepca-plus: OIDC client secrets in clear in ApisixRoute manifests (facts, platform §1.3)",
];

const credentialInClear: Rule = defineRule({
  id: "secrets-in-clear",
  title: "A secret stands in clear in the repository",
  group: "secrets",
  severity: "critical",
  why,
  sources,
  fix: "Replace the secret at its issuer, then refer to it instead of writing it.",
  needs: ["credentials"],
  *check({ credentials }) {
    for (const credential of credentials) if (credential.certainty === "shape") yield verdict(credential);
  },
  examples: {
    failing: [
      {
        name: "a Secret with its value",
        files: {
          "db.yaml":
            "apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData:\n  password: Vq7-Lk29xTz4\n",
        },
      },
      {
        name: "a password in a database's address",
        files: { "values.yaml": "backendStoreUri: postgresql://mlflow:Vq7Lk29xTz4@db.shop:5432/mlflow\n" },
      },
    ],
    passing: [
      {
        name: "a SealedSecret",
        files: {
          "db.yaml": `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: db, namespace: shop }\nspec:\n  encryptedData:\n    password: Ag${"Ab3x".repeat(40)}\n`,
        },
      },
      {
        name: "a Secret to be filled in",
        files: {
          "db.yaml":
            "apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData:\n  password: changeme\n",
        },
      },
    ],
  },
});

const secretLooking: Rule = defineRule({
  id: "secrets-suspected",
  title: "A value under a secret-sounding name looks like a secret in clear",
  group: "secrets",
  severity: "high",
  why,
  sources,
  fix: "If it is one: replace it at its issuer, then refer to it. If it is not: suppress this finding with the reason.",
  needs: ["credentials"],
  *check({ credentials }) {
    for (const credential of credentials) if (credential.certainty === "entropy") yield verdict(credential);
  },
  examples: {
    failing: [
      { name: "an environment variable with a password", files: { "web.yaml": deployment("value: tR7-wq2Lk9vXz4Np") } },
    ],
    passing: [
      {
        name: "the variable comes from a Secret",
        files: { "web.yaml": deployment("valueFrom: { secretKeyRef: { name: db, key: password } }") },
      },
      {
        name: "an expression of Terraform",
        files: {
          "tunnel.tf": 'resource "tunnel" "web" {\n  secret = base64encode(random_password.tunnel.result)\n}\n',
        },
      },
      {
        name: "the name of a Secret, not its value",
        files: { "values.yaml": "auth:\n  existingSecret: mlflow-postgres-2024\n  secretKey: postgres-password\n" },
      },
    ],
  },
});

/** Secrets in clear. */
export const credentialRules: readonly Rule[] = [credentialInClear, secretLooking];
