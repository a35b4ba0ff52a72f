//! The floor as a pure state machine: beacons and time in, changes out.

use std::collections::BTreeMap;

use beacon::item::{Fact, PageKind, Signal, VisitorKind};
use beacon::{Beacon, Body, Header, Millis, Money, RunId, SessionId};
use engine::explain;
use engine::presence::{Presence, Reason as Felt};
use nunchi_api::live::{Floor as Answer, Reason, Visitor};
use nunchi_api::stats::Amount;

/// What a console must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Somebody came, or did something.
    Visitor(Box<Visitor>),
    /// Somebody is gone: the id.
    Left(String),
}

/// Everyone who was active in the last [`PRESENCE_MS`], at most [`VISITORS_MAX`] and [`SPARE`].
#[derive(Debug, Default)]
pub(super) struct Floor {
    /// On the heap one by one: a tree moves what it holds, and a guest is half a KiB.
    by_id: BTreeMap<Id, Box<Guest>>,
}

/// Who somebody is: a session, or a page load where consent gave none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Id {
    Session(SessionId),
    Run(RunId),
}

impl Id {
    fn of(header: &Header) -> Self {
        header.session.map_or(Self::Run(header.run), Self::Session)
    }

    /// As [`Visitor::id`] has it.
    fn parse(text: &str) -> Option<Self> {
        SessionId::parse(text).map(Self::Session).or_else(|| RunId::parse(text).map(Self::Run))
    }

    fn text(self) -> String {
        match self {
            Self::Session(id) => id.to_string(),
            Self::Run(id) => id.to_string(),
        }
    }
}

/// One of them.
#[derive(Clone, Debug, Default)]
struct Guest {
    /// As consoles were told, if any looks; mood and zone are as of then.
    visitor: Visitor,
    /// What mood and zone come from.
    presence: Presence,
}

/// Somebody who sends nothing for so long is gone.
pub(super) const PRESENCE_MS: u64 = 5 * 60_000;

/// Visitors kept for one site when room is made; those not seen for longest go.
const VISITORS_MAX: usize = 5_000;

/// How many more there may be until room is made: all must be looked through for it, and a busy shop's
/// beacons must not each pay for that.
const SPARE: usize = 2_000;

/// Visitors in one answer.
const SHOWN_MAX: usize = 500;

impl Floor {
    /// Takes in a beacon that arrived at `now`. One that was sent long ago (a laptop opened again, a
    /// connection found again) tells of a visit that is over, and brings nobody onto the floor. Nor
    /// does it for a clock that is behind by more than [`PRESENCE_MS`]: the two look the same.
    ///
    /// Changes are told only if somebody `is_watched`: what nobody sees is not put into words.
    pub(super) fn observe(
        &mut self,
        beacon: &Beacon,
        now: Millis,
        is_watched: bool,
    ) -> Vec<Change> {
        let header = &beacon.header;
        if now.since(header.sent_at) > PRESENCE_MS {
            return Vec::new();
        }
        let (id, run) = (Id::of(header), Id::Run(header.run));
        let mut changes = Vec::new();
        // Consent in the middle of a run: the run's avatar becomes the session's.
        if id != run
            && let Some(before) = self.by_id.remove(&run)
        {
            changes.push(Change::Left(run.text()));
            self.by_id.entry(id).or_insert(before).visitor.id = id.text();
        }
        let guest = self.by_id.entry(id).or_insert_with(|| Box::new(Guest::new(id, now)));
        guest.visitor.last_seen = now.0;
        let last_at = beacon.items.last().map_or(Millis(0), |item| item.at);
        for item in &beacon.items {
            // What was sent at last has just happened, as far as we can know.
            let at = now.since(Millis(last_at.since(item.at)));
            apply(&mut guest.visitor, &item.body, now);
            guest.presence.take(at, &item.body);
        }
        if is_watched {
            guest.look(now);
            changes.push(guest.change());
        }
        changes.extend(self.make_room());
        changes
    }

