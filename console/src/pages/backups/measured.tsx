import { type ReactNode, useMemo } from "react";
import { Chart } from "../../parts/chart.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { WhenNear } from "../../parts/when-near.tsx";

/** What of a component is told, and for which time. */
export interface OnScreen<Of> {
  readonly of: Of;
  readonly span: { readonly from: string; readonly to: string };
}

/** How an objective is charted; the same object each time, since another has the chart drawn anew. */
export interface Objective<One> {
  readonly title: string;
  readonly unit: string;
  readonly line: string;
  /** In the unit. */
  readonly valueOf: (one: One) => number;
  readonly mostLine: string;
}

interface MeasuredProps<One> extends OnScreen<Objective<One>> {
  /** The oldest first. */
  readonly measured: readonly One[];
  /** What the measured may come to at most, in the unit. */
  readonly most: number;
  /** Whether it is met, and where that leads. */
  readonly children: ReactNode;
}

/** What was measured of an objective in the time on screen, beside what was agreed. */
export function Measured<One extends { readonly at: string }>(props: MeasuredProps<One>) {
  const { of: objective, measured, most, span, children } = props;
  const { title, unit } = objective;
  const shown = useMemo(() => measured.filter(({ at }) => at >= span.from && at <= span.to), [measured, span]);
  const at = useMemo(() => shown.map((one) => one.at), [shown]);
  const lines = useMemo(() => {
    const values = shown.map(objective.valueOf);
    const agreed = { name: objective.mostLine, values: shown.map(() => most), limit: true };
    // Far above it would press what was measured flat; it stands in words.
    const isNear = Math.max(0, ...values) * 4 > most;
    return [{ name: objective.line, values }, ...(isNear ? [agreed] : [])];
  }, [shown, objective, most]);
  return (
    <>
      <p>{children}</p>
      {shown.length < 2 ? (
        <p className="mw-dim">It was measured {shown.length === 0 ? "not at all" : "once"} in the time on screen.</p>
      ) : (
        <WhenNear height={240}>
          <Chart title={title} unit={unit} at={at} lines={lines} span={span} height={150} fromZero />
        </WhenNear>
      )}
    </>
  );
}

/** Whether an objective is met, in words. */
export function Met({ met, children }: { readonly met: boolean; readonly children: ReactNode }) {
  return (
    <Tag tone={met ? "green" : "orange"} icon={met ? "check" : "clock"}>
      {children}
    </Tag>
  );
}

/** Where what was measured leads; null: no moment ahead is named. */
export function Leads({ words, at }: { readonly words: string; readonly at: string | null }) {
  return (
    <>
      {words}
      {at === null ? undefined : (
        <>
          {" "}
          <Time at={at} show="exact" />
        </>
      )}
    </>
  );
}
