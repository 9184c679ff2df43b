import type { System } from "../contract.ts";
import { endOfLifeRule, imageExample, isImage } from "../end-of-life.ts";

const endOfLife = endOfLifeRule({
  product: "grafana",
  title: "Grafana",
  severity: "medium",
  matches: (pin) => isImage(pin, "grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"),
  fix: "Upgrade to a maintained line, and read the notes of each major crossed.",
  examples: {
    failing: { name: "a line that ended", files: imageExample("grafana", "grafana/grafana:10.4.3") },
    passing: { name: "a live line", files: imageExample("grafana", "grafana/grafana:13.2.0") },
  },
});

export const grafana: System = {
  id: "grafana",
  title: "Grafana",
  recognition: {
    charts: ["grafana"],
    images: ["grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise"],
    apiGroups: ["grafana.integreatly.org"],
  },
  rules: [endOfLife],
  keeps: [
    {
      id: "database",
      title: "the database with dashboards, users and alerts",
      heldBy: [{ kind: "sqlite" }, { kind: "files" }, { kind: "postgresql" }],
      sources: [
        "https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ (database: sqlite3 by default)",
      ],
    },
  ],
};
