import { InputError, SystemError } from "../../kernel/errors.ts";

/** What was thrown, in other words: an error of ours keeps its class and its remedy, any other is as it was. */
export function retold(thrown: unknown, words: (message: string) => string): unknown {
  if (thrown instanceof InputError) return new InputError(words(thrown.message), { cause: thrown });
  if (thrown instanceof SystemError) return new SystemError(words(thrown.message), thrown.remedy, { cause: thrown });
  return thrown;
}
