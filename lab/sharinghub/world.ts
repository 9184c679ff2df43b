import type { TimedCache } from "./cache.ts";
import type { Project } from "./gitlab.ts";

export interface RegisteredModel {
  readonly name: string;
  readonly version: string;
  readonly runId: string;
  readonly artifact: string;
}

/** What SharingHub's routes see. */
export interface HubWorld {
  readonly name: string;
  readonly gitlabUrl: string;
  /** Where it asks MLflow; undefined: none is configured. */
  readonly mlflowUrl: string | undefined;
  /** What its configuration names, as its users write it. */
  readonly shown: { readonly gitlab: string; readonly mlflow: string | undefined };
  readonly allowPublic: boolean;
  readonly defaultToken: string | undefined;
  readonly now: () => Date;
  readonly ownUrl: () => string;
  readonly caches: {
    /** Token → name. It never ends. */
    readonly users: TimedCache<string>;
    readonly checks: TimedCache<CheckedProject>;
    /** The item of a user and a path, with the checksum of what GitLab said; every hit prolongs it. */
    readonly items: TimedCache<{ readonly checksum: string; readonly item: Record<string, unknown> }>;
  };
  version: string;
}

export interface CheckedProject {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly access_level: number;
  readonly categories: readonly string[];
}

/** 1 guest, 2 read only, 3 contributor, 4 administrator: app/providers/client/gitlab.py @0.4.0. */
export function accessLevel({ userPermissions }: Project): number {
  if (userPermissions.adminProject) return 4;
  if (userPermissions.pushCode) return 3;
  return userPermissions.downloadCode ? 2 : 1;
}
