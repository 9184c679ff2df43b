import type { Reply } from "../../api/types.ts";
import type { SearchTexts } from "../../state/search-text.ts";

export type GuideLine = Reply<"/guides">["items"][number];
export type GuideState = GuideLine["state"];

export const states: readonly { readonly state: GuideState; readonly title: string }[] = [
  { state: "overdue", title: "overdue" },
  { state: "due", title: "due" },
  { state: "open", title: "open" },
  { state: "unknown", title: "not known" },
  { state: "done", title: "done" },
  { state: "not-applicable", title: "not applicable" },
];

export const guideNames = [
  { value: "both", label: "Both" },
  { value: "A", label: "A: platform" },
  { value: "B", label: "B: infrastructure" },
] as const;

/** The API's filter from the address. What somebody typed wrong there is left out rather than refused. The state is chosen here. */
export function filterOf(search: SearchTexts) {
  const text = (search["text"] ?? "").trim().slice(0, 200);
  return {
    guide: (["A", "B"] as const).find((guide) => guide === search["guide"]),
    section: search["section"]?.slice(0, 200),
    requirement: search["requirement"]?.slice(0, 20),
    text: text === "" ? undefined : text,
  };
}

export function stateOf(search: SearchTexts): GuideState | undefined {
  return states.find(({ state }) => state === search["state"])?.state;
}

export interface GuideSection {
  readonly id: string;
  readonly guide: GuideLine["guide"];
  readonly title: string;
  readonly lines: readonly GuideLine[];
}

/** The lines by guide and section, both in the order of the guide. */
export function sectionsOf(lines: readonly GuideLine[], state: GuideState | undefined): readonly GuideSection[] {
  const wanted = lines.filter((line) => state === undefined || line.state === state);
  return [...Map.groupBy(wanted, ({ guide, section }) => `${guide} ${section}`)].flatMap(([id, own]) => {
    const [first] = own;
    return first === undefined ? [] : [{ id, guide: first.guide, title: first.section, lines: own }];
  });
}

/** How wide a page of a line is told from its neighbours: the line before and after it, undefined at the ends. */
export function neighbours(lines: readonly GuideLine[], id: string) {
  const index = lines.findIndex((line) => line.id === id);
  return index === -1 ? {} : { before: lines[index - 1], after: lines[index + 1] };
}

/** Where a source can be read, for one that is an address; undefined for a file of another project. */
export function linkOf(source: string): string | undefined {
  const address = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}\/\S+)$/.exec(source.trim())?.[1];
  return address === undefined ? undefined : `https://${address}`;
}
