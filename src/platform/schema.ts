import * as z from "zod";

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes");

const Environment = z.strictObject({
  name: Name.describe("How people call it: production"),
  ref: z.string().min(1).optional().describe("Git branch or tag that it follows; the working tree when left out"),
  paths: z.array(z.string().min(1)).default([]).describe("Folders of the repository that only this environment uses"),
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

/** `millwright.yaml`. Unknown keys are refused: a misspelt policy must not be silently none. */
export const PlatformConfig = z.strictObject({
  $schema: z.string().optional(),
  platform: z.string().min(1).default("platform"),
  environments: z.array(Environment).default([]),
  components: z.array(DeclaredComponent).default([]),
  repositories: z.array(OtherRepository).default([]).describe("Other repositories that this platform is made of"),
  ignore: z.array(z.string().min(1)).default([]).describe("Folders and files that are not read, relative to this file"),
  suppress: z.array(Suppression).default([]),
  disposable: z.array(DisposableStore).default([]).describe("Stores that need no backup"),
});
export type PlatformConfig = z.infer<typeof PlatformConfig>;
