import { useElementSize } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { ShowAs } from "../../parts/chart.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Time } from "../../parts/time.tsx";
import { MarkShape } from "./mark-shape.tsx";
import { sizeText } from "./store-words.ts";
import { type Lane, type Mark, markWords, neighbourOf, type Span } from "./time-line-marks.ts";
import { Backdrop, frameOf, LaneRow, type Place, type PointMark } from "./time-line-rows.tsx";

interface TimeLineProps {
  readonly title: string;
  readonly lanes: readonly Lane[];
  readonly points: readonly PointMark[];
  readonly span: Span;
}

/** Restore points over time, a lane for each store: arrows move, Enter opens; the same stands in a table. */
export function TimeLine(props: TimeLineProps) {
  const [asTable, setAsTable] = useState(false);
  const { title, lanes } = props;
  return (
    <figure className="mw-card mw-bk-line" data-long={isLong(lanes) ? "" : undefined}>
      <figcaption>
        <strong>{title}</strong>
        <ShowAs of={title} other={asTable ? "a time line" : "table"} change={() => setAsTable(!asTable)} />
      </figcaption>
      {asTable ? <MarkTable lanes={lanes} /> : <Picture {...props} />}
    </figure>
  );
}

/** More lanes than fit on a screen beside what is told of one. */
function isLong(lanes: readonly Lane[]): boolean {
  return lanes.length > 12;
}

function Picture({ title, lanes, points, span }: TimeLineProps) {
  const { ref, width } = useElementSize();
  const [chosen, setChosen] = useState<Place>(() => lastOf(lanes));
  const [pointed, setPointed] = useState<Place>();
  const svg = useRef<SVGSVGElement>(null);
  const frame = frameOf(width, lanes);
  // What is shown may have changed since it was chosen.
  const current = markAt(lanes, chosen) === undefined ? lastOf(lanes) : chosen;
  const shown = pointed ?? current;
  const move = (event: KeyboardEvent): void => {
    const next = neighbourOf(lanes, current, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
    const mark = svg.current?.querySelector<SVGElement>(`[data-mark="${next.join("/")}"]`);
    mark?.focus();
    // The line that tells of it stands over the last lanes in view.
    if (isLong(lanes)) mark?.scrollIntoView({ block: "center", inline: "nearest" });
  };
  const focus = (place: Place): void => {
    setChosen(place);
    setPointed(undefined);
  };
  return (
    <div ref={ref}>
      <svg
        ref={svg}
        width={frame.width}
        height={frame.height}
        role="group"
        aria-label={`${title}: arrows move, Enter opens`}
        onPointerLeave={() => setPointed(undefined)}
      >
        <Backdrop frame={frame} points={points} span={span} />
        {lanes.map((lane, row) => (
          <LaneRow
            key={`${lane.environment}/${lane.store}`}
            {...{ lane, row, frame, move, focus }}
            focusable={row === current[0] ? current[1] : undefined}
            told={row === shown[0] ? shown[1] : undefined}
            point={setPointed}
          />
        ))}
      </svg>
      <Shown lane={lanes[shown[0]]} mark={markAt(lanes, shown)} />
      <Legend />
    </div>
  );
}

function markAt(lanes: readonly Lane[], [lane, mark]: Place): Mark | undefined {
  return lanes[lane]?.marks[mark];
}

/** The newest of the first store that has any. */
function lastOf(lanes: readonly Lane[]): Place {
  const lane = lanes.findIndex(({ marks }) => marks.length > 0);
  return lane === -1 ? [0, 0] : [lane, (lanes[lane]?.marks.length ?? 1) - 1];
}

function Shown({ lane, mark }: { readonly lane: Lane | undefined; readonly mark: Mark | undefined }) {
  if (lane === undefined || mark === undefined)
    return <p className="mw-bk-shown mw-dim">No backup was taken in the time on screen.</p>;
  return (
    <p className="mw-bk-shown">
      <strong>{lane.store}</strong> <Time at={mark.at} show="both" /> · {mark.class} · {sizeText(mark.bytes)} ·{" "}
      {markWords[mark.kind]}
      {mark.provenAt === null ? undefined : (
        <>
          {" "}
          <Time at={mark.provenAt} />
        </>
      )}
    </p>
  );
}

const kinds = ["proven", "not-proven", "sampled", "failed", "removed", "lost"] as const;

function Legend() {
  return (
    <ul className="mw-bk-legend" aria-label="What the signs mean">
      {kinds.map((kind) => (
        <li key={kind}>
          <svg width={16} height={16} aria-hidden="true">
            <MarkShape kind={kind} x={8} y={8} />
          </svg>
          {markWords[kind]}
        </li>
      ))}
      <li>
        <svg width={20} height={16} aria-hidden="true">
          <line className="mw-bk-stretch" data-late="" x1={0} x2={20} y1={8} y2={8} />
        </svg>
        longer without a backup than may be lost
      </li>
      <li>
        <svg width={16} height={16} aria-hidden="true">
          <line className="mw-bk-point" data-fenced="" x1={4} x2={4} y1={0} y2={16} />
          <line className="mw-bk-point" x1={12} x2={12} y1={0} y2={16} />
        </svg>
        recovery point, fenced and unfenced
      </li>
    </ul>
  );
}

function MarkTable({ lanes }: { readonly lanes: readonly Lane[] }) {
  const rows = lanes
    .flatMap(({ store, marks }) => marks.map((one) => ({ ...one, store })))
    .toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <div className="mw-bk-table">
      <SmallTable
        label="Restore points"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { title: "Taken", cell: ({ at }) => <Time at={at} show="exact" /> },
          {
            title: "Store",
            cell: ({ id, store }) => (
              <Link to={`/backups/${id}`} search={((before: object) => before) as never}>
                {store}
              </Link>
            ),
          },
          { title: "What for", cell: (one) => one.class },
          { title: "Size", cell: ({ bytes }) => sizeText(bytes) },
          { title: "State", cell: ({ kind }) => markWords[kind] },
        ]}
      />
    </div>
  );
}
