import { Command, Option } from "commander";
import { type AccessReport, type CapabilityReport, reportAccess } from "../../assess/doctor.ts";
import { indented, styled, table } from "../../reports/table.ts";
import { type ClusterOptions, clusterOf, withClusterOptions } from "../cluster.ts";
import { asJson, asYaml, outputOption, render } from "../output.ts";
import type { ExitCode, Shell } from "../shell.ts";

interface Options extends ClusterOptions {
  readonly output: string;
  readonly namespace: string;
  readonly for?: CapabilityReport["id"];
}

/** `millwright doctor access` */
export function doctorCommand(shell: Shell, exit: (code: ExitCode) => void): Command {
  const access = new Command("access")
    .description("Say what an account can do against what each capability needs, and where it can do too much")
    .option("--namespace <name>", "where backups run and changes are made", "default")
    .addOption(
      new Option("--for <capability>", "exit 2 when the account is not just right for this one").choices([
        "observer",
        "backup-runner",
        "backup-reader",
        "changer",
        "restorer",
      ]),
    )
    .addOption(outputOption(["table", "json", "yaml"]));
  withClusterOptions(access).action(async (options: Options) => {
    const report = await reportAccess(await clusterOf(shell, options), options.namespace);
    shell.out(
      render(options.output, {
        table: () => asText(report, shell),
        json: () => asJson(report),
        yaml: () => asYaml(report),
      }),
    );
    const asked = report.capabilities.find(({ id }) => id === options.for);
    exit(asked === undefined || asked.verdict === "complete" ? 0 : 2);
  });
  return new Command("doctor").description("Check what Millwright stands on").addCommand(access);
}

const verdicts: Readonly<Record<CapabilityReport["verdict"], string>> = {
  complete: "complete",
  partial: "incomplete",
  none: "none of it",
  "too-much": "complete, and too much",
};

function asText(report: AccessReport, shell: Shell): string {
  const { terminal } = shell;
  const rows = report.capabilities.map(({ id, verdict, granted, missing, tooMuch }) => [
    id,
    verdicts[verdict],
    `${granted} of ${granted + missing.length}`,
    String(tooMuch.length),
  ]);
  return [
    styled(terminal, "bold", `${report.cluster}, namespace ${report.namespace}`),
    "",
    table(terminal, ["capability", "verdict", "rights", "too many"], rows),
    ...report.capabilities.flatMap((one) => detail(one, shell)),
  ].join("\n");
}

/** What is missing only where something is there: of what an account is not meant for, nothing needs to be listed. */
function detail(
  { id, title, file, verdict, missing, tooMuch }: CapabilityReport,
  { terminal }: Shell,
): readonly string[] {
  if (verdict === "complete" || (verdict === "none" && tooMuch.length === 0)) return [];
  const lines = [
    ...(verdict === "partial" ? missing.map(({ right, for: why }) => `missing   ${right}  (${why})`) : []),
    ...(verdict === "too-much" ? tooMuch.map((right) => `too much  ${right}`) : []),
  ];
  if (lines.length === 0) return [];
  return [
    "",
    styled(terminal, "bold", `${id}: ${title}`),
    ...lines.map((line) => indented(terminal, line, "            ", "  ")),
    `  ${file} grants just this.`,
  ];
}
