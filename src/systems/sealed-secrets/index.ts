import { isScheduled, runs } from "../backup-evidence.ts";
import { defineRule, type System } from "../contract.ts";

const saving = /sealed-?secrets?(?:\.bitnami\.com\/sealed-secrets)?-key|sealedsecrets\.bitnami\.com/;

const sealed =
  "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: web, namespace: web}\nspec: {encryptedData: {key: AgB}}\n";

const keyNotSaved = defineRule({
  id: "backups-sealing-key",
  title: "The key that opens the SealedSecrets is in no backup",
  group: "backups",
  severity: "high",
  why: "A SealedSecret opens only with the controller's key, which lives in the cluster alone. When the cluster is lost, every SealedSecret in Git is lost with it, and each secret has to be made anew at its source.",
  sources: [
    "EOEPCA/eoepca-plus@dc7bcb3 (all sealed secrets regenerated)",
    "https://github.com/bitnami-labs/sealed-secrets (how to back up the keys)",
  ],
  fix: "Save the secrets with the label sealedsecrets.bitnami.com/sealed-secrets-key, encrypted, outside the cluster, after each key renewal. If it is done by hand, suppress this with who does it and where the key lies.",
  needs: ["manifests", "scripts"],
  *check({ manifests, scripts }) {
    const [first] = manifests.filter(
      ({ kind, file }) => kind === "SealedSecret" && !/(^|\/)templates\//.test(file.path),
    );
    if (first === undefined || runs(saving, { manifests, scripts })) return;
    const covered = ["kube-system", "sealed-secrets"].some((namespace) => isScheduled(namespace, manifests));
    if (covered) return;
    yield {
      kind: "finding",
      subject: "sealed-secrets/key",
      at: first.file.locate(first.root),
      message: "this repository keeps SealedSecrets, and nothing in it saves the key that opens them",
      fix: "Add a job: kubectl get secret -A -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml, encrypted, to a place outside the cluster.",
    };
  },
  examples: {
    failing: [{ name: "secrets without their key", files: { "secret.yaml": sealed } }],
    passing: [
      {
        name: "a script saves the key",
        files: {
          "secret.yaml": sealed,
          "save-key.sh":
            '#!/bin/sh\nkubectl get secret -A -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml | age -r "$KEY" > key.age\n',
        },
      },
    ],
  },
});

export const sealedSecrets: System = {
  id: "sealed-secrets",
  title: "Sealed Secrets",
  recognition: {
    charts: ["sealed-secrets"],
    images: ["bitnami/sealed-secrets-controller", "bitnami-labs/sealed-secrets-controller"],
    repositories: ["bitnami-labs/sealed-secrets"],
    apiGroups: ["bitnami.com"],
  },
  rules: [keyNotSaved],
  keeps: [
    {
      id: "key",
      title: "the key that opens the SealedSecrets",
      // Those that the account may see are taken with any namespace.
      heldBy: [{ kind: "kubernetes", plural: "secrets", namespace: undefined }],
      sources: ["https://github.com/bitnami-labs/sealed-secrets (how to back up the keys)"],
    },
  ],
};
