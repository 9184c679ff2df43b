import * as z from "zod";
import type { NoticeDraft } from "../../platform/record.ts";
import { type AnyAction, defineAction } from "../action.ts";

const Input = z.object({
  title: z.string().min(1),
  text: z.string(),
  severity: z.enum(["info", "warning", "critical"]).default("info"),
  audience: z.array(z.string()).optional(),
});

/** Tells people, through the outbox. Its key is the step's, so however often it is told, it is one notice. */
export function noticeAction(notify: (draft: NoticeDraft) => Promise<void>): AnyAction {
  return defineAction<z.infer<typeof Input>>(Input, {
    id: "notice/send",
    async run({ mark, runId, environment }, { title, text, severity, audience }) {
      const link = `/api/v1/runs/${runId}`;
      const draft = { key: mark, severity, title, text, environment, link };
      await notify(audience === undefined ? draft : { ...draft, audience });
      return { kind: "done", message: `Told: ${title}` };
    },
  });
}
