import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const cutNetwork: Fault = {
  id: "cut-network",
  title: "A network that is cut",
  really: "The environment's ingress drops every connection without an answer.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("ingress"),
  async apply(platform, target) {
    environmentOf(platform, target).ingress.trouble({ cut: true });
  },
  async mend(platform, target) {
    environmentOf(platform, target).ingress.trouble({});
  },
};
