import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { type Answer, type CallInput, call } from "./client.ts";
import { CallError } from "./problem.ts";
import type { WriteInput, WriteMethod, WritePath, WriteReply } from "./types.ts";

export interface Write<Input, Result> {
  /** Rejects with `CallError`, which is also in `error`. */
  readonly send: (input: Input, ifMatch?: string) => Promise<Result>;
  readonly sending: boolean;
  readonly error: CallError | undefined;
  /** Forgets the error. */
  readonly reset: () => void;
}

/**
 * Writes by a route: `const complete = useWrite("post", "/duties/{id}/complete")`. The same input sent again after a failure
 * carries the same Idempotency-Key, so that nothing is done twice when only the answer was lost. Whatever is shown is read anew after it.
 */
export function useWrite<M extends WriteMethod, P extends WritePath<M>>(
  method: M,
  path: P,
): Write<WriteInput<P, M>, WriteReply<P, M>> {
  const queries = useQueryClient();
  const kept = useRef<{ readonly input: string; readonly key: string }>(undefined);
  const mutation = useMutation<
    Answer<WriteReply<P, M>>,
    CallError,
    { readonly input: WriteInput<P, M>; readonly ifMatch: string | undefined }
  >({
    mutationFn: async ({ input, ifMatch }) => {
      const text = JSON.stringify(input);
      if (kept.current?.input !== text) kept.current = { input: text, key: crypto.randomUUID() };
      const headers = {
        "idempotency-key": kept.current.key,
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      };
      const answer = await call<WriteReply<P, M>>(method, path, input as CallInput, { headers });
      kept.current = undefined;
      return answer;
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  return {
    send: async (input, ifMatch) => (await mutation.mutateAsync({ input, ifMatch })).value,
    sending: mutation.isPending,
    error: mutation.error ?? undefined,
    reset: mutation.reset,
  };
}

/** For a form's `catch`: the error is shown from `write.error`; anything else is our bug and goes on. */
export function shown(thrown: unknown): void {
  if (!(thrown instanceof CallError)) throw thrown;
}
