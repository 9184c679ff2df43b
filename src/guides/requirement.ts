/** What the guides ask for, by id, and how far the product is. */
export type Requirement = DoneRequirement | PartlyRequirement | OpenRequirement;

interface Named {
  readonly id: string;
  /** What is asked, in our words. */
  readonly says: string;
}

interface DoneRequirement extends Named {
  readonly state: "done";
  readonly by: Proof;
}

interface PartlyRequirement extends Named {
  readonly state: "partly";
  /** What is here already. */
  readonly has: string;
  readonly by: Proof;
  readonly missing: string;
}

interface OpenRequirement extends Named {
  readonly state: "open";
  /** What will do it. */
  readonly missing: string;
}

export interface Proof {
  readonly command: string;
  /** The test files that prove it, from the root of the checkout. Never empty. */
  readonly tests: readonly string[];
  /** Routes of the API below `/api/v1` that do it or show it: `GET /duties`. */
  readonly routes?: readonly string[];
}

export function done(id: string, says: string, by: Proof): Requirement {
  return { state: "done", id, says, by };
}

export function partly(id: string, says: string, has: string, missing: string, by: Proof): Requirement {
  return { state: "partly", id, says, has, missing, by };
}

export function later(id: string, says: string, missing: string): Requirement {
  return { state: "open", id, says, missing };
}

export const kitTests: readonly string[] = ["kit/tests/files.test.ts"];
export const makeTests: readonly string[] = ["kit/tests/make.test.ts"];
