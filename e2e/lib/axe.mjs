// Accessibility, as axe sees it: WCAG 2.2 A and AA.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const SOURCE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * What axe finds within a selector, a line each: rule, element, why. Run in the page by the driver, past its policy.
 * Shadow roots must be open (`openShop`).
 * @param {import("playwright-core").Page} page
 */
export async function findings(page, within) {
  const source = await readFile(SOURCE, "utf8");
  await page.evaluate(source);
  const found = await page.evaluate(
    ({ within, tags }) => axe.run(within, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
    { within, tags: TAGS },
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`));
}
