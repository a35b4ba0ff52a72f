// What the shop does beyond plain HTML: steppers, swatches, carts that change in place, the consent
// banner and, with `?spa`, client-side routes. Every form and link works without this file.
"use strict";

(() => {
  const html = document.documentElement;
  const isSpa = html.hasAttribute("data-spa");
  /** Pages are our own, from our own server: Trusted Types wants that said once. */
  const policy = window.trustedTypes?.createPolicy("ondal", { createHTML: (text) => text });

  /** Pushes the events that a page carries to the data layer. */
  function tell() {
    const events = JSON.parse(document.getElementById("events")?.textContent || "[]");
    for (const event of events) {
      if (event.ecommerce) dataLayer.push({ ecommerce: null });
      dataLayer.push(event);
    }
  }

  let newest = 0;

  /** Fetches a page and puts its main part in place of this one's. False: a newer one overtook it. */
  async function load(url, options) {
    const mine = ++newest;
    const answer = await fetch(url, options);
    const text = await answer.text();
    if (mine !== newest) return null;
    const page = new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
    return { page, url: answer.url };
  }

  function show({ page }) {
    document.title = page.title;
    for (const part of ["main", "header.top nav", "a.language", "a.bag"]) {
      document.querySelector(part).replaceWith(document.adoptNode(page.querySelector(part)));
    }
  }

  const main = () => document.getElementById("main");

  /** Goes to another route: keeps the scroll position of this one, then pushes the next. */
  async function go(url, options) {
    try {
      const next = await load(url, options);
      if (!next) return;
      history.replaceState({ top: scrollY }, "", location.href);
      history.pushState({ top: 0 }, "", next.url);
      show(next);
      scrollTo(0, 0);
      main().focus({ preventScroll: true });
      tell();
    } catch {
      location.assign(url);
    }
  }

  /** Posts a form and shows what comes back in place, with the focus where it was. */
  async function inPlace(form, submitter) {
    const key = submitter?.dataset.key;
    const next = await load(form.action, { method: "POST", body: data(form, submitter) });
    if (!next) return;
    show(next);
    const again = key && main().querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    (again || main()).focus({ preventScroll: true });
    tell();
  }

  const data = (form, submitter) => new URLSearchParams(new FormData(form, submitter));

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.matches("[data-consent-form]")) {
      event.preventDefault();
      shopConsent.choose(submitter.value);
      fetch(form.action, { method: "POST", body: data(form, submitter), redirect: "manual" });
      form.parentElement.remove();
    } else if (form.matches("[data-inline]")) {
      event.preventDefault();
      inPlace(form, submitter).catch(() => form.submit());
    } else if (isSpa && form.method === "get") {
      event.preventDefault();
      const words = data(form, submitter);
      for (const [name, value] of [...words]) if (!value) words.delete(name);
      const query = words.size ? `?${words}` : "";
      go(new URL(form.action, location.href).pathname + query);
    } else if (isSpa) {
      event.preventDefault();
      go(form.action, { method: "POST", body: data(form, submitter) });
    }
  });

  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) {
      const field = step.parentElement.querySelector("input");
      step.dataset.step === "1" ? field.stepUp() : field.stepDown();
      field.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const link = event.target.closest("a[href]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isSpa || !link || !isPlain || event.defaultPrevented || link.hasAttribute("data-load")) return;
    if (link.origin !== location.origin || link.target || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    go(link.href);
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.closest("[data-filter]")) field.form.requestSubmit();
    if (field.dataset.picture) {
      document.getElementById("picture").src = field.dataset.picture;
      field.form.querySelector("legend output").textContent = field.dataset.name;
    }
    const price = field.selectedOptions?.[0]?.dataset.price;
    if (price) document.querySelector("[data-price-of] .price").textContent = price;
  });

  if (isSpa) {
    history.scrollRestoration = "manual";
    addEventListener("popstate", async (event) => {
      const top = event.state?.top ?? 0;
      try {
        const next = await load(location.href);
        if (!next) return;
        show(next);
        scrollTo(0, top);
        tell();
      } catch {
        location.reload();
      }
    });
  }

  tell();
})();
