import { type FenceOptions, giveBackHeld } from "../backups/fence/fence.ts";
import { gitlabPart } from "../backups/fence/gitlab.ts";
import type { FencePart } from "../backups/fence/part.ts";
import { WorkloadPart } from "../backups/fence/workload.ts";
import { InputError } from "../kernel/errors.ts";
import type { BackupPlace } from "./backup-places.ts";
import type { Shell } from "./shell.ts";

/** What the declared fence holds, in its order, by this account; `workloads`: without GitLab's maintenance mode. */
export async function fenceParts(
  { place, shell }: { readonly place: BackupPlace; readonly shell: Shell },
  account: BackupPlace["changer"],
  only: "workloads" | "all" = "all",
): Promise<readonly FencePart[]> {
  const { fence } = place.declared;
  if (fence === undefined)
    throw new InputError(`No fence is declared for ${place.environment}: nothing is held there.`);
  const parts: FencePart[] = [];
  if (fence.gitlab !== undefined && only === "all") {
    const token = await place.secret(fence.gitlab.token);
    parts.push(gitlabPart({ url: fence.gitlab.url, token }, shell.http, () => shell.clock.now()));
  }
  if (fence.scaleDown.length > 0) {
    const cluster = await account();
    parts.push(...fence.scaleDown.map((target) => new WorkloadPart(target, cluster)));
  }
  return parts;
}

/** What an attempt before could not give back is given back now, also where nothing was left to be restored. */
export async function givenBack(fence: FenceOptions | undefined, left: readonly string[]): Promise<readonly string[]> {
  return fence === undefined || left.length > 0 ? left : giveBackHeld(fence.parts, fence.by);
}
