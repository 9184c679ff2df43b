import { type ServiceKey, serviceKey } from "../../access/route.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import type { SignedReport } from "../drill/report.ts";
import type { Calls } from "./calls.ts";
import { type BackedUpEnvironment, type BackupsBinding, callsFor, declaredFor } from "./config.ts";
import { heldBackups } from "./read.ts";
import type { ShownPrune } from "./shown-prune.ts";
import type { BackupState } from "./state.ts";

/** What routes and the overview ask of the backups. */
export interface BackupService {
  /** Those that are declared. */
  environments(): readonly BackedUpEnvironment[];
  /** For how long after its backup was taken a receipt is worth something. */
  receiptHours(): number;
  state(store: Store, environment: string, now: Instant): Promise<BackupState | undefined>;
  /** Of the environments of the platform of which none are declared. */
  undeclared(store: Store, now: Instant): Promise<readonly BackupState[]>;
  /** What retention would remove at this moment: the repository is asked. */
  prunable(store: Store, environment: string, signal: AbortSignal): Promise<ShownPrune>;
  /** The runner's verbs, for what only the repository tells. Throws `InputError` where no backups are declared. */
  calls(environment: string, signal: AbortSignal): Calls;
  /** A drill's report as one page. */
  drillAsHtml(signed: SignedReport): string;
}

export const backupsKey: ServiceKey<BackupService> = serviceKey("backups");

interface States {
  readonly stateOf: (store: Store, declared: BackedUpEnvironment, now: Instant) => Promise<BackupState>;
  readonly undeclared: (store: Store, now: Instant) => Promise<readonly BackupState[]>;
}

export function backupService(
  binding: BackupsBinding,
  { stateOf, undeclared }: States,
  drillAsHtml: BackupService["drillAsHtml"],
): BackupService {
  return {
    drillAsHtml,
    undeclared,
    environments: () => binding.config().environments,
    receiptHours: () => binding.config().receiptHours,
    async state(store, environment, now) {
      const declared = declaredFor(binding, environment);
      return declared === undefined ? undefined : stateOf(store, declared, now);
    },
    async prunable(store, environment, signal) {
      return callsFor(binding, environment, signal).showPrune(await heldBackups(store, environment));
    },
    calls: (environment, signal) => callsFor(binding, environment, signal),
  };
}
