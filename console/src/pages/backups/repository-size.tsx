import { useMemo } from "react";
import { Chart } from "../../parts/chart.tsx";
import { WhenNear } from "../../parts/when-near.tsx";
import { type EnvironmentRow, sizeText } from "./store-words.ts";

/** How the repository grew: what its data take, equal data counted once. */
export function RepositorySize({ sizes }: Pick<EnvironmentRow, "sizes">) {
  const last = sizes.at(-1);
  const [first] = sizes;
  if (last === undefined || first === undefined)
    return <p className="mw-dim">How large it is was not asked yet; it is asked once a day.</p>;
  const days = (Date.parse(last.at) - Date.parse(first.at)) / 86_400_000;
  const perDay = days < 1 ? undefined : (last.bytes - first.bytes) / days;
  return (
    <>
      <p className="mw-bk-plain">
        {sizeText(last.bytes)}, equal data counted once
        {perDay === undefined
          ? "; measured for less than a day"
          : `; it ${perDay < 0 ? "shrank" : "grew"} by ${sizeText(Math.abs(perDay))} a day, ${sizeText(Math.max(0, last.bytes + perDay * 30))} in 30 days if that goes on`}
        .
      </p>
      {sizes.length < 2 ? undefined : (
        <WhenNear height={200}>
          <Sizes of={sizes} />
        </WhenNear>
      )}
    </>
  );
}

/** Lines that are the same as long as the sizes are: others would draw the chart anew. */
function Sizes({ of }: { readonly of: EnvironmentRow["sizes"] }) {
  const lines = useMemo(() => drawn(of), [of]);
  return <Chart title="Size of the repository" {...lines} height={150} />;
}

function drawn(sizes: EnvironmentRow["sizes"]) {
  const { unit, per } = unitOf(Math.max(0, ...sizes.map(({ bytes }) => bytes)));
  const values = sizes.map(({ bytes }) => Math.round((bytes / per) * 100) / 100);
  return { unit, at: sizes.map((one) => one.at), lines: [{ name: "size", values }] };
}

function unitOf(largest: number): { readonly unit: string; readonly per: number } {
  if (largest >= 1e12) return { unit: "TB", per: 1e12 };
  if (largest >= 1e9) return { unit: "GB", per: 1e9 };
  return largest >= 1e6 ? { unit: "MB", per: 1e6 } : { unit: "kB", per: 1e3 };
}
