import * as z from "zod";
import { defineProcedure } from "../plan.ts";

const everything = /^(?:|\.[*+])$/;

const Matcher = z
  .object({ name: z.string().min(1), value: z.string().min(1), isRegex: z.boolean().default(false) })
  .refine(({ isRegex, value }) => !isRegex || !everything.test(value), "this matches every alert; name which ones");

/** Silences alerts for the time of some work, tells people, and ends the silence with the work. */
export const silence = defineProcedure({
  id: "silence-and-inform",
  version: 1,
  title: "Silence alerts and inform",
  arguments: z.object({
    matchers: z.array(Matcher).min(1),
    minutes: z.number().int().min(1).max(1440).describe("The silence ends by itself after so long"),
    reason: z.string().trim().min(3),
    audience: z.array(z.string()).optional(),
  }),
  plan({ matchers, minutes, reason, audience }) {
    const told = audience === undefined ? {} : { audience };
    const tell = (name: string, title: string) => ({
      name,
      title: `Tell people: ${title}`,
      kind: "act" as const,
      action: "notice/send",
      input: { title, text: reason, ...told },
      retries: 20,
    });
    const act = { kind: "act" as const, retries: 20 };
    return {
      steps: [
        {
          ...act,
          name: "silence",
          title: `Silence ${matchers.map(({ name, value }) => `${name}=${value}`).join(", ")}`,
          action: "silence/start",
          effect: { reversible: "the silence is ended" },
          input: { matchers, minutes, reason },
        },
        tell("inform", `Maintenance has begun: ${reason}`),
        { name: "work", title: "The work is over", kind: "attest" as const },
        {
          ...act,
          name: "end-silence",
          title: "End the silence",
          action: "silence/end",
          effect: { reversible: "it stays ended" },
          input: { step: "silence" },
        },
        tell("inform-end", `Maintenance is over: ${reason}`),
      ],
    };
  },
});
