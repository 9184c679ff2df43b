import type { Git, HttpReply, HttpRequest } from "../../kernel/ports.ts";

/*
 * What the journeys that write may reach: three addresses and one repository, by one token. They are bound from a declared canary
 * (src/api/with/canary.ts), in mode act alone, and given to these journeys and to nothing else.
 */

/**
 * One system's API. The token stays behind it, also where an answer repeats it; it goes to the configured address only, and no
 * redirect is followed.
 */
export interface CanaryApi {
  /** As people know it: `GitLab (https://…)`. */
  readonly name: string;
  /** `path` begins with `/` and stands below the address. */
  fetch(path: string, request: Pick<HttpRequest, "method" | "headers" | "body">): Promise<HttpReply>;
}

export interface CanaryTracking extends CanaryApi {
  /** With SharingHub's plugin, which has an address for each project; plain MLflow has one for all. */
  readonly perProject: boolean;
}

/** A declared canary, ready to be written to. */
export interface Canary {
  readonly group: string;
  readonly topic: string;
  readonly collection: string;
  readonly gitlab: CanaryApi;
  readonly hub: CanaryApi;
  readonly tracking: CanaryTracking;
  /** Speaks Git with a project of this GitLab, from a bare repository of our own that may be lost. */
  git<T>(project: string, work: (remote: GitRemote) => Promise<T>): Promise<T>;
}

export interface GitRemote {
  readonly git: Git;
  readonly url: string;
  /** Git's variables, with the credential; what Git says is without it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The components of a platform, as the server's endpoints name them. */
export interface Named {
  readonly gitlab: string;
  readonly sharinghub: string;
  readonly mlflow: string;
}

/** The canary of an environment, or what is not set up, with how it is. */
export type OpenCanary = (
  environment: string,
  named: Named,
) => Promise<
  { readonly kind: "canary"; readonly canary: Canary } | { readonly kind: "not-set-up"; readonly why: string }
>;

/** Which run writes, since when, and the question whether it still may. */
export interface Writing {
  readonly runId: string;
  readonly startedAt: string;
  /** Throws once another worker has the run. Asked right before each write. */
  readonly fence: () => Promise<void>;
}

/** What everything that a run makes is called; by it Millwright knows its own. */
export function nameOf(runId: string): string {
  return `millwright-${runId}`;
}
