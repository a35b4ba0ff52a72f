// Timers whose ids are objects.
const old = setTimeout, stop = clearTimeout; window.setTimeout = (...a) => ({ id: old(...a) }); window.clearTimeout = (it) => it && stop(it.id);
