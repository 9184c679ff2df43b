import { clockSkew } from "./clock-skew.ts";
import { crashLoop } from "./crash-loop.ts";
import { cutNetwork } from "./cut-network.ts";
import { deadDatabase } from "./dead-database.ts";
import { deleteArtifacts } from "./delete-artifacts.ts";
import { dropDatabase } from "./drop-database.ts";
import { expiredCertificate } from "./expired-certificate.ts";
import { failingMigration } from "./failing-migration.ts";
import type { Fault } from "./fault.ts";
import { flipByte } from "./flip-byte.ts";
import { fullDisk } from "./full-disk.ts";
import { handEdit } from "./hand-edit.ts";
import { imageGone } from "./image-gone.ts";
import { revokedToken } from "./revoked-token.ts";
import { slowMigration } from "./slow-migration.ts";
import { slowNetwork } from "./slow-network.ts";
import { wrongSecret } from "./wrong-secret.ts";

/** Every fault of the lab. */
export const faults: readonly Fault[] = [
  handEdit,
  expiredCertificate,
  deadDatabase,
  crashLoop,
  imageGone,
  revokedToken,
  wrongSecret,
  fullDisk,
  slowNetwork,
  cutNetwork,
  slowMigration,
  failingMigration,
  clockSkew,
  flipByte,
  dropDatabase,
  deleteArtifacts,
];
