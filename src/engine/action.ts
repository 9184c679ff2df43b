import type { Instant } from "../kernel/instant.ts";
import type { StepProgress } from "../kernel/step-progress.ts";

/** Plain JSON. */
export type Evidence = Readonly<Record<string, unknown>>;

/** What became of a step. `failed`: the answer is no. `errored`: could not ask, and a write may have landed or not. */
export type Outcome =
  | { readonly kind: "done"; readonly message: string; readonly evidence?: Evidence | undefined }
  | { readonly kind: "failed"; readonly message: string; readonly evidence?: Evidence | undefined }
  | { readonly kind: "errored"; readonly message: string; readonly evidence?: Evidence | undefined };

/** Of a condition that is polled: neither yes nor no so far. */
export interface NotYet {
  readonly kind: "not-yet";
  readonly message: string;
}

/** All that an action is given besides its input. Its ports are bound where the registry is made. */
export interface ActionContext {
  readonly runId: string;
  /** `RUN/STEP`: what an effect leaves at its target, the same in every attempt of the step. */
  readonly mark: string;
  readonly environment: string;
  readonly attempt: number;
  /** When this step was begun first; the same after a take-over. */
  readonly startedAt: Instant;
  readonly now: () => Instant;
  /** Fires when the time is over, or the worker lost the run to another. */
  readonly signal: AbortSignal;
  /** Kept with the attempt, redacted and bounded; `far` is told to whoever watches, and not kept. */
  readonly log: (line: string, far?: StepProgress) => void;
  /** Throws when another worker has the run now. Ask right before an effect. */
  readonly fence: () => Promise<void>;
}

/**
 * What a step does. An attempt may be made more than once (a worker dies after the effect and before it is written down), so
 * whoever has an effect says by `alreadyDone` whether the target bears its mark, and lets it land only there where it looked
 * (a resourceVersion, a key). A throw is `errored`.
 */
export interface Action<Input> {
  readonly id: string;
  alreadyDone?(context: ActionContext, input: Input): Promise<Evidence | undefined>;
  run(context: ActionContext, input: Input): Promise<Outcome | NotYet>;
  /** Takes the effect back; asked again after a crash, so it looks first. `evidence` is that of the attempt it undoes. */
  undo?(context: ActionContext, input: Input, evidence: Evidence | undefined): Promise<Outcome>;
  /** In shadow: what it would have done, in words. */
  describe?(input: Input): string;
}

/** An action with its input as the plan holds it. */
export type AnyAction = Action<Readonly<Record<string, unknown>>>;

/** The actions of one worker, its environment's credentials bound in. */
export type Registry = ReadonlyMap<string, AnyAction>;

/** An action whose input is held against a schema before it is used. */
export function defineAction<Input>(input: { parse(value: unknown): Input }, action: Action<Input>): AnyAction {
  const read = (given: unknown): Input => input.parse(given);
  const checked: AnyAction = { id: action.id, run: async (context, given) => action.run(context, read(given)) };
  return {
    ...checked,
    ...(action.alreadyDone && { alreadyDone: async (context, given) => action.alreadyDone?.(context, read(given)) }),
    ...(action.undo && {
      undo: async (context, given, evidence) =>
        action.undo?.(context, read(given), evidence) ?? { kind: "failed", message: "cannot be taken back" },
    }),
    ...(action.describe && { describe: (given) => action.describe?.(read(given)) ?? action.id }),
  };
}

export function registryOf(actions: readonly AnyAction[]): Registry {
  return new Map(actions.map((action) => [action.id, action]));
}
