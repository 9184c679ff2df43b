import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const slowNetwork: Fault = {
  id: "slow-network",
  title: "A slow network",
  really: "Every answer through the environment's ingress waits 2 to 6 seconds; between the parts nothing changes.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("ingress"),
  async apply(platform, target, random) {
    environmentOf(platform, target).ingress.trouble({ slowMs: 2_000 + Math.floor(random() * 4_000) });
  },
  async mend(platform, target) {
    environmentOf(platform, target).ingress.trouble({});
  },
};
