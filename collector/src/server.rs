//! Puts the parts together: opens the store, mounts the routes, serves, stops.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::{HttpServer, web};
use tokio::signal::unix::{SignalKind, signal};

use crate::assets::Assets;
use crate::campaigns;
use crate::campaigns::running::Running;
use crate::chat::{Around, Chat, Llm, LlmError, LlmSettings};
use crate::clock::Clock;
use crate::config::Settings;
use crate::door::Door;
use crate::error;
use crate::ingest::{Ingest, Room};
use crate::live::Live;
use crate::offers::Offers;
use crate::operators::Doors;
use crate::outcome::Counters;
use crate::process::raise_open_files;
use crate::ready::Readiness;
use crate::requests;
use crate::routes;
use crate::sites::Sites;
use crate::stats::FoldBelow;
use crate::store::{Retention, Store, StoreError};
use crate::{upkeep, watch};

/// Everything a server is made of. Cheap to clone: all parts are shared.
#[derive(Clone)]
pub struct Services {
    /// Keeps everything.
    pub store: Store,
    /// Who may send.
    pub sites: web::Data<Sites>,
    /// What arrived.
    pub counters: Arc<Counters>,
    /// The wall clock.
    pub clock: Clock,
    /// How much is taken from whom; lets everything in until it is told limits.
    pub door: Arc<Door>,
    /// Rows of answers that tell of fewer people are folded; none is until it is told.
    pub fold_below: Arc<FoldBelow>,
    offers: web::Data<Offers>,
    retention: Arc<Mutex<Retention>>,
    readiness: Arc<Readiness>,
    live: Arc<Live>,
    ingest: web::Data<Ingest>,
    chat: web::Data<Chat>,
    doors: web::Data<Arc<Doors>>,
    running: web::Data<Arc<Running>>,
    assets: web::Data<Assets>,
}

impl Services {
    /// Puts the parts together over an open store. `token` opens the console.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(
        store: Store,
        assets: Assets,
        token: String,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let sites = Arc::new(Sites::load(store.clone(), clock.now())?);
        let counters = Arc::new(Counters::default());
        let live = Arc::new(Live::default());
        for site in sites.all() {
            live.rebuild(&store, site.record.id, &site.record.key, clock.now())?;
        }
        let doors = Arc::new(Doors::new(token, store.clone(), clock.clone())?);
        let (observer, watched) = (Arc::clone(&live), Arc::clone(&live));
        let noted = Arc::clone(&sites);
        let listener = Arc::clone(&live);
        let floor = Arc::clone(&live);
        let around = Around {
            on_talk: Arc::new(move |site, id: &str, now| listener.chatting(site, id, now)),
            visitor: Arc::new(move |site, id: &str, now| floor.visitor(site, id, now)),
            visit: Arc::new(campaigns::visit::tell),
        };
        let chat = Chat::new(store.clone(), Arc::clone(&sites), clock.clone(), around)?;
        let chat = web::Data::new(chat);
        let desk = chat.clone();
        let door = Arc::new(Door::new(clock.clone()));
        let ingest = Ingest {
            store: store.clone(),
            door: Arc::clone(&door),
            sites: Arc::clone(&sites),
            counters: Arc::clone(&counters),
            room: Room::default(),
            clock: clock.clone(),
            on_stored: Arc::new(move |arrival| {
                noted.evidence.stored(arrival.site, &arrival.beacon, arrival.now);
                observer.observe(arrival);
            }),
            is_watched: Arc::new(move |site| watched.is_watched(site)),
            free_agents: Arc::new(move |site| desk.free_agents(site)),
        };
        let retention: Arc<Mutex<Retention>> = Arc::default();
        let host = Arc::clone(&live);
        let offers = Offers::new(
            (store.clone(), Arc::clone(&sites)),
            (clock.clone(), Arc::clone(&door)),
            Arc::new(move |site, id: &str| host.is_here(site, id)),
            Arc::clone(&retention),
        );
        let readiness = Arc::new(Readiness::new(store.clone(), clock.now()));
        Ok(Self {
            store,
            sites: web::Data::from(sites),
            counters,
            clock,
            door,
            fold_below: Arc::default(),
            offers: web::Data::new(offers),
            retention,
            readiness,
            live,
            ingest: web::Data::new(ingest),
            chat,
            doors: web::Data::new(doors),
            running: web::Data::default(),
            assets: web::Data::new(assets),
        })
    }

    /// Makes the verdicts of runs that fell silent again and notes whether they are those that pages
    /// reported. Returns how many runs it looked at.
    ///
    /// # Errors
    /// What the store says.
    pub async fn compare_verdicts(&self) -> Result<usize, StoreError> {
        campaigns::parity::compare(&self.store, &self.sites, &self.clock).await
    }

    /// Publishes and takes down what was planned to be by now. Returns how many steps came due.
    ///
    /// # Errors
    /// What the store says.
    pub async fn carry_out_plans(&self) -> Result<usize, StoreError> {
        campaigns::plans::carry_out(&self.store, &self.sites, &self.clock).await
    }

    /// From now on this language model helps the bot where it is not sure.
    ///
    /// # Errors
    /// A key that cannot be read.
    pub fn set_llm(&self, settings: &LlmSettings) -> Result<(), LlmError> {
        self.chat.set_llm(Llm::new(settings)?);
        Ok(())
    }

    /// From now on things are kept for so many days; until it is called, for ever.
    pub fn set_retention(&self, retention: Retention) {
        *self.retention.lock().unwrap_or_else(PoisonError::into_inner) = retention;
    }

    pub(crate) fn retention(&self) -> Retention {
        *self.retention.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who was not seen for a while leaves the floor, and moods fade; consoles are told.
    pub fn sweep(&self) {
        self.live.sweep(self.clock.now());
    }

    /// All routes, for the server and for tests.
    pub fn routes(&self) -> impl FnOnce(&mut web::ServiceConfig) + Clone + use<> {
        let services = self.clone();
        move |to| {
            to.app_data(services.sites)
                .app_data(services.ingest)
                .app_data(services.assets)
                .app_data(services.chat)
                .app_data(services.offers)
                .app_data(services.doors)
                .app_data(services.running)
                .app_data(web::Data::from(services.counters))
                .app_data(web::Data::from(services.live))
                .app_data(web::Data::from(services.door))
                .app_data(web::Data::from(services.fold_below))
                .app_data(web::Data::from(services.readiness))
                .app_data(web::Data::new(services.store))
                .app_data(web::Data::new(services.clock))
                .app_data(error::json_up_to(64 * 1024))
                .app_data(web::QueryConfig::default().error_handler(error::query_error))
                .app_data(web::PathConfig::default().error_handler(error::path_error))
                .default_service(web::to(error::not_found));
            routes::mount(to);
        }
    }
}

