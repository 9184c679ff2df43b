import * as z from "zod";

const Severity = z.enum(["critical", "high", "medium", "low"]);
const Texts = z.array(z.string());

export const TroubleshootingReply = z.object({
  symptoms: z.array(
    z.object({
      kind: z.enum(["rule", "probe", "guide"]),
      id: z.string(),
      about: z.string().describe("Under what it is looked for: a group of rules, a system, a section"),
      says: z.string(),
      severity: Severity.optional(),
      why: z.string(),
      toDo: z.string(),
      command: z.string(),
      sources: Texts,
      now: z
        .object({ count: z.number().int(), where: z.string() })
        .optional()
        .describe("Where it shows now; left out: it does not show, as far as was looked"),
    }),
  ),
});

export const SecurityReply = z.object({
  mode: z.enum(["observe", "shadow", "act"]),
  rights: z
    .array(
      z.object({
        role: z.string(),
        says: z.string(),
        verbs: z.array(z.object({ cli: z.string(), summary: z.string(), effect: z.enum(["none", "own", "outside"]) })),
      }),
    )
    .describe("Each role may do what those before it may"),
  own: Texts.describe("Settings by which this server holds credentials that can change the platform"),
  writers: z
    .array(
      z.object({
        environment: z.string(),
        name: z.string(),
        powers: Texts,
        places: Texts.describe("Namespaces; * for the whole cluster"),
        bindings: Texts,
      }),
    )
    .describe("Who can change a cluster without Git"),
  unseen: Texts.describe("Environments of which it is not known who can write there"),
  exposed: z.array(
    z.object({
      id: z.string(),
      rule: z.string(),
      severity: Severity,
      title: z.string(),
      subject: z.string(),
      environment: z.string().nullable(),
      message: z.string(),
      since: z.string(),
    }),
  ),
  cadences: z.array(
    z.object({
      duty: z.string(),
      title: z.string(),
      environment: z.string().optional(),
      when: z.string(),
      state: z.enum(["waiting", "due", "overdue"]),
      dueAt: z.string(),
    }),
  ),
  outward: z.array(
    z.object({
      id: z.string(),
      to: z.string(),
      sends: z.string(),
      setting: z.string(),
      writes: z.enum(["never", "in mode act", "yes"]),
      open: z.boolean().describe("It is configured"),
      targets: Texts.optional().describe("For administrators"),
    }),
  ),
});

export const ArchitectureReply = z.object({
  environments: z.array(
    z.object({
      environment: z.string(),
      components: z.array(
        z.object({
          name: z.string(),
          system: z.string().nullable(),
          namespace: z.string().nullable(),
          version: z.string().nullable(),
        }),
      ),
      calls: z.array(z.object({ from: z.string(), to: z.string(), why: z.string() })).describe("from needs to"),
      stores: z.array(
        z.object({
          component: z.string(),
          title: z.string(),
          product: z.string(),
          beside: z.array(z.object({ what: z.string(), why: z.string(), essential: z.boolean() })),
        }),
      ),
    }),
  ),
});