    /// Whether they are here.
    pub(super) fn has(&self, id: &str) -> bool {
        Id::parse(id).is_some_and(|id| self.by_id.contains_key(&id))
    }

    /// They are to be forgotten.
    pub(super) fn forget(&mut self, id: &str) -> Vec<Change> {
        let gone = Id::parse(id).filter(|id| self.by_id.remove(id).is_some());
        gone.map(|id| Change::Left(id.text())).into_iter().collect()
    }

    /// Somebody said something in a conversation.
    pub(super) fn chatting(&mut self, id: &str, now: Millis) -> Vec<Change> {
        let guest = Id::parse(id).and_then(|id| self.by_id.get_mut(&id));
        let Some(guest) = guest else { return Vec::new() };
        guest.visitor.last_seen = now.0;
        guest.presence.talk(now.0);
        guest.look(now);
        vec![guest.change()]
    }

    /// One of them, as they seem now.
    pub(super) fn visitor(&self, id: &str, now: Millis) -> Option<Visitor> {
        // A copy: what consoles were told last must stay known.
        let mut guest = self.by_id.get(&Id::parse(id)?)?.clone();
        guest.look(now);
        Some(guest.visitor)
    }

    /// Lets those go who were not seen for [`PRESENCE_MS`]; while somebody `is_watched`, moods fade.
    pub(super) fn sweep(&mut self, now: Millis, is_watched: bool) -> Vec<Change> {
        let is_gone = |guest: &Guest| now.since(Millis(guest.visitor.last_seen)) > PRESENCE_MS;
        let gone = self.by_id.extract_if(.., |_, guest| is_gone(guest));
        let mut changes: Vec<Change> = gone.map(|(id, _)| Change::Left(id.text())).collect();
        if is_watched {
            let faded = self.by_id.values_mut().filter_map(|it| it.look(now).then(|| it.change()));
            changes.extend(faded);
        }
        changes
    }

    /// The most recently active first.
    pub(super) fn answer(&mut self, now: Millis) -> Answer {
        let mut guests: Vec<&mut Box<Guest>> = self.by_id.values_mut().collect();
        guests.sort_by_key(|guest| std::cmp::Reverse(guest.visitor.last_seen));
        let total = guests.len() as u64;
        let shown = guests.into_iter().take(SHOWN_MAX).map(|guest| {
            guest.look(now);
            guest.visitor.clone()
        });
        let visitors = shown.collect();
        Answer { now: now.0, visitors, total, crowd: self.crowd(now).unwrap_or_default() }
    }

    /// How many stand in each zone; `None` while an answer names everybody.
    pub(super) fn crowd(&self, now: Millis) -> Option<BTreeMap<String, u64>> {
        (self.by_id.len() > SHOWN_MAX).then(|| {
            let mut crowd = BTreeMap::new();
            for guest in self.by_id.values() {
                let zone = guest.presence.place(now.0).zone.name();
                *crowd.entry(zone.to_owned()).or_default() += 1;
            }
            crowd
        })
    }

    fn make_room(&mut self) -> Vec<Change> {
        if self.by_id.len() <= VISITORS_MAX + SPARE {
            return Vec::new();
        }
        let mut last_seen: Vec<u64> =
            self.by_id.values().map(|guest| guest.visitor.last_seen).collect();
        let too_many = last_seen.len() - VISITORS_MAX;
        let (_, &mut until, _) = last_seen.select_nth_unstable(too_many - 1);
        let mut left = 0;
        // Several may have been seen at that moment: no more go than must.
        let gone = self.by_id.extract_if(.., |_, guest| {
            let goes = guest.visitor.last_seen <= until && left < too_many;
            left += usize::from(goes);
            goes
        });
        gone.map(|(id, _)| Change::Left(id.text())).collect()
    }
}

impl Guest {
    fn new(id: Id, now: Millis) -> Self {
        let (id, kind) = (id.text(), "new".into());
        let visitor = Visitor { id, since: now.0, kind, ..Visitor::default() };
        Self { visitor, presence: Presence::default() }
    }

