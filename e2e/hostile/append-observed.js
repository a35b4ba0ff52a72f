// An observer that removes strangers under html.
new MutationObserver((all) => all.forEach((it) => it.addedNodes.forEach((node) => { if (it.target === document.documentElement && node.localName === "nunchi-surface") node.remove(); }))).observe(document.documentElement, { childList: true });
