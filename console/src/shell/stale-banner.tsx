import { useSyncExternalStore } from "react";
import { Icon } from "../parts/icon.tsx";
import { Time } from "../parts/time.tsx";
import { connection, onConnection } from "../state/connection.ts";

/** At the foot of the window while the server is not heard: what is shown is old, and how old. It moves nothing and hides no title. */
export function StaleBanner() {
  const { lost, heardAt } = useSyncExternalStore(onConnection, connection);
  return (
    <div role="status">
      {lost ? (
        <div className="mw-stale">
          <Icon name="incidents" />
          <span>
            Connection lost; it is tried again by itself. What you see is
            {heardAt === undefined ? " old." : " of "}
            {heardAt === undefined ? undefined : <Time at={new Date(heardAt).toISOString()} show="both" />}
          </span>
        </div>
      ) : undefined}
    </div>
  );
}
