import { exactText } from "./time-text.ts";

/** Moments (seconds since 1970) below a chart: the time of day, and where a day begins or the distance is a day or more, the day. */
export function axisTexts(moments: readonly number[], zone: string): string[] {
  const [first = 0, second = first] = moments;
  const days = second - first >= 86_400;
  let before = "";
  return moments.map((moment) => {
    const [day = "", time = ""] = exactText(new Date(moment * 1000).toISOString(), zone).split(" ");
    const short = day.slice(5);
    if (days) return short;
    const text = day === before ? time : `${time}\n${short}`;
    before = day;
    return text;
  });
}
