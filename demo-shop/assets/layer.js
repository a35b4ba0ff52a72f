// The shop's data layer and its consent state (Consent Mode v2). Loaded before any other script, so
// that whoever listens finds the denial before anything else.
"use strict";

window.dataLayer = window.dataLayer || [];
window.gtag = function gtag() {
  window.dataLayer.push(arguments);
};

window.shopConsent = (() => {
  /** @param {boolean} statistics @param {boolean} rest */
  const state = (statistics, rest) => {
    const word = (granted) => (granted ? "granted" : "denied");
    return {
      ad_storage: word(rest),
      ad_user_data: word(rest),
      ad_personalization: word(rest),
      analytics_storage: word(statistics),
      functionality_storage: word(rest),
      personalization_storage: word(rest),
      security_storage: "granted",
    };
  };
  /** @param {string} choice `all`, `statistics` or `refuse` */
  const choose = (choice) => gtag("consent", "update", state(choice !== "refuse", choice === "all"));

  const kept = document.documentElement.dataset.consent; // Absent: this shop does not ask.
  if (kept) gtag("consent", "default", { ...state(false, false), wait_for_update: 500 });
  if (kept && kept !== "ask") choose(kept);
  return { choose };
})();

document.documentElement.classList.add("js");
