import { InputError } from "../kernel/errors.ts";
import { foreignSeal } from "./repository/catalogue.ts";
import type { Repository, StoredSnapshot } from "./repository/restic.ts";

export interface OwnRepository {
  readonly id: string;
  readonly snapshots: readonly StoredSnapshot[];
}

/** The repository's id and what lies in it; throws when it holds backups of another environment or installation. */
export async function ownRepository({
  repository,
  environment,
  installation,
  signal,
}: {
  readonly repository: Repository;
  readonly environment: string;
  readonly installation: string;
  readonly signal: AbortSignal;
}): Promise<OwnRepository> {
  const listing = repository.snapshots(signal);
  listing.catch(() => undefined); // the id is the better question where there is no repository
  const id = await repository.id(signal);
  if (id === undefined)
    throw new InputError(
      `there is no repository yet, or its folder is not mounted; make it once: millwright backup init --environment ${environment}`,
    );
  const snapshots = await listing;
  refuseOthers(snapshots, { installation, environment });
  return { id, snapshots };
}

/** Throws where it holds backups of another environment or installation: what is ours to add to, or to remove from, holds none. */
export function refuseOthers(
  snapshots: readonly StoredSnapshot[],
  { installation, environment }: { readonly installation: string; readonly environment: string },
): void {
  const foreign = foreignSeal(snapshots, { installation, environment });
  if (foreign !== undefined)
    throw new InputError(
      `this repository holds backups of ${foreign.environment} of ${foreign.installation}, and this is ${environment} of ${installation}: each environment has a repository of its own`,
    );
}
