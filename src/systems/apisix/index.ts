import type { System } from "../contract.ts";

export const apisix: System = {
  id: "apisix",
  title: "Apache APISIX",
  recognition: {
    charts: ["apisix", "apisix-ingress-controller"],
    images: ["apache/apisix", "apache/apisix-ingress-controller", "apache/apisix-dashboard"],
    apiGroups: ["apisix.apache.org"],
  },
};
