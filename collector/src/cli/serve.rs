//! `nunchi serve` and `nunchi demo`.

use std::io::{Write as _, stdout};
use std::net::SocketAddr;
use std::path::Path;

use beacon::SiteKey;
use beacon::item::Consent;
use engine::pack::Pack;

use super::Failure;
use super::log::Log;
use crate::assets::Assets;
use crate::clock::Clock;
use crate::config::{Given, Reload, Reloaded, Settings};
use crate::operators::token_of;
use crate::server::{self, Services};
use crate::sites::{default_pack, read_origin, renew_models, zone_of};
use crate::store::{Shipper, Store, StoreError};

/// `nunchi serve`.
pub(super) fn serve(given: Given, file: Option<&Path>, log: Log) -> Result<(), Failure> {
    let reload = settle(given, file, &log)?;
    let store = open(reload.settings())?;
    run(reload, store, log, false)
}

/// `nunchi demo`: the same, with a site to try. Run again it goes on with the data of the last time.
pub(super) fn demo(
    mut given: Given,
    file: Option<&Path>,
    log: Log,
    origin: &str,
) -> Result<(), Failure> {
    given.data.get_or_insert_with(|| std::env::temp_dir().join(DEMO_DATA));
    let reload = settle(given.without_limits(), file, &log)?;
    let store = open(reload.settings())?;
    let key = SiteKey::parse("demo")?;
    let mut pack = default_pack("Ondal", Consent::Personalise)?;
    // The demo shop's own green, so that what is shown looks at home there.
    pack.theme.accent = "#3f5a4a".into();
    let now = Clock::system().now();
    pack.zone = zone_of("Asia/Seoul", now)?;
    let published = store.sites()?.into_iter().find(|site| site.key == key);
    store.put_site(&key, "Demo shop", &[read_origin(origin)?], pack.clone(), now)?;
    // A newer program may bring newer defaults.
    let is_other = |it: &Pack| {
        it.campaigns != pack.campaigns || it.theme != pack.theme || it.zone != pack.zone
    };
    if published.is_some_and(|site| is_other(&site.pack)) {
        store.publish(&key, pack, now)?;
    }
    run(reload, store, log, true)
}

/// The store, with its history where the settings say.
fn open(settings: &Settings) -> Result<Store, StoreError> {
    let store = Store::open(&settings.data)?;
    let Some(address) = &settings.clickhouse else { return Ok(store) };
    Ok(store.with_history_in(address))
}

/// What is in force, told before anything can fail by it.
fn settle(given: Given, file: Option<&Path>, log: &Log) -> Result<Reload, Failure> {
    let settings = given.clone().settle(file)?;
    log.filter(&settings.log);
    tracing::info!("settings: {settings}");
    Ok(Reload::new(given, file.map(Path::to_owned), settings))
}

fn run(reload: Reload, store: Store, log: Log, shows_token: bool) -> Result<(), Failure> {
    let settings = reload.settings().clone();
    limit(&store, settings.data_mib_max)?;
    match renew_models(&store, Clock::system().now()) {
        // Beacons do not wait for ClickHouse.
        Err(error @ StoreError::Unreachable(_)) => {
            tracing::warn!(%error, "models are looked at again at the next start");
        }
        result => result?,
    }
    let assets = settings.www.clone().map_or_else(Assets::embedded, Assets::Folder);
    if !assets.are_built() {
        tracing::warn!(
            "agent and console are not in this binary: run `cargo xtask build`, then build it again"
        );
    }
    let (token, is_new) = match &settings.token {
        Some(token) => (token.clone(), false),
        None => token_of(&settings.data)?,
    };
    let _shipper = Shipper::start_if_needed(&store, Clock::system());
    let services = Services::new(store, assets, token.clone(), Clock::system())?;
    let ready = |address: SocketAddr| {
        let key = if is_new || shows_token { format!("#token={token}") } else { String::new() };
        // Whether anybody reads it or not, it serves.
        let _ =
            writeln!(stdout(), "console http://{address}/console/{key}\nready http://{address}");
    };
    let hangup = reread(reload, log, &services);
    actix_web::rt::System::new().block_on(server::serve(&settings, services, ready, hangup))?;
    Ok(())
}

/// Reads the settings file again, puts into force what can be, and says what was not.
fn reread(mut reload: Reload, log: Log, services: &Services) -> impl FnMut() + Send + 'static {
    let services = services.clone();
    move || match reload.again() {
        Err(error) => tracing::error!(%error, "settings stay as they are"),
        Ok(Reloaded { changed, waiting }) => {
            let settings = reload.settings();
            log.filter(&settings.log);
            services.door.set_limits(settings.limits.clone());
            services.set_retention(settings.retention);
            services.fold_below.set(settings.fold_below.into());
            if let Err(error) = limit(&services.store, settings.data_mib_max) {
                tracing::error!(%error, "data_mib_max could not be changed");
            }
            tracing::info!("settings read again: {}", listed(&changed));
            if !waiting.is_empty() {
                tracing::warn!("needs a restart: {}", listed(&waiting));
            }
        }
    }
}

fn listed(settings: &[String]) -> String {
    if settings.is_empty() { "nothing changed".into() } else { settings.join(", ") }
}

fn limit(store: &Store, mib_max: Option<u32>) -> Result<(), StoreError> {
    store.limit_bytes(mib_max.map(|mib| u64::from(mib) << 20))
}

/// Of the demo, in the system's folder for what may go.
const DEMO_DATA: &str = "nunchi-demo";

/// What `nunchi demo --help` says of `--data`.
pub(super) const DEMO_FOLDER: &str =
    "Folder for everything that is kept [default: nunchi-demo in the system's temporary folder]";
