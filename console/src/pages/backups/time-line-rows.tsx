import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { axisTexts } from "../../parts/axis-text.ts";
import { exactText } from "../../parts/time-text.ts";
import { useZone } from "../../state/zone.ts";
import { MarkShape } from "./mark-shape.tsx";
import { sizeText } from "./store-words.ts";
import { type Lane, type Mark, markWords, placeOf, type Span, shortName, ticksOf } from "./time-line-marks.ts";

/** A mark in the lanes of a time line. */
export type Place = readonly [lane: number, mark: number];

export interface PointMark {
  readonly id: string;
  readonly at: string;
  readonly fenced: boolean;
}

/** Where things stand in the picture, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
  /** So many letters of a store's name have room. */
  readonly letters: number;
  readonly x: (place: number) => number;
  readonly y: (lane: number) => number;
  /** Where the lanes end and the days begin. */
  readonly ground: number;
}

/** Of the widest letters that names are full of, in pixels. */
const letterWidth = 7.4;

export function frameOf(measured: number, lanes: readonly Lane[]): Frame {
  const width = Math.max(280, measured);
  const narrow = width < 640;
  const longest = Math.max(0, ...lanes.map(({ store }) => store.length));
  const letters = narrow
    ? Math.floor((width - 22) / letterWidth)
    : Math.min(longest, Math.floor(width / 3 / letterWidth));
  const left = narrow ? 8 : Math.max(190, letters * letterWidth + 16);
  const [laneHeight, middle] = narrow ? [46, 32] : [30, 15];
  const ground = lanes.length * laneHeight + 4;
  return {
    width,
    height: ground + 30,
    narrow,
    letters,
    ground,
    x: (place) => left + place * (width - left - 14),
    y: (lane) => lane * laneHeight + middle,
  };
}

/** Days, and recovery points across all lanes. */
export function Backdrop(props: { readonly frame: Frame; readonly points: readonly PointMark[]; readonly span: Span }) {
  const { frame, points, span } = props;
  const zone = useZone();
  const { x, ground, height, narrow } = frame;
  const ticks = ticksOf(span, narrow ? 4 : 9);
  const texts = axisTexts(
    ticks.map(({ at }) => Date.parse(at) / 1000),
    zone,
  );
  return (
    <>
      {ticks.map(({ at, place }, index) => (
        <g key={at} aria-hidden="true">
          <line className="mw-bk-grid" x1={x(place)} x2={x(place)} y1={0} y2={ground} />
          <text x={x(place)} y={height - 10} textAnchor={place > 0.95 ? "end" : place < 0.03 ? "start" : "middle"}>
            {texts[index]?.replace("\n", " ")}
          </text>
        </g>
      ))}
      {points.map(({ id, at, fenced }) => {
        const place = x(placeOf(Date.parse(at), span));
        return (
          <line
            key={id}
            className="mw-bk-point"
            data-fenced={fenced ? "" : undefined}
            x1={place}
            x2={place}
            y1={0}
            y2={ground}
          >
            <title>{`Recovery point ${fenced ? "fenced" : "unfenced"}, ${exactText(at, zone)}`}</title>
          </line>
        );
      })}
    </>
  );
}

/** A store: what it could have been brought back to, and how long there was nothing newer. */
export function LaneRow(props: {
  readonly lane: Lane;
  readonly row: number;
  readonly frame: Frame;
  /** The mark to which Tab leads. */
  readonly focusable: number | undefined;
  /** The mark that is told of below. */
  readonly told: number | undefined;
  readonly focus: (place: Place) => void;
  readonly point: (place: Place) => void;
  readonly move: (event: KeyboardEvent) => void;
}) {
  const { lane, row, frame, focusable, told, focus, point, move } = props;
  const { environment, store, stretches, marks } = lane;
  const zone = useZone();
  const { x, narrow } = frame;
  const y = frame.y(row);
  const isBare = marks.length + stretches.length === 0;
  return (
    <g
      role="group"
      aria-label={`${store} in ${environment}${marks.length === 0 ? ": no backup in the time on screen" : ""}`}
    >
      <text x={narrow ? x(0) : 4} y={narrow ? y - 14 : y + 4} aria-hidden="true" className="mw-bk-lane">
        {shortName(store, frame.letters - (narrow && isBare ? 12 : 0))}
      </text>
      {isBare ? (
        <text
          x={narrow ? x(1) : x(0)}
          y={narrow ? y - 14 : y + 4}
          textAnchor={narrow ? "end" : "start"}
          aria-hidden="true"
        >
          no backup
        </text>
      ) : (
        <line className="mw-bk-ground" x1={x(0)} x2={x(1)} y1={y} y2={y} />
      )}
      {stretches.map(({ from, to, late }) => (
        <line
          key={from}
          className="mw-bk-stretch"
          data-late={late ? "" : undefined}
          x1={x(from)}
          x2={x(to)}
          y1={y}
          y2={y}
        />
      ))}
      {marks.map((one, index) => (
        <Link
          key={one.id}
          to={`/backups/${one.id}`}
          search={((before: object) => before) as never}
          data-mark={`${row}/${index}`}
          data-told={index === told ? "" : undefined}
          tabIndex={index === focusable ? 0 : -1}
          aria-label={wordsOf(one, store, zone)}
          onFocus={() => focus([row, index])}
          onPointerEnter={() => point([row, index])}
          onKeyDown={move}
        >
          <MarkShape kind={one.kind} x={x(one.place)} y={y} />
        </Link>
      ))}
    </g>
  );
}

function wordsOf({ at, kind, bytes, class: taken }: Mark, store: string, zone: string): string {
  return `${store}, ${exactText(at, zone)}, ${taken}, ${sizeText(bytes)}, ${markWords[kind]}`;
}