/// Why the server did not start or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The language model.
    #[error(transparent)]
    Llm(#[from] LlmError),
    /// Somebody else has the port, or the address is not ours.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// The server broke off.
    #[error("the server ended: {0}")]
    Broken(#[from] std::io::Error),
}

/// Serves until SIGTERM or SIGINT, then finishes what was begun (within 10 s) and returns.
/// `on_ready` is told the address once requests are answered, `on_hangup` is called at each SIGHUP, on
/// a thread that may block.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    settings: &Settings,
    services: Services,
    on_ready: impl FnOnce(SocketAddr),
    on_hangup: impl FnMut() + Send + 'static,
) -> Result<(), ServeError> {
    let address = SocketAddr::new(settings.bind, settings.port);
    services.door.set_limits(settings.limits.clone());
    services.set_retention(settings.retention);
    services.fold_below.set(settings.fold_below.into());
    if let Some(llm) = &settings.llm {
        services.set_llm(llm)?;
    }
    let (routes, door) = (services.routes(), Arc::clone(&services.door));
    let server = HttpServer::new(move || {
        let app = actix_web::App::new().wrap_fn(watch::follow).wrap_fn(requests::follow);
        app.configure(routes.clone())
    })
    .workers(settings.workers)
    .disable_signals()
    .client_request_timeout(HEADER_TIME_MAX)
    // What was refused unread is not read on for the sake of a clean end.
    .client_disconnect_timeout(Duration::ZERO)
    .on_connect(move |socket, kept| watch::greet(&door, socket, kept))
    .shutdown_timeout(DRAIN_S)
    .bind(address)
    .map_err(|cause| ServeError::Listen { address, cause })?;
    let files = raise_open_files();
    tracing::debug!(files, "open files and connections allowed");
    let bound = server.addrs().first().copied().unwrap_or(address);
    let server = server.run();
    let handle = server.handle();
    let (live, readiness) = (Arc::clone(&services.live), Arc::clone(&services.readiness));
    let chat = services.chat.clone();
    let housekeeping = actix_web::rt::spawn(keep_house(services.clone()));
    let hangups = actix_web::rt::spawn(hear_hangups(on_hangup));
    let watching = actix_web::rt::spawn(watch_connections(Arc::clone(&services.door)));
    let is_stopping = Arc::new(AtomicBool::new(false));
    let sealing = upkeep::keep_history(services.clone(), settings.seal, Arc::clone(&is_stopping));
    let sealing = actix_web::rt::spawn(sealing);
    actix_web::rt::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping: finishing what was begun");
        readiness.drain();
        live.close();
        chat.close();
        handle.stop(true).await;
    });
    on_ready(bound);
    let result = server.await;
    is_stopping.store(true, Ordering::Relaxed);
    housekeeping.abort();
    hangups.abort();
    watching.abort();
    sealing.abort();
    keep_counted(&services).await;
    keep_seen(&services).await;
    Ok(result?)
}

