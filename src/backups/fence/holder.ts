/** Whose a fence is: the step of a server (RUN/STEP), each of its attempts, or a run of the command line alone, by its own letters. */
export function holderOf(run: string): string {
  return run.startsWith("restore-") || run.startsWith("backup run ") ? run : `backup run ${run}`;
}
