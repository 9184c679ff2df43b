import type { Audit } from "../../findings/audit.ts";
import type { Finding, OpenQuestion } from "../../findings/finding.ts";
import { sentence } from "../../kernel/count.ts";

/** The same result with every message ended like a sentence, since formats put one after another. */
export function inSentences(result: Audit): Audit {
  return {
    ...result,
    findings: result.findings.map(ended),
    unknown: result.unknown.map(asked),
    suppressed: result.suppressed.map((entry) => ({ ...entry, finding: ended(entry.finding) })),
  };
}

function ended(finding: Finding): Finding {
  return { ...finding, message: sentence(finding.message), fix: sentence(finding.fix) };
}

function asked(question: OpenQuestion): OpenQuestion {
  return { ...question, why: sentence(question.why), howToLearn: sentence(question.howToLearn) };
}
