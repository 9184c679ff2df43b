import type { Requirement } from "./requirement.ts";
import { changeRequirements } from "./requirements-change.ts";
import { operationRequirements } from "./requirements-operation.ts";

/** Every id of what the guides ask for, in order. */
export const requirements: readonly Requirement[] = [...changeRequirements, ...operationRequirements];