async fn hear_hangups(mut on_hangup: impl FnMut() + Send + 'static) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        let heard = web::block(move || {
            on_hangup();
            on_hangup
        });
        let Ok(again) = heard.await else { return };
        on_hangup = again;
    }
}

async fn wait_for_signal() {
    let (Ok(mut term), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("cannot hear signals: only a kill will end this server");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Apart from the rest of the house, some of which takes its time.
async fn watch_connections(door: Arc<Door>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        second.tick().await;
        door.connections().sweep();
    }
}

/// What must be done from time to time.
async fn keep_house(services: Services) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    for tick in 0_u64.. {
        second.tick().await;
        let sites = services.sites.clone();
        if let Ok(Err(error)) = web::block(move || sites.refresh()).await {
            tracing::warn!(%error, "could not look for changed sites");
        }
        services.sweep();
        if tick % PLAN_EVERY_S == 0
            && let Err(error) = services.carry_out_plans().await
        {
            tracing::warn!(%error, "could not do what was planned; it is tried again");
        }
        if tick % BEAT_EVERY_S == 0 {
            services.live.beat();
            if let Err(error) = services.chat.beat().await {
                tracing::warn!(%error, "could not count conversations");
            }
        }
        if tick % COUNT_EVERY_S == 0 {
            keep_counted(&services).await;
        }
        if tick % PURGE_EVERY_S == 0 {
            keep_seen(&services).await;
            purge(&services).await;
        }
        if tick % COMPARE_EVERY_S == 0
            && let Err(error) = services.compare_verdicts().await
        {
            tracing::warn!(%error, "could not compare verdicts");
        }
    }
}

/// Leaves the counters where a command line can read them.
async fn keep_counted(services: &Services) {
    for site in services.sites.all() {
        let key = site.record.key.to_string();
        let health = services.counters.health(&key);
        if let Err(error) = services.store.keep_counted(key, health).await {
            tracing::warn!(%error, "could not keep the counters");
        }
    }
}

/// Leaves in the store when operators were seen last.
async fn keep_seen(services: &Services) {
    if let Err(error) = services.doors.keep_seen().await {
        tracing::warn!(%error, "could not note who was here");
    }
}

async fn purge(services: &Services) {
    let kept_ms = beacon::limits::DEDUP_HOURS * 3_600_000;
    let (store, now) = (services.store.clone(), services.clock.now());
    let believed = match web::block(move || store.believed(now)).await {
        Ok(Ok(believed)) => believed,
        Ok(Err(error)) => return tracing::warn!(%error, "old dedup marks stay for now"),
        Err(_) => return,
    };
    let before = beacon::Millis(believed.since(beacon::Millis(kept_ms)));
    match services.store.purge_marks(before).await {
        Ok(0) => {}
        Ok(marks) => tracing::info!(marks, "dropped dedup marks past their time"),
        Err(error) => tracing::warn!(%error, "could not drop old dedup marks"),
    }
}

/// For the head of a request.
const HEADER_TIME_MAX: Duration = Duration::from_secs(5);

/// For requests under way when the server is asked to stop, seconds; the store's last commits and
/// all else that ends with it has the rest of ten.
const DRAIN_S: u64 = 8;

/// Between two looks for what was planned, seconds: plans know minutes.
const PLAN_EVERY_S: u64 = 5;

/// Between two signs of life to consoles, seconds.
const BEAT_EVERY_S: u64 = 15;

/// Between two notes of the counters, seconds.
const COUNT_EVERY_S: u64 = 5;

/// Between two purges of dedup marks, seconds.
const PURGE_EVERY_S: u64 = 60;

/// Between two comparisons of verdicts, seconds.
const COMPARE_EVERY_S: u64 = 10;
