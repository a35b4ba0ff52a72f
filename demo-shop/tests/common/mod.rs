//! A browser without a screen: follows redirects, keeps cookies, runs no scripts.

#![allow(dead_code, reason = "every test file uses its own part")]

use std::collections::BTreeMap;
use std::sync::{OnceLock, mpsc};
use std::thread;

use demo_shop::server::{self, Settings};
use serde_json::Value;

/// The address of a shop that lives as long as this test program.
pub(crate) fn shop() -> &'static str {
    static SHOP: OnceLock<String> = OnceLock::new();
    SHOP.get_or_init(|| {
        let (ready, port) = mpsc::channel();
        thread::spawn(|| {
            let settings = Settings { collector: COLLECTOR.into(), site: "demo".into() };
            server::serve(settings, 0, move |port| ready.send(port).unwrap()).unwrap();
        });
        format!("http://127.0.0.1:{}", port.recv().unwrap())
    })
}

pub(crate) const COLLECTOR: &str = "http://collector.example:8080";

pub(crate) struct Browser {
    agent: ureq::Agent,
    pub(crate) cookies: BTreeMap<String, String>,
}

pub(crate) struct Page {
    /// Where redirects led to.
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false);
        Self { agent: config.build().into(), cookies: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Page {
        let request = self.agent.get(format!("{}{path}", shop())).header("Cookie", self.cookie());
        let response = request.call().unwrap();
        self.arrive(path, response)
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.agent.post(format!("{}{path}", shop())).header("Cookie", self.cookie());
        let response = request.send_form(form.iter().copied()).unwrap();
        self.arrive(path, response)
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn arrive(&mut self, path: &str, mut response: ureq::http::Response<ureq::Body>) -> Page {
        for header in response.headers().get_all("set-cookie") {
            let cookie = header.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(to) = response.headers().get("location") {
            let to = to.to_str().unwrap().to_owned();
            return self.get(&to);
        }
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        Page {
            path: path.to_owned(),
            status: response.status().as_u16(),
            headers: headers.collect(),
            text: response.body_mut().read_to_string().unwrap(),
        }
    }
}

impl Page {
    /// What the page pushes to `dataLayer`.
    pub(crate) fn events(&self) -> Vec<Value> {
        let block =
            between(&self.text, "<script id=\"events\" type=\"application/json\">", "</script>");
        serde_json::from_str(block.expect("every page has a block of events")).unwrap()
    }

    /// The names of its events.
    pub(crate) fn event_names(&self) -> Vec<String> {
        self.events().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn event(&self, name: &str) -> Value {
        let found = self.events().into_iter().find(|event| event["event"] == name);
        found.unwrap_or_else(|| panic!("no {name} on {}, but {:?}", self.path, self.event_names()))
    }

    /// Its JSON-LD.
    pub(crate) fn schema(&self) -> Option<Value> {
        let block = between(&self.text, "<script type=\"application/ld+json\">", "</script>")?;
        Some(serde_json::from_str(block).unwrap())
    }

    /// Every address in it: links, pictures, scripts, sheets.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let quoted = ["href=\"", "src=\"", "data-picture=\"", "action=\""].into_iter();
        let found = quoted.flat_map(|name| self.text.split(name).skip(1));
        found
            .filter_map(|rest| rest.split('"').next())
            .map(|text| text.replace("&amp;", "&"))
            .collect()
    }
}

pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inside, _)| inside)
}
