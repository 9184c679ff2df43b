import { at, scalarAt } from "../../../kernel/tree.ts";
import { isAtLeast, isOff, placeIn, subjectOf } from "../../ask.ts";
import { defineRule, type Manifest } from "../../contract.ts";
import { gitlabExample, gitlabsIn } from "../installed.ts";

const encryptionKeys = [
  "active_record_encryption_primary_key",
  "active_record_encryption_deterministic_key",
  "active_record_encryption_key_derivation_salt",
];

/** The text of a plain Secret that holds rails secrets; undefined for other Secrets and for encoded ones. */
function railsSecretText(manifest: Manifest): string | undefined {
  if (manifest.kind !== "Secret") return undefined;
  return scalarAt(manifest.root, "stringData", "secrets.yml")?.text;
}

export const encryptionKeysMissing = defineRule({
  id: "gitlab-encryption-keys-missing",
  title: "The rails secret lacks the encryption keys of chart 8.8",
  group: "gitlab",
  severity: "high",
  why: "From chart 8.8 on GitLab needs three active_record_encryption keys in the rails secret. The chart's shared-secrets job adds them; where that job is off, whoever made the secret has to add them before the upgrade.",
  sources: ["integratop/gitlab-org-charts-mirror@3403350c8 doc/releases/8_0.md"],
  fix: "Add the three keys to a new secret, name it in global.railsSecrets.secret, and keep the old secret until GitLab is proven.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    for (const configuration of gitlabsIn(configurations)) {
      const job = configuration.setting("shared-secrets", "enabled");
      if (!isAtLeast(configuration.chartVersion, "8.8") || !isOff(job) || job.kind === "absent") continue;
      const { environment } = configuration;
      const secret = manifests.find(
        (manifest) => manifest.environment === environment && railsSecretText(manifest) !== undefined,
      );
      const missing = encryptionKeys.filter(
        (key) => !(secret === undefined ? "" : (railsSecretText(secret) ?? "")).includes(`${key}:`),
      );
      if (secret === undefined) {
        yield {
          kind: "unknown",
          subject: subjectOf(configuration),
          environment,
          at: placeIn(job, configuration),
          why: "shared-secrets.enabled is false, so the rails secret is made by hand, and its keys are not in this repository",
          howToLearn:
            "kubectl get secret -n gitlab RELEASE-rails-secret -o jsonpath='{.data.secrets\\.yml}' | base64 -d | grep -c active_record_encryption (3 is right)",
        };
      } else if (missing.length > 0) {
        yield {
          kind: "finding",
          subject: subjectOf(configuration),
          environment,
          at: secret.file.locate(at(secret.root, "stringData") ?? secret.root),
          message: `the rails secret has no ${missing.join(", ")}`,
          fix: "Generate 32 random characters for each and add them under production: before the sync.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "an old secret kept",
        files: {
          "gitlab.yaml": gitlabExample("9.5.0", "shared-secrets:\n  enabled: false"),
          "secret.yaml":
            "apiVersion: v1\nkind: Secret\nmetadata: {name: gitlab-rails-secret}\nstringData:\n  secrets.yml: |\n    production:\n      secret_key_base: made-at-install\n",
        },
      },
    ],
    passing: [
      { name: "the chart's own job", files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") } },
    ],
    unknown: [
      {
        name: "a secret from elsewhere",
        files: { "gitlab.yaml": gitlabExample("9.5.0", "shared-secrets:\n  enabled: false") },
      },
    ],
  },
});
