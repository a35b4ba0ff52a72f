//! HTTP to the collector: the pack, beacons, chat.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::pack::Pack;
use nunchi_api::chat::{Ask, Thread};
use ureq::Agent;

use super::{CrowdError, Plan};

/// One connection pool for all shoppers; each request names the shop as its origin.
pub(super) struct Wire {
    agent: Agent,
    collector: String,
    site: String,
    origin: String,
    pack: Mutex<Arc<Pack>>,
}

/// What came back for a beacon.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after_s: Option<u32>,
    pub(super) body: Vec<u8>,
}

impl Wire {
    /// Fetches the pack and is ready.
    pub(super) fn open(plan: &Plan) -> Result<Self, CrowdError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)));
        let wire = Self {
            agent: config.build().into(),
            collector: plan.collector.clone(),
            site: plan.site.as_str().to_owned(),
            origin: plan.origin.clone(),
            pack: Mutex::default(),
        };
        wire.take_pack()?;
        Ok(wire)
    }

    /// The newest pack that was fetched.
    pub(super) fn pack(&self) -> Arc<Pack> {
        Arc::clone(&self.pack.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches the pack anew.
    pub(super) fn take_pack(&self) -> Result<(), CrowdError> {
        let address = format!("{}/v1/pack/{}", self.collector, self.site);
        let fail = |reason: String| CrowdError::NoPack { address: address.clone(), reason };
        let request = self.agent.get(&address).header("Origin", &self.origin);
        let mut response = request.call().map_err(|error| fail(error.to_string()))?;
        if response.status() != 200 {
            return Err(fail(format!("status {}", response.status().as_u16())));
        }
        let bytes = response.body_mut().read_to_vec().map_err(|error| fail(error.to_string()))?;
        let pack = Pack::decode(&bytes).map_err(|error| fail(error.to_string()))?;
        *self.pack.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(pack);
        Ok(())
    }

    /// Posts a beacon; `None` when nobody answered.
    pub(super) fn post(&self, frame: &[u8]) -> Option<Answer> {
        let mut response = self.send("/v1/b", frame)?;
        let retry_after = response.headers().get("retry-after");
        let retry_after_s = retry_after.and_then(|it| it.to_str().ok()?.parse().ok());
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_vec().unwrap_or_default();
        Some(Answer { status, retry_after_s, body })
    }

    /// Asks in the chat; `None` when no answer came.
    pub(super) fn ask(&self, ask: &Ask) -> Option<Thread> {
        let body = serde_json::to_vec(ask).ok()?;
        let mut response = self.send("/v1/chat", &body)?;
        serde_json::from_slice(&response.body_mut().read_to_vec().ok()?).ok()
    }

    /// The site's key.
    pub(super) fn site(&self) -> &str {
        &self.site
    }

    fn send(&self, path: &str, body: &[u8]) -> Option<ureq::http::Response<ureq::Body>> {
        let request = self.agent.post(format!("{}{path}", self.collector));
        request.header("Origin", &self.origin).content_type("text/plain").send(body).ok()
    }
}
