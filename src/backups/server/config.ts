import type { BackupRunner } from "../../kernel/backup-runner.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Backups } from "../../platform/server-backups.ts";
import type { Store } from "../../store/store.ts";
import { Calls } from "./calls.ts";

export type BackedUpEnvironment = Backups["environments"][number];

/** What the server's side of backups works with. */
export interface BackupsBinding {
  readonly store: Store;
  /** `backups` of the configuration in force. */
  readonly config: () => Backups;
  readonly runner: BackupRunner;
}

export function declaredFor(
  { config }: Pick<BackupsBinding, "config">,
  environment: string,
): BackedUpEnvironment | undefined {
  return config().environments.find((one) => one.environment === environment);
}

export function storeNames({ stores }: Pick<BackedUpEnvironment, "stores">): readonly string[] {
  return stores.map(({ component, store }) => `${component}/${store}`);
}

export function rpoHoursOf({ objectives, rpoHours }: BackedUpEnvironment, store: string): number {
  return objectives.find((one) => one.store === store)?.rpoHours ?? rpoHours;
}

export function rtoMinutesOf({ objectives, rtoMinutes }: BackedUpEnvironment, store: string): number {
  return objectives.find((one) => one.store === store)?.rtoMinutes ?? rtoMinutes;
}

/** The runner's verbs for an environment. Throws `InputError` where no backups of it are declared. */
export function callsFor(binding: BackupsBinding, environment: string, signal: AbortSignal): Calls {
  if (declaredFor(binding, environment) === undefined) throw new InputError(notDeclared(environment));
  return new Calls(binding.runner, environment, signal);
}

export function notDeclared(environment: string): string {
  return `no backups of ${environment} are declared; name its repository and stores under backups of the server's configuration (docs/backups.md)`;
}
