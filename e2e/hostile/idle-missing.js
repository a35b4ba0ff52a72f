// No requestIdleCallback.
delete window.requestIdleCallback; window.requestIdleCallback = undefined;