    fn change(&self) -> Change {
        Change::Visitor(Box::new(self.visitor.clone()))
    }

    /// How they seem to feel now, and where they stand. Whether a console would draw it otherwise.
    fn look(&mut self, now: Millis) -> bool {
        let ((mood, reasons), place) = (self.presence.mood(now.0), self.presence.place(now.0));
        let is_talking = self.presence.is_talking(now.0);
        let because = place.because.map_or("", |sign| sign.name());
        let visitor = &mut self.visitor;
        let before = (&*visitor.mood, &*visitor.zone, &*visitor.zone_reason, visitor.is_chatting);
        let is_changed = before != (mood.name(), place.zone.name(), because, is_talking);
        visitor.mood = mood.name().into();
        visitor.mood_reasons = reasons.iter().map(reason).collect();
        visitor.zone = place.zone.name().into();
        visitor.zone_reason = because.into();
        if because != "waiting" {
            visitor.waiting_since = 0;
        }
        visitor.is_chatting = is_talking;
        is_changed
    }
}

fn reason(felt: &Felt) -> Reason {
    Reason { sign: felt.sign.name().into(), at: felt.at, points: felt.points }
}

fn apply(visitor: &mut Visitor, body: &Body, now: Millis) {
    match body {
        Body::Began(began) => {
            // Who logged in stays known, whatever the browser remembers.
            if visitor.kind != "known" {
                visitor.kind = explain::visitor(began.visitor).into();
            }
            visitor.device = explain::device(began.device).into();
            visitor.language.clone_from(&began.language);
            if !began.referrer.is_empty() {
                visitor.referrer.clone_from(&began.referrer);
            }
        }
        Body::Viewed(view) => {
            visitor.path.clone_from(&view.path);
            visitor.page = explain::page(view.page).into();
            visitor.product.clear();
            visitor.category.clear();
            match view.page {
                PageKind::Category => visitor.aisle.clone_from(&view.path),
                // From these, anything may be reached.
                PageKind::Home | PageKind::Search => visitor.aisle.clear(),
                _ => {}
            }
            visitor.views += 1;
            visitor.is_away = false;
        }
        Body::Noticed(signal) => apply_signal(visitor, signal, now),
        Body::Stated(fact) => apply_fact(visitor, fact),
        // Offers, consent and packs do not show on the floor.
        _ => {}
    }
}

fn apply_signal(visitor: &mut Visitor, signal: &Signal, now: Millis) {
    if let Signal::Waiting { seconds } = signal {
        visitor.waiting_since = now.since(Millis(u64::from(*seconds) * 1_000));
    }
    let name = match signal {
        Signal::ExitIntent { .. } => "exit_intent",
        Signal::RageClick { .. } => "rage_click",
        Signal::ScrollExit { .. } => "scroll_exit",
        Signal::DeadClick { .. } => "dead_click",
        Signal::Thrash { .. } => "thrash",
        Signal::Comparing { .. } => "comparing",
        Signal::FormTrouble { .. } => "form_trouble",
        Signal::SearchMiss { .. } => "search_miss",
        Signal::Fading { .. } => "fading",
        Signal::Waiting { .. } => "waiting",
        Signal::BotEvidence { .. } => "bot_evidence",
        Signal::CartHesitation { level, .. } => {
            visitor.hesitation = *level;
            if *level == 0 {
                return;
            }
            "cart_hesitation"
        }
        Signal::TabHidden => {
            visitor.is_away = true;
            "tab_hidden"
        }
        Signal::TabReturned { .. } => {
            visitor.is_away = false;
            "tab_returned"
        }
        // Dwell and scrolling go on all the time; as the last signal they would hide the others.
        _ => return,
    };
    visitor.signal = name.into();
    visitor.signal_at = now.0;
}

