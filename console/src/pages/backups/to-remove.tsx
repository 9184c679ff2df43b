import { Link } from "@tanstack/react-router";
import { counted } from "../../parts/counted.ts";
import { Time } from "../../parts/time.tsx";
import { type EnvironmentRow, sizeText } from "./store-words.ts";

/** What retention keeps no longer: the run that waits for somebody to agree, or when it is shown next. */
export function ToRemove({ of: removal }: { readonly of: NonNullable<EnvironmentRow["removal"]> }) {
  const { waiting, next, backups, bytes } = removal;
  if (waiting !== null)
    return (
      <>
        <Link to={`/runs/${waiting.run}`}>A removal waits for somebody to agree</Link>
        {waiting.freesBytes === null ? undefined : `; it frees ${sizeText(waiting.freesBytes)}`}, since{" "}
        <Time at={waiting.since} show="both" />
      </>
    );
  return (
    <>
      {backups === 0
        ? "nothing at this time"
        : `${counted(backups, "backup")}, ${sizeText(bytes)} as taken, less where data is shared`}
      {next === null ? (
        "; by hand alone"
      ) : (
        <>
          ; shown next <Time at={next} show="both" />
        </>
      )}
    </>
  );
}
