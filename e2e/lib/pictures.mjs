// Pictures of what a test sees, for people to look at: into the folder NUNCHI_PICTURES, if it is set.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** @param {import("playwright-core").Page} page */
export async function photograph(page, name) {
  const folder = process.env.NUNCHI_PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
