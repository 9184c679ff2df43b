import { useQuery } from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";
import type { CallError } from "./problem.ts";
import { isSameThing } from "./same-thing.ts";
import type { ReadInput, ReadPath, Reply } from "./types.ts";

/** A read as a page sees it. `data` stays while it is read anew or the connection is lost; `at` says how old it is. */
export interface Read<T> {
  readonly data: T | undefined;
  /** The command line that asks the same, also where the answer was a refusal. */
  readonly cli: string | undefined;
  /** The version to send along with a change: `If-Match`. */
  readonly etag: string | undefined;
  readonly at: number | undefined;
  /** The last try failed. There may be older `data` besides. */
  readonly error: CallError | undefined;
  /** Nothing is there yet. */
  readonly loading: boolean;
  readonly reload: () => void;
}

export interface ReadOptions {
  /** Read anew every so many seconds; 30 when left out, never when 0. */
  readonly everySeconds?: number;
  /** false: not asked yet. */
  readonly enabled?: boolean;
}

/** Reads a route and keeps it fresh: `useRead("/runs/{id}", { path: { id } })`. */
export function useRead<P extends ReadPath>(path: P, input: ReadInput<P>, options: ReadOptions = {}): Read<Reply<P>> {
  const { everySeconds = 30, enabled = true } = options;
  const query = useQuery<Answer<Reply<P>>, CallError, Answer<Reply<P>>, readonly [P, ReadInput<P>]>({
    queryKey: [path, input],
    queryFn: ({ signal }) => call("get", path, input, { signal }),
    refetchInterval: everySeconds === 0 ? false : everySeconds * 1000,
    placeholderData: (before, of) => (of !== undefined && isSameThing(of.queryKey[1], input) ? before : undefined),
    enabled,
  });
  return {
    ...partsOf(query.data),
    cli: query.data?.cli ?? query.error?.cli,
    error: query.error ?? undefined,
    loading: query.isPending && enabled,
    reload: () => void query.refetch(),
  };
}

function partsOf<T>(answer: Answer<T> | undefined) {
  return { data: answer?.value, etag: answer?.etag, at: answer?.at };
}
