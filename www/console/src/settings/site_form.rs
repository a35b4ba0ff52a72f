//! The form of a site, new or known.

use leptos::{ev, html, prelude::*};
use nunchi_api::Site;
use nunchi_api::sites::{ChangeSite, NewSite};

use super::install::consent_name;
use crate::api;
use crate::preferences::{language, say};
use crate::ui::form::{Kind, Sending, input, select};
use crate::ui::pieces::field;

/// A form for a new site, or for a known one; `done` is told the site as it is then.
pub(crate) fn site_form(
    known: Option<Site>,
    done: impl Fn(Site) + Clone + 'static,
) -> impl IntoView {
    let is_new = known.is_none();
    let site = known.unwrap_or_else(first);
    let sending = Sending::new();
    let (key, name) = (RwSignal::new(site.key), RwSignal::new(site.name));
    let origins = RwSignal::new(site.origins.join("\n"));
    let (consent, zone) = (RwSignal::new(site.consent), RwSignal::new(site.zone));
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (key, name) = (key.get_untracked(), name.get_untracked());
        let (consent, zone) = (consent.get_untracked(), zone.get_untracked());
        let lines = origins.get_untracked();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let origins: Vec<String> = lines.map(Into::into).collect();
        let request = async move {
            if is_new {
                let new = NewSite { key, name, origins, consent, zone };
                return api::post("/api/sites", &new).await;
            }
            let change = ChangeSite {
                name: Some(name),
                origins: Some(origins),
                consent: Some(consent),
                zone: Some(zone),
                is_on: None,
            };
            api::post(&format!("/api/sites/{key}"), &change).await
        };
        let done = done.clone();
        sending.send(request, done);
    };
    html::form().class("form").on(ev::submit, enter).child((
        field(|words| words.site_name, input(Kind::Text, "name", name), ""),
        is_new.then(|| {
            field(
                |words| words.site_key,
                input(Kind::Text, "key", key),
                say(|words| words.site_key_help),
            )
        }),
        field(
            |words| words.site_origins,
            html::textarea()
                .name("origins")
                .rows("2")
                .required(true)
                .prop("value", move || origins.get())
                .on(ev::input, move |event| origins.set(event_target_value(&event))),
            say(|words| words.site_origins_help),
        ),
        field(
            |words| words.site_consent,
            select("consent", consents, consent),
            say(|words| words.site_consent_help),
        ),
        field(
            |words| words.site_zone,
            input(Kind::Text, "zone", zone),
            say(|words| words.site_zone_help),
        ),
        sending.foot(move |words| if is_new { words.site_add } else { words.save }),
    ))
}

/// What a new site begins with: the zone of this browser, and a key that says what it is.
fn first() -> Site {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let zone = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into());
    Site {
        key: "shop".into(),
        name: String::new(),
        origins: vec![],
        pack: 0,
        is_on: true,
        consent: "unknown".into(),
        zone: zone.ok().and_then(|it| it.as_string()).unwrap_or_else(|| "UTC".into()),
    }
}

fn consents() -> Vec<(String, String)> {
    let named = |it: &str| (it.to_owned(), consent_name(it, language()));
    ["unknown", "measure", "personalise"].map(named).into()
}
