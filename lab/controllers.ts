import type { ArgoCd } from "./argocd/handle.ts";
import { startArgoCd } from "./argocd/index.ts";
import type { CertManager } from "./cert-manager/handle.ts";
import { startCertManager } from "./cert-manager/index.ts";
import type { EnvironmentOptions } from "./environment-options.ts";
import type { LabCluster } from "./kubernetes/index.ts";
import type { Part } from "./part.ts";
import { gitOf, releaseTag, repositoryUrl } from "./repository/repository.ts";
import { ingressCertificate, seedIngressCertificate, seedTexts } from "./seed-cluster.ts";
import type { KeyPair } from "./servers/ingress.ts";

interface ControllerPart extends Part {
  readonly argocd: ArgoCd;
  readonly certManager: CertManager;
}

const folderNames = { development: "dev", staging: "staging", production: "prod" } as const;

/** Argo CD and cert-manager, and what is applied once by hand: the project and the Application of Applications. */
export async function startControllers(
  { name, repository, folder, ledger }: EnvironmentOptions,
  cluster: LabCluster,
  issued: (certificate: KeyPair) => void,
): Promise<ControllerPart> {
  const git = gitOf(repository, [repositoryUrl]);
  const argocd = await startArgoCd({
    cluster,
    git,
    onSynced: (application, { phase, operation }) =>
      ledger.add(`${name}/${application}`, "sync", {
        phase,
        by: operation.initiatedBy?.automated === true ? "argocd" : (operation.initiatedBy?.username ?? "?"),
        info: JSON.stringify(operation.info ?? []),
      }),
  });
  const commit = await git.resolve(repositoryUrl, releaseTag);
  const [root, apps] = await Promise.all([
    git.files(repositoryUrl, commit, `environments/${folderNames[name]}`),
    git.files(repositoryUrl, commit, "argocd-apps"),
  ]);
  seedTexts(cluster, [apps.get("project.yaml"), root.get("root-application.yaml")]);
  seedIngressCertificate(cluster, name);
  const certManager = startCertManager({
    cluster,
    folder: folder.path(name, "cert-manager"),
    onIssued(secret) {
      if (secret.namespace !== ingressCertificate.namespace || secret.name !== ingressCertificate.name) return;
      issued({ cert: `${secret.cert}${secret.ca}`, key: secret.key });
    },
  });
  const close = async (): Promise<void> => void (await Promise.all([argocd.close(), certManager.close()]));
  return { name: `${name} controllers`, argocd, certManager, close };
}
