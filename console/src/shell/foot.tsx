import { useStatus } from "../state/session.tsx";
import { useZone } from "../state/zone.ts";

/** In small print on each page: the zone of all times, the version, what is wrong with the server itself. */
export function Foot() {
  const status = useStatus();
  const zone = useZone();
  return (
    <footer className="mw-foot">
      <span>Times in {zone}</span>
      {status === undefined ? undefined : <span>Millwright {status.version}</span>}
      {status?.problems.map((problem) => (
        <span key={problem} style={{ color: "var(--mw-orange)" }}>
          {problem}
        </span>
      ))}
    </footer>
  );
}
