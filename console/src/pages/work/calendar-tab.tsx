import { ActionIcon, Button, Group, SegmentedControl } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { ChoiceFilter, Filters } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useNow } from "../../parts/time.tsx";
import { useEnvironment, useSearch } from "../../state/use-search.ts";
import { useZone } from "../../state/zone.ts";
import {
  beginOf,
  type Day,
  dayAsked,
  dayOf,
  daysOf,
  kinds,
  plusDays,
  type Span,
  spanText,
  stepped,
} from "./calendar-days.ts";
import { CalendarGrid } from "./calendar-grid.tsx";
import { Duties } from "./duties.tsx";
import { Openings } from "./openings.tsx";
import { WorkTabs } from "./work-tabs.tsx";

/** Windows, freezes, duties and planned work by week or month; on a narrow screen as an agenda. */
export function CalendarTab() {
  const [search, setSearch] = useSearch();
  const zone = useZone();
  const environment = useEnvironment();
  const today = dayOf(useNow(), zone);
  const span: Span = search["span"] === "month" ? "month" : "week";
  const on = dayAsked(search["on"], today);
  const days = daysOf(span, on);
  const query = {
    from: momentOf(days[0] ?? on, zone),
    to: momentOf(plusDays(days.at(-1) ?? on, 1), zone),
    environment,
  };
  const calendar = useRead("/calendar", { query });
  const kind = kinds.find((one) => one === search["kind"]);
  return (
    <Page
      title="Work"
      why="When what may be done, is due, and is planned. Disruptive work is started in windows only, and nothing planned in a freeze."
      cli={calendar.cli}
    >
      <WorkTabs current="calendar" />
      <Filters>
        <SegmentedControl
          aria-label="How much"
          data={[
            { value: "week", label: "Week" },
            { value: "month", label: "Month" },
          ]}
          value={span}
          onChange={(value) => setSearch({ span: value === "month" ? "month" : undefined })}
        />
        <Steps span={span} on={on} today={today} title={spanText(span, days, on)} />
        <ChoiceFilter name="kind" label="Kind" choices={kinds} />
      </Filters>
      <Loaded read={calendar} skeleton={<SkeletonCard height={span === "week" ? 360 : 640} />}>
        {({ items }) => (
          <CalendarGrid
            {...{ span, on, today, zone, days }}
            entries={items.filter((entry) => kind === undefined || entry.kind === kind)}
          />
        )}
      </Loaded>
      <Duties environment={environment} entries={calendar.data?.items ?? []} />
      <Openings />
    </Page>
  );
}

function momentOf(day: Day, zone: string): string {
  return new Date(beginOf(day, zone)).toISOString();
}

function Steps({
  span,
  on,
  today,
  title,
}: {
  readonly span: Span;
  readonly on: Day;
  readonly today: Day;
  readonly title: string;
}) {
  const [, setSearch] = useSearch();
  const go = (day: Day): void => setSearch({ on: day === today ? undefined : day });
  return (
    <Group gap={4}>
      <ActionIcon aria-label={`The ${span} before`} onClick={() => go(stepped(span, on, -1))}>
        <Icon name="left" />
      </ActionIcon>
      <Button variant="default" onClick={() => go(today)}>
        Today
      </Button>
      <ActionIcon aria-label={`The ${span} after`} onClick={() => go(stepped(span, on, 1))}>
        <Icon name="right" />
      </ActionIcon>
      <strong style={{ marginLeft: 6 }} aria-live="polite">
        {title}
      </strong>
    </Group>
  );
}
