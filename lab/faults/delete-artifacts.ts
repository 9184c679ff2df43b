import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const deleteArtifacts: Fault = {
  id: "delete-artifacts",
  title: "A bucket that was emptied",
  really:
    "Every object of MLflow's bucket is deleted, as by a life-cycle rule with the wrong prefix: the registry names models whose files are gone. Mending makes the lab's first files anew.",
  endsWithLab: false,
  targets: () => inEveryEnvironment("mlflow-artifacts"),
  async apply(platform, target) {
    await environmentOf(platform, target).artifacts.empty();
  },
  async mend(platform, target) {
    await environmentOf(platform, target).artifacts.refill();
  },
  isOver: (platform, target) => !environmentOf(platform, target).artifacts.isEmpty(),
};
