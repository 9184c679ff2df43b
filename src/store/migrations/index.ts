import { migration0001 } from "./0001-generation.ts";
import { migration0002 } from "./0002-sealed-secrets.ts";
import { migration0010 } from "./0010-access.ts";
import { migration0011 } from "./0011-worker.ts";
import { migration0012 } from "./0012-session-names.ts";
import { migration0020 } from "./0020-journal.ts";
import { migration0030 } from "./0030-notices.ts";
import { migration0040 } from "./0040-calendar.ts";
import { migration0041 } from "./0041-work-procedures.ts";
import { migration0050 } from "./0050-engine.ts";
import { migration0060 } from "./0060-observations.ts";
import { migration0070 } from "./0070-findings.ts";
import { migration0071 } from "./0071-configuration.ts";
import { migration0075 } from "./0075-freshness.ts";
import { migration0076 } from "./0076-forge.ts";
import { migration0080 } from "./0080-incidents.ts";
import { migration0090 } from "./0090-live.ts";
import { migration0091 } from "./0091-renewals.ts";
import { migration0092 } from "./0092-change-marks.ts";
import { migration0100 } from "./0100-backups.ts";
import { migration0101 } from "./0101-foreign-backups.ts";
import { migration0102 } from "./0102-second-and-drills.ts";
import { migration0103 } from "./0103-asked-again.ts";
import { migration0104 } from "./0104-component-holds.ts";
import { migration0105 } from "./0105-held-alerts.ts";
import { migration0106 } from "./0106-log-moments.ts";
import { migration0107 } from "./0107-backups-proven.ts";
import { migration0108 } from "./0108-incidents-well.ts";
import { migration0109 } from "./0109-backup-removals.ts";
import { migration0110 } from "./0110-proven-of-stores.ts";
import type { Migration } from "./migration.ts";

/**
 * Every migration, by number. The ranges of the first release: 0001 the store itself, 0010 access, 0020 journal, 0030 notices,
 * 0040 calendar, 0050 engine, 0060 observations, 0070 findings, 0080 incidents. After it: the next number.
 */
export const migrations: readonly Migration[] = [
  migration0001,
  migration0002,
  migration0010,
  migration0011,
  migration0012,
  migration0020,
  migration0030,
  migration0040,
  migration0041,
  migration0050,
  migration0060,
  migration0070,
  migration0071,
  migration0075,
  migration0076,
  migration0080,
  migration0090,
  migration0091,
  migration0092,
  migration0100,
  migration0101,
  migration0102,
  migration0103,
  migration0104,
  migration0105,
  migration0106,
  migration0107,
  migration0108,
  migration0109,
  migration0110,
];
