import { ingressCertificate } from "../seed-cluster.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const expiredCertificate: Fault = {
  id: "expired-certificate",
  title: "A certificate that is over",
  really:
    "cert-manager's certificate of the way in is replaced by one that ended an hour ago, and renewals fail. The ingress really shows it: nobody who checks can connect.",
  endsWithLab: false,
  targets: () => inEveryEnvironment("ingress"),
  async apply(platform, target) {
    const { certManager } = environmentOf(platform, target);
    certManager.expire(ingressCertificate.namespace, ingressCertificate.name);
    certManager.tick();
  },
  async mend(platform, target) {
    const { certManager } = environmentOf(platform, target);
    certManager.mend(ingressCertificate.namespace, ingressCertificate.name);
    certManager.tick();
  },
};
