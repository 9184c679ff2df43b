/** Verbs that go to the stores themselves. */
const working: ReadonlySet<string | undefined> = new Set(["run", "restore", "drill"]);
/** Verbs that restore a backup elsewhere, or read all of the repository. */
const reading: ReadonlySet<string | undefined> = new Set(["prove", "check"]);

/** Whether a call goes to the stores; the report of a drill that was done is only read. */
export function goesToStores([group, verb, ...more]: readonly string[]): boolean {
  return group === "backup" && working.has(verb) && !more.includes("--show");
}

/** Whether it moves data, so that it takes long and wants room. */
export function movesData(args: readonly string[]): boolean {
  const [group, verb] = args;
  return goesToStores(args) || (group === "backup" && reading.has(verb));
}
