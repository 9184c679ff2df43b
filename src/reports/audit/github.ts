import type { Audit } from "../../findings/audit.ts";
import type { Severity } from "../../systems/contract.ts";
import { shown } from "../table.ts";
import { inSentences } from "./sentences.ts";

const command: Readonly<Record<Severity, "error" | "warning" | "notice">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
};

/** GitHub Actions' workflow commands: annotations on the lines of a pull request. */
export function auditAsGithub(audit: Audit): string {
  const result = inSentences(audit);
  const lines = result.findings.map((finding) => {
    const [place] = finding.places;
    const properties = [
      `file=${property(place.file)}`,
      `line=${place.line}`,
      `col=${place.column}`,
      `title=${property(`${finding.rule} (${finding.severity})`)}`,
    ];
    return `::${command[finding.severity]} ${properties.join(",")}::${data(`${shown(finding.message)}\n${shown(finding.fix)}`)}`;
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** A repository's text must not end the command and begin another. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