fn apply_fact(visitor: &mut Visitor, fact: &Fact) {
    match fact {
        Fact::ProductSeen(product) => {
            let name = if product.name.is_empty() { &product.id } else { &product.name };
            visitor.product.clone_from(name);
            visitor.category.clone_from(&product.category);
        }
        Fact::Added(line) => {
            visitor.cart_items += u64::from(line.quantity);
            add_value(visitor, line.price, i64::from(line.quantity));
        }
        Fact::Removed(line) => {
            visitor.cart_items = visitor.cart_items.saturating_sub(u64::from(line.quantity));
            add_value(visitor, line.price, -i64::from(line.quantity));
        }
        Fact::CartStands { items, value } => {
            visitor.cart_items = u64::from(*items);
            visitor.cart_value = Some(amount(*value));
        }
        Fact::CheckoutBegan { value } => visitor.cart_value = Some(amount(*value)),
        Fact::Purchased { .. } => {
            visitor.has_bought = true;
            visitor.cart_items = 0;
            visitor.cart_value = None;
            visitor.hesitation = 0;
        }
        Fact::LoggedIn { vip } => {
            visitor.kind = explain::visitor(VisitorKind::Known).into();
            visitor.is_vip |= vip;
        }
        // Searches, goals, shipping and variants do not show on the floor.
        _ => {}
    }
}

/// Adds `pieces` at `price`; an empty cart has no value, one in another currency begins anew.
fn add_value(visitor: &mut Visitor, price: Option<Money>, pieces: i64) {
    let Some(price) = price else { return };
    let currency = price.currency.as_str();
    let before = visitor.cart_value.take().filter(|value| value.currency == currency);
    let before = before.map_or(0, |value| value.minor);
    let minor = before.saturating_add(price.minor.saturating_mul(pieces)).max(0);
    if visitor.cart_items > 0 {
        visitor.cart_value = Some(Amount { minor, currency: currency.into() });
    }
}

fn amount(value: Money) -> Amount {
    Amount { minor: value.minor, currency: value.currency.as_str().into() }
}

#[cfg(test)]
mod tests {
    use beacon::SiteKey;
    use beacon::item::View;

    use super::*;

    #[test]
    fn when_it_is_full_those_not_seen_for_longest_go_together() {
        let mut floor = Floor::default();
        let mut come = |number: usize| {
            let now = Millis(1_000_000 + number as u64 / 4);
            let header = Header {
                site: SiteKey::parse("demo").unwrap(),
                run: RunId((number as u128).to_be_bytes()),
                sequence: 0,
                visitor: None,
                session: None,
                sent_at: now,
                agent: 1,
                pack: 1,
            };
            let changes = floor.observe(&Beacon { header, items: Vec::new() }, now, true);
            changes.into_iter().filter(|it| matches!(it, Change::Left(_))).collect::<Vec<_>>()
        };
        for number in 0..VISITORS_MAX + SPARE {
            assert_eq!(come(number), Vec::new(), "{number}");
        }
        let left = come(VISITORS_MAX + SPARE);
        let oldest = |number: usize| RunId((number as u128).to_be_bytes()).to_string();
        let expected: Vec<_> = (0..=SPARE).map(|number| Change::Left(oldest(number))).collect();
        assert_eq!(left, expected);
        assert_eq!(floor.by_id.len(), VISITORS_MAX);
        let answer = floor.answer(Millis(1_010_000));
        assert_eq!((answer.visitors.len(), answer.total), (SHOWN_MAX, VISITORS_MAX as u64));
        assert_eq!(answer.crowd, BTreeMap::from([("entrance".into(), VISITORS_MAX as u64)]));
    }

    #[test]
    fn somebody_stays_in_the_aisle_they_came_by_until_they_begin_anew() {
        let mut visitor = Visitor::default();
        let mut view = |page, path: &str| {
            let view = View { path: path.into(), page };
            apply(&mut visitor, &Body::Viewed(view), Millis(1));
            visitor.aisle.clone()
        };
        assert_eq!(view(PageKind::Category, "/c/tea"), "/c/tea");
        assert_eq!(view(PageKind::Product, "/p/mugwort"), "/c/tea");
        assert_eq!(view(PageKind::Cart, "/cart"), "/c/tea");
        assert_eq!(view(PageKind::Search, "/search"), "");
    }
}
