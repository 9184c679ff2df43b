import { backupLines } from "./a-backup.ts";
import { gitlabLines } from "./a-gitlab.ts";
import { healthLines } from "./a-health.ts";
import { mlflowLines } from "./a-mlflow.ts";
import { securityLines } from "./a-security.ts";
import { sharinghubLines } from "./a-sharinghub.ts";
import { testingLines } from "./a-testing.ts";
import { versionLines } from "./a-versions.ts";
import { commandLines } from "./b-commands.ts";
import { practiceLines } from "./b-practice.ts";
import { regularLines } from "./b-regular.ts";
import { scheduleLines } from "./b-schedule.ts";
import { seldomLines } from "./b-seldom.ts";
import type { GuideLine } from "./line.ts";

export { corrections } from "./corrections.ts";
export { requirements } from "./requirements.ts";

/** Every line of both guides, A first, in the order of its own sections. */
export const guideLines: readonly GuideLine[] = [
  ...versionLines,
  ...gitlabLines,
  ...sharinghubLines,
  ...mlflowLines,
  ...backupLines,
  ...securityLines,
  ...healthLines,
  ...testingLines,
  ...regularLines,
  ...seldomLines,
  ...commandLines,
  ...scheduleLines,
  ...practiceLines,
];
