import * as z from "zod";
import { Name } from "./name.ts";
import { Duty, Freeze, Window } from "./schedule.ts";

const Environment = z.strictObject({
  name: Name.describe("How people call it: production"),
  ref: z.string().min(1).optional().describe("Git branch or tag that it follows; the working tree when left out"),
  paths: z
    .array(z.string().min(1))
    .default([])
    .describe("Folders and files of the repository that only this environment uses"),
  kubernetes: z
    .string()
    .regex(/^1\.\d+(\.\d+)?$/, "a Kubernetes version such as 1.32")
    .optional()
    .describe("Kubernetes version it runs, or is about to run"),
  selfHeal: z
    .boolean()
    .optional()
    .describe("Whether Argo CD shall undo changes made by hand here: a choice, so state it"),
});

const DeclaredComponent = z.strictObject({
  name: Name,
  system: Name.describe("Id of the system: gitlab, sharinghub, mlflow, postgresql …"),
  environment: Name.optional(),
});

const OtherRepository = z.strictObject({
  name: Name,
  url: z.string().min(1).describe("As Git clones it, without credentials"),
});

const Suppression = z
  .strictObject({
    finding: z.string().optional().describe("Id of one finding"),
    rule: z.string().optional().describe("Id of a rule: all its findings"),
    path: z.string().optional().describe("With rule: only findings in files below this path"),
    reason: z.string().min(10, "say why, in a sentence"),
    until: z.iso
      .date("a day, such as 2027-06-30")
      .describe("The day it ends; a suppression without an end is a decision nobody looks at again"),
  })
  .refine((entry) => (entry.finding === undefined) !== (entry.rule === undefined), "name either a finding or a rule");

const DisposableStore = z.strictObject({
  store: z.string().min(1).describe("As findings name it: postgresql/mlflow"),
  reason: z.string().min(10, "say why its data may be lost, in a sentence"),
});

/** What the server's own file may only make stricter. */
const Policy = z.strictObject({
  secondPerson: z
    .array(Name)
    .default(["production"])
    .describe("Environments where somebody else than whoever asked must approve"),
  approvalHours: z.number().positive().max(720).default(24).describe("After so many hours an approval expires"),
  factsMaxAgeDays: z
    .int()
    .positive()
    .default(120)
    .describe("A plan on facts older than this says so and asks for a person's word"),
  changeBy: z
    .enum(["merge-request", "push"])
    .default("merge-request")
    .describe("How changes to this repository are made"),
});

const JournalPlace = z.strictObject({
  branch: z
    .string()
    .min(1)
    .default("maintenance-log")
    .describe("The branch that the log is written to, and nothing else"),
  folder: z.string().min(1).default("docs/maintenance-logs"),
  incidents: z.string().min(1).default("docs/incidents"),
});

/** `millwright.yaml`. Unknown keys are refused: a misspelt policy must not be silently none. */
export const PlatformConfig = z
  .strictObject({
    $schema: z.string().optional(),
    platform: z.string().min(1).default("platform"),
    environments: z.array(Environment).default([]),
    components: z.array(DeclaredComponent).default([]),
    repositories: z.array(OtherRepository).default([]).describe("Other repositories that this platform is made of"),
    ignore: z
      .array(z.string().min(1))
      .default([])
      .describe("Folders and files that are not read, relative to this file"),
    suppress: z.array(Suppression).default([]),
    disposable: z.array(DisposableStore).default([]).describe("Stores that need no backup"),
    windows: z
      .array(Window)
      .default([])
      .describe("When disruptive work may be done; the guides' windows where none is given"),
    freezes: z.array(Freeze).default([]).describe("When nothing planned is started"),
    duties: z.array(Duty).default([]).describe("Recurring duties of your own, and what differs from the known ones"),
    policy: Policy.prefault({}),
    journal: JournalPlace.prefault({}),
  })
  .superRefine((config, context) => {
    for (const issue of strangersIn(config)) context.addIssue({ code: "custom", ...issue });
  });
export type PlatformConfig = z.infer<typeof PlatformConfig>;

/** Places that name an environment nobody declared: a misspelt freeze must not freeze nothing. */
function strangersIn(config: {
  readonly environments: readonly { readonly name: string }[];
  readonly windows: readonly { readonly environment?: string | undefined }[];
  readonly freezes: readonly { readonly environment?: string | undefined }[];
  readonly duties: readonly { readonly environment?: string | undefined }[];
}): readonly { readonly path: (string | number)[]; readonly message: string }[] {
  const names = config.environments.map(({ name }) => name);
  if (names.length === 0) return [];
  const message = `no such environment; there is ${names.join(", ")}`;
  return (["windows", "freezes", "duties"] as const).flatMap((list) =>
    config[list].flatMap(({ environment }, index) =>
      environment === undefined || names.includes(environment) ? [] : [{ path: [list, index, "environment"], message }],
    ),
  );
}
