import { Command } from "commander";
import { checkReceipt, type ReceiptVerdict, receiptFor } from "../../backups/receipts/issue.ts";
import { publicKey, readReceipt, signReceipt } from "../../backups/receipts/receipt.ts";
import { InputError } from "../../kernel/errors.ts";
import { indented, shown } from "../../reports/table.ts";
import { declaredBackups, identityAt, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import { folderOf } from "../platform.ts";
import type { BackupShell, ExitCode, Shell } from "../shell.ts";

interface VerifyOptions extends PlaceOptions {
  readonly output: string;
  readonly publicKey?: string;
  readonly readData?: boolean;
}

/** `millwright receipt` */
export function receiptCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return new Command("receipt")
    .description("Receipts of proven backups: no receipt, no change")
    .addCommand(showCommand(shell))
    .addCommand(verifyCommand(shell, exit));
}

function showCommand(shell: Shell): Command {
  return withPlace(new Command("show"))
    .description("Print the receipt of a proven backup: one signed line for a change ticket")
    .argument("<id>", "the backup, or the beginning of its name")
    .action(async (id: string, options: PlaceOptions) => {
      const binding = await shell.backups();
      const place = await placeOf(shell, binding, options);
      const key = await signingKey(shell, binding, options);
      if (key === undefined)
        throw new InputError(
          "No key signs receipts: openssl genpkey -algorithm ed25519 -out FILE, and name it as backups.signingKey.",
        );
      shell.out(`${signReceipt(await receiptFor(id, place.repository, await identityAt(place)), key)}\n`);
    });
}

async function signingKey(
  shell: Shell,
  { secret }: BackupShell,
  { config }: PlaceOptions,
): Promise<string | undefined> {
  const { signingKey: ref } = await declaredBackups(shell, config);
  return ref === undefined ? undefined : secret(ref);
}

function verifyCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  return withPlace(new Command("verify"))
    .description("Hold a receipt against the repository, now: signature, age, the backup itself")
    .argument("<receipt>", "the line that receipt show printed")
    .option("--public-key <file>", "what it must be signed by, in PEM, rather than the configured key")
    .option("--read-data", "read the dump to its end and compare its digest")
    .addOption(outputOption(["table", "json", "yaml"]))
    .addHelpText("after", "\nExit codes: 0 valid, 2 refused, 1 it could not be told.")
    .action(async (line: string, options: VerifyOptions) => {
      const binding = await shell.backups();
      const keys = await keysFor(shell, binding, options);
      // A key that is none leaves the question open; a line that no key signed is a no.
      for (const key of keys) publicKey(key);
      const forged = whyUnread(line, keys);
      if (forged !== undefined) {
        const refused = { verdict: { kind: "refused", why: [forged] } as const };
        shell.out(
          render(options.output, {
            table: () => verdictLines(refused.verdict, shell).join("\n"),
            json: () => asJson(refused),
            yaml: () => asYaml(refused),
          }),
        );
        return exit(2);
      }
      const receipt = readReceipt(line, keys);
      const place = await placeOf(shell, binding, { environment: receipt.environment, ...options });
      const verdict = await checkReceipt(receipt, {
        repository: place.repository,
        expected: await identityAt(place),
        now: shell.clock.now(),
        receiptHours: place.receiptHours,
        readAll: options.readData === true,
      });
      shell.out(
        render(options.output, {
          table: () => asText(verdict, receipt, shell),
          json: () => asJson({ receipt, verdict }),
          yaml: () => asYaml({ receipt, verdict }),
        }),
      );
      exit(verdict.kind === "valid" ? 0 : 2);
    });
}

/** Why nobody's key signed this; undefined: one of them did. */
function whyUnread(line: string, keys: readonly string[]): string | undefined {
  try {
    readReceipt(line, keys);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.message;
    throw thrown;
  }
}

async function keysFor(shell: Shell, binding: BackupShell, options: VerifyOptions): Promise<readonly string[]> {
  if (options.publicKey === undefined) {
    const key = await signingKey(shell, binding, options);
    return key === undefined ? [] : [key];
  }
  const text = await shell.readText(folderOf(shell, options.publicKey));
  if (text === undefined) throw new InputError(`There is no ${options.publicKey}.`);
  return [text];
}

function verdictLines(verdict: ReceiptVerdict, { terminal }: Shell): readonly string[] {
  return verdict.kind === "valid"
    ? [`VALID until ${verdict.until}`]
    : ["REFUSED", ...verdict.why.map((why) => indented(terminal, shown(why), "    ", "  ! "))];
}

function asText(verdict: ReceiptVerdict, receipt: ReturnType<typeof readReceipt>, shell: Shell): string {
  const { terminal } = shell;
  const { backup, environment, takenAt, provenAt, covers, doesNotCover } = receipt;
  return [
    ...verdictLines(verdict, shell),
    `  ${backup} (${environment}), taken ${takenAt}, proven ${provenAt}`,
    ...covers.map((one) => indented(terminal, shown(`covers ${one}`), "    ", "  ")),
    ...doesNotCover.map((one) => indented(terminal, shown(`does not cover ${one}`), "    ", "  ")),
  ].join("\n");
}
