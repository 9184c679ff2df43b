import * as z from "zod";
import { type AnyAction, defineAction, type Outcome, type Registry, registryOf } from "../src/engine/action.ts";
import { SystemError } from "../src/kernel/errors.ts";

const Reply = z.object({ version: z.number().default(0), standing: z.boolean().default(false) });
const Input = z.object({ object: z.string() });

/** The actions of the rehearsal, against a ledger. `blind`: they do not look for their mark, to see that this is found out. */
export function ledgerActions(url: string, blind: boolean): Registry {
  const ask = asking(url);
  const acts = [objectAction(ask, blind), noteAction(ask)].map((action) => (blind ? blinded(action) : action));
  return registryOf([...acts, checkAction(ask), readyAction]);
}

/** An action that does not look for its mark. */
export function blinded(action: AnyAction): AnyAction {
  return { ...action, alreadyDone: async () => undefined };
}

type Ask = (
  method: string,
  path: string,
  mark: string,
  version?: number,
) => Promise<z.infer<typeof Reply> & { readonly status: number }>;

function asking(url: string): Ask {
  return async (method, path, mark, version) => {
    const query = new URLSearchParams({ mark, ...(version === undefined ? {} : { version: String(version) }) });
    try {
      const reply = await fetch(`${url}/${path}?${query.toString()}`, { method, signal: AbortSignal.timeout(5000) });
      return { status: reply.status, ...Reply.parse(await reply.json()) };
    } catch (thrown) {
      throw new SystemError(`${method} ${path} was not answered`, "retry", { cause: thrown });
    }
  };
}

function written({ status }: { readonly status: number }): Outcome {
  return status === 409
    ? { kind: "errored", message: "somebody else wrote first" }
    : { kind: "done", message: "written", evidence: { status } };
}

/** As a Kubernetes object is changed: only on the very version that was looked at. */
function objectAction(ask: Ask, blind: boolean): AnyAction {
  return defineAction<z.infer<typeof Input>>(Input, {
    id: "ledger/object",
    async alreadyDone({ mark }, { object: name }) {
      return (await ask("GET", name, mark)).standing ? { mark } : undefined;
    },
    async run({ mark, fence }, { object: name }) {
      const seen = await ask("GET", name, mark);
      if (seen.standing && !blind) return { kind: "done", message: "found done" };
      await fence();
      return written(await ask("PUT", name, mark, seen.version));
    },
    async undo({ mark, fence }, { object: name }) {
      const seen = await ask("GET", name, mark);
      if (!seen.standing) return { kind: "done", message: "not there" };
      await fence();
      return written(await ask("DELETE", name, mark, seen.version));
    },
  });
}

/** As a silence is made: listed first, then added without a condition. */
function noteAction(ask: Ask): AnyAction {
  return defineAction<z.infer<typeof Input>>(Input, {
    id: "ledger/note",
    async alreadyDone({ mark }) {
      return (await ask("GET", "notes", mark)).standing ? { mark } : undefined;
    },
    async run({ mark, fence }) {
      await fence();
      return written(await ask("POST", "notes", mark));
    },
    async undo({ mark, fence }) {
      if (!(await ask("GET", "notes", mark)).standing) return { kind: "done", message: "not there" };
      await fence();
      return written(await ask("DELETE", "notes", mark));
    },
  });
}

function checkAction(ask: Ask): AnyAction {
  return {
    id: "ledger/check",
    async run({ mark }) {
      await ask("GET", "check", mark);
      return { kind: "done", message: "answers" };
    },
  };
}

/** True a little after the step began, so that it is polled a few times. */
const readyAction: AnyAction = {
  id: "ledger/ready",
  run: async ({ startedAt, now }) =>
    Date.parse(now()) - Date.parse(startedAt) > 150
      ? { kind: "done", message: "ready" }
      : { kind: "not-yet", message: "not ready" },
};
