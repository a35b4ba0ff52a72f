//! `nunchi serve` and `nunchi demo`.

use std::net::SocketAddr;
use std::path::Path;

use beacon::SiteKey;
use beacon::item::Consent;
use engine::pack::Pack;

use super::Failure;
use crate::assets::Assets;
use crate::clock::Clock;
use crate::config::{Given, Settings};
use crate::operators::token_of;
use crate::server::{self, Services};
use crate::sites::{default_pack, read_origin, renew_models, zone_of};
use crate::store::Store;

/// `nunchi serve`.
pub(super) fn serve(given: Given, file: Option<&Path>) -> Result<(), Failure> {
    let settings = settle(given, file)?;
    let store = Store::open(&settings.data)?;
    run(&settings, store, false)
}

/// `nunchi demo`: the same, with a site to try. Run again it goes on with the data of the last time.
pub(super) fn demo(mut given: Given, file: Option<&Path>, origin: &str) -> Result<(), Failure> {
    given.data.get_or_insert_with(|| std::env::temp_dir().join("nunchi-demo"));
    let settings = settle(given.without_limits(), file)?;
    let store = Store::open(&settings.data)?;
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
    run(&settings, store, true)
}

/// What is in force, told before anything can fail by it.
fn settle(given: Given, file: Option<&Path>) -> Result<Settings, Failure> {
    let settings = given.settle(file)?;
    tracing::info!("settings: {settings}");
    Ok(settings)
}

fn run(settings: &Settings, store: Store, shows_token: bool) -> Result<(), Failure> {
    if let Some(mib) = settings.data_mib_max {
        store.limit_pages(mib.saturating_mul(PAGES_PER_MIB))?;
    }
    renew_models(&store, Clock::system().now())?;
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
    let services = Services::new(store, assets, token.clone(), Clock::system())?;
    let ready = |address: SocketAddr| {
        if is_new || shows_token {
            println!("console http://{address}/console/#token={token}");
        } else {
            println!("console http://{address}/console/");
        }
        println!("ready http://{address}");
    };
    actix_web::rt::System::new().block_on(server::serve(settings, services, ready))?;
    Ok(())
}

/// SQLite's page has 4 KiB.
const PAGES_PER_MIB: u32 = 256;
