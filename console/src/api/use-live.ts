import { useEffect, useRef, useState } from "react";
import { heard, lost } from "../state/connection.ts";
import type { EventsInput, EventsPath } from "./types.ts";

export interface LiveEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/**
 * Follows server-sent events: `useLive("/runs/{id}/events", { path: { id } }, ["step", "log"], (event) => …)`. A lost connection is
 * taken up again where it broke off (the browser sends Last-Event-ID), and shown by the banner meanwhile. Returns whether it is connected.
 * `over`: what is followed has ended: the stream is read to its end, and not taken up again.
 */
export function useLive<P extends EventsPath>(
  path: P,
  input: EventsInput<P>,
  events: readonly string[],
  onEvent: (event: LiveEvent) => void,
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
    const source = new EventSource(`/api/v1${url}`);
    let broken: ReturnType<typeof setTimeout> | undefined;
    source.onopen = () => {
      clearTimeout(broken);
      heard(Date.now());
      setConnected(true);
    };
    source.onerror = () => {
      setConnected(false);
      if (latest.current.over) source.close();
      // A stream that came to its end breaks off too: whoever follows it says in that time that it is over.
      else if (source.readyState === EventSource.CONNECTING) broken = setTimeout(lost, 1500);
    };
    for (const name of names.split(" ")) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        heard(Date.now());
        latest.current.onEvent({ event: name, id: event.lastEventId, data: JSON.parse(event.data) as unknown });
      });
    }
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
