import { Events } from "../kubernetes/events.ts";
import { Certificates } from "./certificates.ts";
import { certManagerObjects } from "./definitions.ts";
import type { CertManager, CertManagerOptions } from "./handle.ts";
import { stepIngresses } from "./ingress-shim.ts";
import { Issuer } from "./issuer.ts";

export type { CertManager, CertManagerOptions, IssuedSecret } from "./handle.ts";

/** cert-manager's behaviour over the lab's API server; certificates, their Secrets and their faults are all in the cluster. */
export function startCertManager(options: CertManagerOptions): CertManager {
  const { cluster, everyMs = 1000 } = options;
  for (const object of certManagerObjects)
    if (cluster.store.all(object.kind).every(({ metadata }) => metadata.name !== object.metadata.name))
      cluster.seed([object]);
  const issuer = new Issuer(options.folder);
  const certificates = new Certificates({
    cluster,
    issuer,
    events: new Events(cluster.store, "cert-manager-certificates-issuing"),
    now: options.now ?? (() => cluster.store.now()),
    onIssued: options.onIssued ?? (() => undefined),
  });
  const tick = (): void => {
    stepIngresses(cluster.store);
    certificates.step();
  };
  tick();
  certificates.announce();
  const timer = everyMs === 0 ? undefined : setInterval(tick, everyMs);
  return {
    ca: issuer.ca,
    tick,
    expire: (namespace, name) => certificates.expire(namespace, name),
    mend: (namespace, name) => certificates.mend(namespace, name),
    close: async () => clearInterval(timer),
  };
}
