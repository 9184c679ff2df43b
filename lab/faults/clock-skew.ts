import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

const minute = 60_000;

export const clockSkew: Fault = {
  id: "clock-skew",
  title: "A clock that is wrong",
  really:
    "The environment's GitLab runs 20 to 90 minutes ahead: its Date header and whatever it stamps. Databases and the cluster keep the right time.",
  endsWithLab: true,
  targets: () => inEveryEnvironment("gitlab"),
  async apply(platform, target, random) {
    environmentOf(platform, target).skew(Math.round((20 + random() * 70) * minute));
  },
  async mend(platform, target) {
    environmentOf(platform, target).skew(0);
  },
};
