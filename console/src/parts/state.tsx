import type { IconName } from "./icon.tsx";
import { Tag, type Tone } from "./tag.tsx";

/** What the words of our nouns' states mean to somebody who skims; a word that is not here is grey. */
const looks: Readonly<Record<string, readonly [Tone, IconName]>> = {
  // wants somebody
  open: ["orange", "incidents"],
  overdue: ["red", "clock"],
  failed: ["red", "cross"],
  errored: ["red", "question"],
  missed: ["red", "clock"],
  waiting: ["yellow", "pause"],
  due: ["yellow", "clock"],
  "waiting-for-approval": ["yellow", "user"],
  // goes on
  running: ["blue", "runs"],
  planned: ["blue", "work"],
  approved: ["blue", "check"],
  acknowledged: ["blue", "user"],
  paused: ["yellow", "pause"],
  // is over
  done: ["green", "check"],
  closed: ["green", "check"],
  resolved: ["green", "check"],
  succeeded: ["green", "check"],
  finished: ["green", "check"],
  yes: ["orange", "incidents"],
  no: ["green", "check"],
  suppressed: ["grey", "lock"],
  skipped: ["grey", "right"],
  cancelled: ["grey", "cross"],
  aborted: ["grey", "stop"],
  absent: ["grey", "minus"],
  unknown: ["grey", "question"],
};

/** The state of a finding, a duty, an order, a run, a step, an incident, in the API's own word. */
export function State({ of }: { readonly of: string }) {
  const [tone, icon] = looks[of] ?? ["grey", "minus"];
  return (
    <Tag tone={tone} icon={icon}>
      {of.replaceAll("-", " ").replaceAll("_", " ")}
    </Tag>
  );
}
