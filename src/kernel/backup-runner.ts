/** A call of the backup runner: a verb under `millwright`, without a secret in it. */
export interface RunnerCall {
  /** `["backup", "run", "--store", "mlflow/database"]` */
  readonly args: readonly string[];
  readonly environment: string;
  /** Each line of JSON that it prints, as it comes. */
  readonly onLine?: ((line: unknown) => void) | undefined;
  readonly signal: AbortSignal;
  /** What the runner cannot read itself, by the reference as it is written (`store:restic`). Handed over where nobody else sees it. */
  readonly secrets?: ReadonlyMap<string, string> | undefined;
}

/** How it ended. */
export interface RunnerEnd {
  /** 0: all well, 1: it could not be done, 2: the answer is no. */
  readonly code: number;
  /** All that it printed, at most 16 MB. */
  readonly output: string;
  /** The end of what it complained. */
  readonly errors: string;
}

/**
 * Works on backups where the data is; whoever calls never holds a dump nor the repository's key. It ends with its caller: what it
 * had begun then is no backup. Throws `SystemError` when it could not be started or was broken off.
 */
export interface BackupRunner {
  call(call: RunnerCall): Promise<RunnerEnd>;
}
