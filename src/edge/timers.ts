/** Time as it passes: the monotonic clock and its timers. They keep the process alive. */
export const processTimers = {
  now: (): number => performance.now(),
  after(millis: number, call: () => void): () => void {
    const timer = setTimeout(call, millis);
    return () => clearTimeout(timer);
  },
};
