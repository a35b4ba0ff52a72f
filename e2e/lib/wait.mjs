// Waiting for what must become true, never for time to pass.

/**
 * Asks `question` until its answer is neither false nor empty; gives the answer.
 * @template T
 * @param {string} what for the message when it never comes
 * @param {() => Promise<T>} question
 * @param {number} withinMs
 * @returns {Promise<T>}
 */
export async function until(what, question, withinMs = 10_000) {
  const end = performance.now() + withinMs;
  let last;
  for (;;) {
    try {
      last = await question();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms for ${what}; last answer: ${show(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const show = (value) => (value instanceof Error ? value.stack : JSON.stringify(value));
