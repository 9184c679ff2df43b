import { instantOf } from "../kernel/instant.ts";
import type { NoticeDraft } from "../platform/record.ts";
import type { Channel, Delivery } from "./channel.ts";

export const testNow = instantOf(Date.UTC(2026, 10, 20, 12));

export function minutesLater(minutes: number) {
  return instantOf(Date.parse(testNow) + minutes * 60_000);
}

export function draftOf(more: Partial<NoticeDraft> = {}): NoticeDraft {
  return { key: "k", severity: "warning", title: "Disk fills up", text: "90 % are used.", ...more };
}

/** A channel that keeps what it is given, or does what `send` says. */
export function channelOf(name: string, more: Partial<Channel> = {}): Channel & { readonly got: Delivery[] } {
  const got: Delivery[] = [];
  const usual: Channel = {
    name,
    severities: ["info", "warning", "critical"],
    reaches: () => false,
    pages: false,
    quiet: undefined,
    send: async (delivery) => void got.push(delivery),
  };
  return { ...usual, ...more, got };
}
