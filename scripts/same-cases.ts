import fc from "fast-check";

/**
 * Read before every test file: tests of properties play the same generated cases each time, so that what fails, fails
 * again, and a commit is never refused for what another one brought. `CASES=random npm test -- src/inventory` looks for
 * new ones; a number plays that seed.
 */
const wanted = process.env["CASES"] ?? "1";
if (wanted !== "random") {
  const seed = Number(wanted);
  if (!Number.isInteger(seed)) throw new Error(`CASES is "${wanted}": it takes a whole number, or "random"`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
