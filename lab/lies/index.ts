import type { Lie } from "../stand-in/lie.ts";

export const lies: readonly Lie[] = [];

export const gitlabLies: readonly Lie[] = lies.filter(({ system }) => system === "gitlab");
