import { type ReactNode, useMemo } from "react";
import { Chart } from "../../parts/chart.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { WhenNear } from "../../parts/when-near.tsx";

interface MeasuredProps<One> {
  readonly title: string;
  readonly unit: string;
  /** The oldest first. */
  readonly measured: readonly One[];
  /** In the unit; the same function each time, since another has the chart drawn anew. */
  readonly valueOf: (one: One) => number;
  readonly line: string;
  /** What the measured may come to at most, in the unit. */
  readonly most: number;
  readonly mostLine: string;
  readonly span: { readonly from: string; readonly to: string };
  /** Whether it is met, and where that leads. */
  readonly children: ReactNode;
}

/** What was measured of an objective in the time on screen, beside what was agreed. */
export function Measured<One extends { readonly at: string }>(props: MeasuredProps<One>) {
  const { title, unit, measured, valueOf, line, most, mostLine, span, children } = props;
  const shown = useMemo(() => measured.filter(({ at }) => at >= span.from && at <= span.to), [measured, span]);
  const at = useMemo(() => shown.map((one) => one.at), [shown]);
  const lines = useMemo(() => {
    const values = shown.map(valueOf);
    const agreed = { name: mostLine, values: shown.map(() => most), limit: true };
    // Far above it would press what was measured flat; it stands in words.
    const isNear = Math.max(0, ...values) * 4 > most;
    return [{ name: line, values }, ...(isNear ? [agreed] : [])];
  }, [shown, valueOf, line, most, mostLine]);
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
