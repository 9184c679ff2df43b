/** Drawn for this console on a grid of 16, in the colour of the text around it. Never the only sign of a meaning. */
const paths = {
  overview: "M2 13.5V8M6 13.5V3M10 13.5V6M14 13.5V9.5",
  guides: "M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12zM6 6h4M6 9h4",
  components: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 11.25h4.5",
  work: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3M5.5 10h2",
  runs: "M5 3l7.5 5L5 13z",
  findings: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4l3.1 3.1",
  health: "M1.5 8h3l2-4.5 3 9 2-4.5h3",
  backups: "M2.5 3h11v3.5h-11zM3.5 6.5v7h9v-7M6.5 9.5h3",
  journal: "M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5",
  incidents: "M8 2l6.5 11.5h-13zM8 6.5v3M8 11.4v.2",
  documents: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3M6 8.5h4M6 11h4",
  settings:
    "M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M8.5 4.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 0 0-3.5 0zM4 11.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 0 0-3.5 0z",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  check: "M3 8.5l3.2 3.2L13 4.8",
  cross: "M4 4l8 8M12 4l-8 8",
  down: "M4 6l4 4 4-4",
  up: "M4 10l4-4 4 4",
  right: "M6 4l4 4-4 4",
  left: "M10 4L6 8l4 4",
  link: "M6.5 3.5H3v9.5h9.5V9.5M9 2.5h4.5V7M13.5 2.5L7.5 8.5",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M3 13l1.2-1.2M11.8 4.2L13 3",
  moon: "M13.5 9.5A6 6 0 1 1 6.5 2.5a4.8 4.8 0 0 0 7 7z",
  auto: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 2.5v11M10 3.5v9M12 5v6",
  user: "M8 2.5a2.75 2.75 0 1 1 0 5.5 2.75 2.75 0 0 1 0-5.5zM2.5 13.5a5.5 4 0 0 1 11 0",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  reload: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3",
  question: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.7-.8 1.3M8 11.3v.2",
  stop: "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  lock: "M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.5V8l2.5 1.5",
  minus: "M3.5 8h9",
  plus: "M8 3.5v9M3.5 8h9",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
