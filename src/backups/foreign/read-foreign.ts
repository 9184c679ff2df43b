import { messageOf, SystemError } from "../../kernel/errors.ts";
import { type Fact, unknown } from "../../kernel/fact.ts";
import type { KubeReader, KubeWriter } from "../../kernel/kube.ts";
import type { ForeignBackup } from "../../platform/server-foreign.ts";
import { readCloudNativePg } from "./cloudnative-pg.ts";
import type { ForeignSeen } from "./foreign.ts";
import { readPgBackRest } from "./pgbackrest.ts";
import { readVelero } from "./velero.ts";
import { readVolumeSnapshots } from "./volume-snapshots.ts";

export interface ForeignFound {
  readonly store: string;
  readonly by: ForeignBackup["by"];
  /** As a person would name it: `Velero, schedule nightly`. */
  readonly what: string;
  readonly seen: Fact<ForeignSeen>;
}

/** Who looks: the observer's account at objects, the runner's where a program has to be run. */
export interface ForeignEyes {
  readonly observer: () => Promise<KubeReader>;
  readonly runner: () => Promise<KubeWriter>;
}

/** All that others back up, one after another; what could not be asked is *unknown*. */
export async function readForeign(
  declared: readonly ForeignBackup[],
  eyes: ForeignEyes,
): Promise<readonly ForeignFound[]> {
  const found: ForeignFound[] = [];
  for (const one of declared)
    found.push({
      store: `${one.component}/${one.store}`,
      by: one.by,
      what: nameOf(one),
      seen: await orUnknown(one, eyes),
    });
  return found;
}

async function orUnknown(one: ForeignBackup, eyes: ForeignEyes): Promise<Fact<ForeignSeen>> {
  try {
    return await readOne(one, eyes);
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return unknown(messageOf(thrown), "millwright doctor access, with the account of clusters[].kubeconfig");
  }
}

async function readOne(one: ForeignBackup, { observer, runner }: ForeignEyes): Promise<Fact<ForeignSeen>> {
  switch (one.by) {
    case "velero":
      return readVelero(one, await observer());
    case "cloudnative-pg":
      return readCloudNativePg(one, await observer());
    case "volume-snapshot":
      return readVolumeSnapshots(one, await observer());
    case "pgbackrest":
      return readPgBackRest(one, one.cronJob === undefined ? await runner() : await observer(), runner);
  }
}

export function nameOf(one: ForeignBackup): string {
  switch (one.by) {
    case "velero":
      return `Velero${one.schedule === undefined ? "" : `, schedule ${one.schedule}`}, of the namespace ${one.saves}`;
    case "cloudnative-pg":
      return `CloudNativePG, cluster ${one.namespace}/${one.cluster}`;
    case "volume-snapshot":
      return `snapshots of the volume ${one.namespace}/${one.claim}`;
    case "pgbackrest":
      return `pgBackRest${one.stanza === undefined ? "" : `, stanza ${one.stanza}`}`;
  }
}
