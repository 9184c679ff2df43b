import { flipByte as flip, isTurnedBack, turnBack } from "../backups/flip-byte.ts";
import { environmentOf, type Fault, inEveryEnvironment } from "./fault.ts";

export const flipByte: Fault = {
  id: "flip-byte",
  title: "A bit that turned on the backups' disk",
  really:
    "One bit of one pack in the environment's backup repository is turned, as a disk does that is old; the file keeps its size and its times. Which one the seed says.",
  endsWithLab: false,
  targets: () => inEveryEnvironment("backups"),
  async apply(platform, target, random) {
    flip(environmentOf(platform, target).repository, random);
  },
  async mend(platform, target) {
    turnBack(environmentOf(platform, target).repository);
  },
  isOver: (platform, target) => isTurnedBack(environmentOf(platform, target).repository),
};
