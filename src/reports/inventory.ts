import { counted } from "../kernel/count.ts";
import type { Fact } from "../kernel/fact.ts";
import type { Inventory, Pin } from "../platform/pin.ts";
import { escapeMarkdown, markdownCode } from "./markup.ts";
import { indented, type Paper, shown, table } from "./table.ts";

const stateInWords: Readonly<Record<Pin["state"], string>> = {
  pinned: "pinned",
  range: "range: whatever fits on the day",
  moving: "moving: its owner can point it elsewhere",
  missing: "missing: the newest, or a default",
  unknown: "unknown: filled in elsewhere",
};

/** An inventory for people: components first, then pins by file, then what was not read. */
export function inventoryAsText(inventory: Inventory, paper: Paper): string {
  const parts: string[] = [];
  if (inventory.components.length > 0) {
    parts.push(
      table(
        paper,
        ["component", "system", "environment", "namespace", "version", "pins"],
        inventory.components.map((component) => [
          shown(component.name),
          component.system ?? "-",
          component.environment ?? "-",
          shown(component.namespace ?? "-"),
          shown(component.version ?? "unknown"),
          String(component.pins.length),
        ]),
      ),
      "",
    );
  }
  if (inventory.pins.length > 0) {
    parts.push(
      table(
        paper,
        ["place", "kind", "name", "version", "state"],
        inventory.pins.map((pin) => [
          shown(`${pin.file}:${pin.line}:${pin.column}`),
          pin.kind,
          shown(pin.name),
          shown(versionInWords(pin)),
          stateInWords[pin.state],
        ]),
      ),
      "",
    );
  }
  for (const { file, reason } of inventory.files.skipped)
    parts.push(indented(paper, `${shown(file)}: ${shown(reason)}`, "  ", "! "));
  const firm = inventory.pins.filter((pin) => pin.state === "pinned").length;
  parts.push(
    indented(
      paper,
      `${counted(inventory.pins.length, "pin")} (${firm} pinned) and ${counted(inventory.components.length, "component")} in ${counted(inventory.files.read, "file")}, ${inventory.files.skipped.length} not read`,
      "",
    ),
  );
  return parts.join("\n");
}

/** An inventory as a document. */
export function inventoryAsMarkdown(inventory: Inventory): string {
  return [
    "# Inventory",
    "",
    "| Component | System | Environment | Namespace | Version |",
    "|---|---|---|---|---|",
    ...inventory.components.map(
      (component) =>
        `| ${escapeMarkdown(component.name)} | ${component.system ?? ""} | ${component.environment ?? ""} | ${escapeMarkdown(component.namespace ?? "")} | ${escapeMarkdown(component.version ?? "unknown")} |`,
    ),
    "",
    "| Place | Kind | Name | Version | State |",
    "|---|---|---|---|---|",
    ...inventory.pins.map(
      (pin) =>
        `| ${markdownCode(`${pin.file}:${pin.line}`)} | ${pin.kind} | ${escapeMarkdown(pin.name)} | ${escapeMarkdown(versionInWords(pin))} | ${pin.state} |`,
    ),
    ...(inventory.files.skipped.length === 0
      ? []
      : [
          "",
          "Not read:",
          "",
          ...inventory.files.skipped.map(({ file, reason }) => `- ${markdownCode(file)} ${escapeMarkdown(reason)}`),
        ]),
    "",
  ].join("\n");
}

function versionInWords(pin: Pin): string {
  const written = [pin.version, pin.digest === null ? undefined : `@${pin.digest.slice(0, 19)}…`]
    .filter((part) => part !== null && part !== undefined)
    .join("");
  const effective = effectiveInWords(pin.effective);
  return [written === "" ? "-" : written, effective].filter((part) => part !== "").join(" ");
}

function effectiveInWords(effective: Fact<string> | undefined): string {
  return effective?.kind === "known" ? `→ ${effective.value}` : "";
}
