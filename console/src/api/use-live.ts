import { useEffect, useRef, useState } from "react";
import { heard, lost } from "../state/connection.ts";
import type { EventsInput, EventsPath } from "./types.ts";

export interface LiveEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** `isFirst`: of a stream that goes on from no other; what was before it was not told. */
type OnEvent = (event: LiveEvent, isFirst: boolean) => void;

/** A browser does not try again what was refused, as a proxy does while the server behind it starts. */
const againMillis = 5000;

/**
 * Follows server-sent events: `useLive("/runs/{id}/events", { path: { id } }, ["step", "log"], (event) => …)`. A lost connection is
 * taken up again where it broke off (the browser sends Last-Event-ID), and shown by the banner meanwhile; one that was refused is begun
 * anew. Returns whether it is connected.
 * `over`: what is followed has ended: the stream is read to its end, and not taken up again.
 */
export function useLive<P extends EventsPath>(
  path: P,
  input: EventsInput<P>,
  events: readonly string[],
  onEvent: OnEvent,
  enabled = true,
  over = false,
): boolean {
  const [connected, setConnected] = useState(false);
  const latest = useRef({ onEvent, over });
  const breakOff = useRef<() => void>(undefined);
  useEffect(() => {
    latest.current = { onEvent, over };
  });
  const url = addressOf(path, (input as { readonly path?: Readonly<Record<string, unknown>> }).path ?? {});
  const names = events.join(" ");
  useEffect(() => {
    if (!enabled) return undefined;
    let source: EventSource;
    let broken: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      let isFirst = true;
      source = new EventSource(`/api/v1${url}`);
      source.onopen = () => {
        clearTimeout(broken);
        heard(Date.now());
        setConnected(true);
      };
      source.onerror = () => {
        setConnected(false);
        clearTimeout(broken);
        if (latest.current.over) source.close();
        // A stream that came to its end breaks off too: whoever follows it says in that time that it is over.
        else if (source.readyState === EventSource.CONNECTING) broken = setTimeout(lost, 1500);
        else broken = setTimeout(open, againMillis);
      };
      for (const name of names.split(" ")) {
        source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
          heard(Date.now());
          latest.current.onEvent({ event: name, id: lastEventId, data: JSON.parse(data) as unknown }, isFirst);
          isFirst = false;
        });
      }
    };
    open();
    breakOff.current = () => {
      if (source.readyState === EventSource.OPEN) return;
      clearTimeout(broken);
      source.close();
    };
    return () => {
      clearTimeout(broken);
      source.close();
    };
  }, [url, names, enabled]);
  useEffect(() => {
    if (over) breakOff.current?.();
  }, [over]);
  return connected;
}

function addressOf(path: string, values: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}
