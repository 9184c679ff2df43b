import type { Reply } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";

type Hit = Reply<"/search">["items"][number];

/** Somewhere to go. */
export interface Target {
  readonly title: string;
  /** A page as the server names it, with what is filtered there. */
  readonly path: string;
  readonly icon: IconName;
  /** What it is and how it stands, beside its title. */
  readonly says?: string;
}

const icons: Readonly<Record<Hit["kind"], IconName>> = {
  component: "components",
  finding: "findings",
  run: "runs",
  work: "work",
  duty: "clock",
  incident: "incidents",
  guide: "guides",
};

const names: Readonly<Record<Hit["kind"], string>> = {
  component: "component",
  finding: "finding",
  run: "run",
  work: "work order",
  duty: "duty",
  incident: "incident",
  guide: "guide",
};

/** What the server found, as places to go to: what is in production and what is meant exactly comes as the server has it. */
export function targetsOf(hits: readonly Hit[]): readonly Target[] {
  return hits.map(({ kind, title, says, environment, route }) => ({
    title,
    path: route,
    icon: icons[kind],
    says: [names[kind], says, environment].filter((part) => part !== null && part !== "").join(", "),
  }));
}

/** The server is asked once there are two letters to ask for. */
export function askedOf(text: string): string | undefined {
  const asked = text.trim().slice(0, 200);
  return asked.length < 2 ? undefined : asked;
}
