/** Verbs that go to the stores themselves. */
const working: ReadonlySet<string | undefined> = new Set(["run", "restore", "drill"]);
/** Verbs that restore a backup elsewhere, or read all of the repository. */
const reading: ReadonlySet<string | undefined> = new Set(["prove", "check"]);

/** Whether a call goes to the stores; the report of a drill that was done is only read. */
export function goesToStores([group, verb, ...more]: readonly string[]): boolean {
  return group === "backup" && working.has(verb) && !more.includes("--show");
}

/** Whether it asks the writers that a fence holds, by the accounts that hold them. */
export function asksFence([group, verb]: readonly string[]): boolean {
  return group === "backup" && verb === "give-back";
}

/** Whether it moves data, so that it takes long and wants room, or asks by accounts that only a runner beside the stores may have. */
export function worksThere(args: readonly string[]): boolean {
  const [group, verb] = args;
  return goesToStores(args) || asksFence(args) || (group === "backup" && reading.has(verb));
}
