import type { Lie } from "../stand-in/lie.ts";

export const lies: readonly Lie[] = [];

export const gitlabLies: readonly Lie[] = lies.filter(({ system }) => system === "gitlab");
export const sharinghubLies: readonly Lie[] = lies.filter(({ system }) => system === "sharinghub");
export const mlflowLies: readonly Lie[] = lies.filter(({ system }) => system === "mlflow");
