import { parseArgs } from "node:util";
import { messageOf } from "../../src/kernel/errors.ts";

export interface BackupOptions {
  readonly kind: "run";
  readonly action: "backup" | "restore" | "cleanup";
  /** As they were given; each leaves out every component whose name it holds. */
  readonly skip: readonly string[];
  readonly timestamp: string | undefined;
  readonly s3Tool: string;
  readonly maximum: number | undefined;
}

type Asked = BackupOptions | { readonly kind: "help" } | { readonly kind: "refused"; readonly message: string };

export const usage = `
   Usage: backup-utility [--restore|--cleanup] [-f URL] [-t TIMESTAMP] [--skip COMPONENT] [--backend BACKEND] [--s3config CONFIG]
`;

const text = { type: "string" } as const;

/** Options of backup-utility @1e271f5e4. */
const options = {
  help: { type: "boolean", short: "h" },
  restore: { type: "boolean" },
  cleanup: { type: "boolean" },
  rsyncable: { type: "boolean" },
  file: { type: "string", short: "f" },
  timestamp: { type: "string", short: "t" },
  skip: { type: "string", multiple: true },
  backend: text,
  s3config: text,
  s3tool: text,
  "storage-class": text,
  "maximum-backups": text,
  "aws-kms-key-id": text,
  "aws-s3-endpoint-url": text,
  "aws-region": text,
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

export function optionsOf(argv: readonly string[]): Asked {
  try {
    const { values } = parseArgs({ args: [...argv], options });
    if (values.help === true) return { kind: "help" };
    const message = refusalOf(values);
    if (message !== undefined) return { kind: "refused", message };
    const maximum = values["maximum-backups"];
    return {
      kind: "run",
      action: actionOf(values),
      skip: values.skip ?? [],
      timestamp: values.timestamp,
      s3Tool: values.s3tool ?? "s3cmd",
      maximum: maximum === undefined ? undefined : Number(maximum),
    };
  } catch (thrown) {
    return { kind: "refused", message: `Unexpected parameter: ${messageOf(thrown)}` };
  }
}

function refusalOf({ restore, cleanup, file, "maximum-backups": maximum }: Given): string | undefined {
  if (restore === true && cleanup === true) return "Only one action at a time is supported";
  if (file !== undefined) return "the lab's toolbox fetches no URL";
  if (maximum === undefined || /^-?\d+$/.test(maximum)) return undefined;
  return `Value specified for --maximum-backups must be an integer. Got: ${maximum}`;
}

function actionOf({ restore, cleanup }: Given): BackupOptions["action"] {
  if (restore === true) return "restore";
  return cleanup === true ? "cleanup" : "backup";
}
