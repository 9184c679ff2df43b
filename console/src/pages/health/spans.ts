import { type Spans, useChosenSpan } from "../../parts/span-choice.tsx";

export interface Span {
  readonly id: string;
  readonly title: string;
  readonly hours: number;
}

const usual: Span = { id: "24h", title: "24 hours", hours: 24 };

/** How far back charts look. */
export const spans: Spans<Span> = {
  all: [usual, { id: "7d", title: "7 days", hours: 168 }, { id: "30d", title: "30 days", hours: 720 }],
  usual,
};

export function useSpan(): Span {
  return useChosenSpan(spans);
}
