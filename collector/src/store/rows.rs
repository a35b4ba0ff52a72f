//! One item as history has it: flat and typed; the same in the tail of the journal, in Parquet and in
//! ClickHouse. Whoever asks sees these columns and nothing else.

use std::borrow::Cow;
use std::fmt::Write as _;

use beacon::item::{Answer, Began, Fact, Line, Reaction, Signal, Verdict, View};
use beacon::{Beacon, Body, Millis, Money, RunId};
use engine::explain;
use engine::site::SITE;

use crate::suspicion::Suspicion;

/// Names the kinds of rows: the number in memory, the name in files.
macro_rules! kinds {
    ($($variant:ident $name:literal,)*) => {
        /// What sort of item a row is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "named as `beacon::item` names them")]
        pub enum Kind { $($variant,)* }

        impl Kind {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it stands in files and answers.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    Began "began",
    Remembered "remembered",
    Consented "consented",
    Published "published",
    Woke "woke",
    Staffed "staffed",
    Viewed "viewed",
    ExitIntent "exit_intent",
    Dwell "dwell",
    ProductDwell "product_dwell",
    ScrollReach "scroll_reach",
    CartHesitation "cart_hesitation",
    RageClick "rage_click",
    TabHidden "tab_hidden",
    TabReturned "tab_returned",
    ScrollExit "scroll_exit",
    DeadClick "dead_click",
    Thrash "thrash",
    Comparing "comparing",
    FormTrouble "form_trouble",
    SearchMiss "search_miss",
    Fading "fading",
    Waiting "waiting",
    BotEvidence "bot_evidence",
    ProductSeen "product_seen",
    Added "added",
    Removed "removed",
    CartStands "cart_stands",
    CartHolds "cart_holds",
    CheckoutBegan "checkout_began",
    Purchased "purchased",
    PurchasedAgain "purchased_again",
    Searched "searched",
    LoggedIn "logged_in",
    Goal "goal",
    ShippingSeen "shipping_seen",
    VariantChosen "variant_chosen",
    Shown "shown",
    Accepted "accepted",
    Dismissed "dismissed",
    Expired "expired",
    Failed "failed",
    Rated "rated",
    Talked "talked",
    Fired "fired",
    HeldOut "held_out",
    Shadowed "shadowed",
    Other "other",
}

impl Kind {
    /// The kind with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// It names the campaign it is about.
    pub fn has_campaign(self) -> bool {
        self.is_verdict() || (Self::Shown..=Self::Rated).contains(&self)
    }

    /// Something a campaign's judging came to.
    pub fn is_verdict(self) -> bool {
        (Self::Fired..=Self::Shadowed).contains(&self)
    }

    /// Something a detector noticed.
    pub fn is_signal(self) -> bool {
        (Self::ExitIntent..=Self::BotEvidence).contains(&self)
    }
}

/// The visit a row counts for: its session (8 bytes), or the run where consent gave none (16).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitKey {
    bytes: [u8; 16],
    length: u8,
}

impl VisitKey {
    /// From a session's or a run's id; longer ones are cut.
    #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
    pub fn new(id: &[u8]) -> Self {
        let mut bytes = [0; 16];
        let length = id.len().min(bytes.len());
        bytes[..length].copy_from_slice(&id[..length]);
        Self { bytes, length: length as u8 }
    }

    /// Bytes and length, ordered as ids are.
    pub(super) fn number(&self) -> (u128, u8) {
        (u128::from_be_bytes(self.bytes), self.length)
    }

    /// The id.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl std::fmt::Debug for VisitKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::hex::hex(self.as_bytes()))
    }
}

/// One row. Columns that its kind does not have are empty. Texts are a [`Record`]'s own, or, of [`Told`], the beacon's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T = String> {
    /// The visit it counts for.
    pub visit: VisitKey,
    /// The visitor, as far as consent lets us know one.
    pub visitor: Option<[u8; 16]>,
    /// The first eight bytes of the run's id, as they stand: names it within its visit.
    pub run: u64,
    /// Orders the rows of a run: sequence of the beacon << 12 | place in it. Below zero: a view that
    /// the loader counted.
    pub ordinal: i64,
    /// Milliseconds since 1970 on the collector's clock.
    pub at: u64,
    /// What it is.
    pub kind: Kind,
    /// [`Suspicion::number`] of what speaks against it; 0 is nothing. No answer but `health` counts others.
    pub quarantine: u8,
    /// Path of a view.
    pub path: Option<T>,
    /// Sort of page of a view.
    pub page: Option<T>,
    /// Product id, order, goal; of `cart_holds` the product ids, one a line.
    pub subject: Option<T>,
    /// Name of a product that was seen.
    pub name: Option<T>,
    /// Milliseconds, percent, level, pieces, permille, results, lines, by the kind.
    pub number: Option<i64>,
    /// Causes, traits, products, trouble, variant; 1 of a view that the loader counted.
    pub detail: Option<i64>,
    /// Campaign of verdicts and reactions.
    pub campaign: Option<u16>,
    /// Of verdicts: version of the pack they were made by.
    pub pack: Option<u32>,
    /// Money, smallest unit.
    pub value: Option<i64>,
    /// ISO 4217.
    pub currency: Option<T>,
    /// Of verdicts: the measured values, as a JSON list of integers.
    pub evidence: Option<T>,
    /// Of `began`: `desktop`, `phone`, `tablet`.
    pub device: Option<T>,
    /// Of `began`: `new`, `returning`, `known`.
    pub audience: Option<T>,
    /// Of `began`: language tag.
    pub language: Option<T>,
    /// Of `began`: host of the referrer; of `remembered`: where the session came from. Absent: directly.
    pub source: Option<T>,
}

/// A row as its beacon tells it.
pub type Told<'a> = Record<Cow<'a, str>>;

/// What is known of a beacon besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// When its run began, on the collector's clock.
    pub began_at: Millis,
    /// When it was accepted.
    pub accepted_at: Millis,
    /// What speaks against it.
    pub quarantine: Option<Suspicion>,
    /// The session that its run got by another beacon, if its own header has none.
    pub session: Option<[u8; 8]>,
    /// The visitor that its run got by another beacon, if its own header has none.
    pub visitor: Option<[u8; 16]>,
}

/// Hands the rows of a beacon, one an item, in their order, to `each`. `is_first` is asked for the number of each
/// purchase (never empty) and says whether this is the first report of it.
pub fn each_record<'a>(
    beacon: &'a Beacon,
    origin: &Origin,
    mut is_first: impl FnMut(&str) -> bool,
    mut each: impl FnMut(Told<'a>),
) {
    let header = &beacon.header;
    let session = header.session.map(|id| id.0).or(origin.session);
    let visit = session.map_or(VisitKey::new(&header.run.0), |id| VisitKey::new(&id));
    let visitor = header.visitor.map(|id| id.0).or(origin.visitor);
    let (run, quarantine) =
        (run_number(header.run), origin.quarantine.map_or(0, Suspicion::number));
    for (place, item) in (0_i64..).zip(&beacon.items) {
        let ordinal = i64::from(header.sequence) << 12 | place;
        let at = origin.began_at.plus(item.at.0).min(origin.accepted_at).0;
        let blank = Record::of(Kind::Other);
        let mut row = Record { visit, visitor, run, ordinal, at, quarantine, ..blank };
        fill(&mut row, &item.body);
        if row.pack.is_some() {
            row.pack = Some(header.pack);
        }
        if row.kind == Kind::Purchased {
            let order = row.subject.take().filter(|order| !order.is_empty());
            // A shop that gives no order number has each report of a purchase counted.
            let order = order.unwrap_or_else(|| format!("{}:{ordinal}", header.run).into());
            if origin.quarantine.is_none() && !is_first(&order) {
                row.kind = Kind::PurchasedAgain;
            }
            row.subject = Some(order);
        }
        each(row);
    }
}

/// A run's number within its visit.
pub fn run_number(run: RunId) -> u64 {
    run.0.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

impl<T> Record<T> {
    /// A row of this kind that says nothing yet.
    pub fn of(kind: Kind) -> Self {
        Self {
            visit: VisitKey::new(&[]),
            visitor: None,
            run: 0,
            ordinal: 0,
            at: 0,
            kind,
            quarantine: 0,
            path: None,
            page: None,
            subject: None,
            name: None,
            number: None,
            detail: None,
            campaign: None,
            pack: None,
            value: None,
            currency: None,
            evidence: None,
            device: None,
            audience: None,
            language: None,
            source: None,
        }
    }
}

impl Told<'_> {
    /// With texts of its own.
    pub fn into_owned(self) -> Record {
        let own = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        Record {
            visit: self.visit,
            visitor: self.visitor,
            run: self.run,
            ordinal: self.ordinal,
            at: self.at,
            kind: self.kind,
            quarantine: self.quarantine,
            path: own(self.path),
            page: own(self.page),
            subject: own(self.subject),
            name: own(self.name),
            number: self.number,
            detail: self.detail,
            campaign: self.campaign,
            pack: self.pack,
            value: self.value,
            currency: own(self.currency),
            evidence: own(self.evidence),
            device: own(self.device),
            audience: own(self.audience),
            language: own(self.language),
            source: own(self.source),
        }
    }
}

impl<'a> Told<'a> {
    /// What an item says, without whose it is and when.
    pub(crate) fn of_body(body: &'a Body) -> Self {
        let mut record = Self::of(Kind::Other);
        fill(&mut record, body);
        record
    }

    fn number(&mut self, kind: Kind, number: impl Into<i64>) {
        self.kind = kind;
        self.number = Some(number.into());
    }

    fn money(&mut self, money: Option<&'a Money>) {
        self.value = money.map(|money| money.minor);
        self.currency = money.map(|money| money.currency.as_str().into());
    }
}

fn fill<'a>(row: &mut Told<'a>, body: &'a Body) {
    match body {
        Body::Began(began) => begin(row, began),
        Body::Viewed(View { path, page }) => {
            row.kind = Kind::Viewed;
            row.path = Some(path.into());
            row.page = Some(explain::page(*page).into());
        }
        Body::Noticed(signal) => notice(row, signal),
        Body::Stated(fact) => state(row, fact),
        Body::Consented(consent) => row.number(Kind::Consented, *consent as u8),
        Body::Published(version) => row.number(Kind::Published, *version),
        Body::Woke => row.kind = Kind::Woke,
        Body::Answered(it) => answer(row, *it),
        Body::Decided(verdict) => decide(row, verdict),
        Body::Remembered(it) => {
            row.number(Kind::Remembered, it.visits);
            row.detail = it.bought_days.map(i64::from);
            row.source = text(&it.source);
        }
        Body::Staffed { free } => row.number(Kind::Staffed, *free),
        // What later agents may say: `Kind::Other`.
        _ => {}
    }
}

fn text(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then(|| text.into())
}

fn begin<'a>(row: &mut Told<'a>, began: &'a Began) {
    row.number(Kind::Began, began.utc_offset_min);
    row.device = Some(explain::device(began.device).into());
    row.audience = Some(explain::visitor(began.visitor).into());
    row.language = text(&began.language);
    row.source = text(&began.referrer);
}

fn notice<'a>(row: &mut Told<'a>, signal: &'a Signal) {
    match signal {
        Signal::ExitIntent { eta_ms, .. } => row.number(Kind::ExitIntent, *eta_ms),
        Signal::Dwell { ms } => row.number(Kind::Dwell, *ms),
        Signal::ProductDwell { product, ms } => {
            row.number(Kind::ProductDwell, *ms);
            row.subject = Some(product.into());
        }
        Signal::ScrollReach { percent } => row.number(Kind::ScrollReach, *percent),
        Signal::CartHesitation { level, causes } => {
            row.number(Kind::CartHesitation, *level);
            row.detail = Some((*causes).into());
        }
        Signal::RageClick { presses, .. } => row.number(Kind::RageClick, *presses),
        Signal::TabHidden => row.kind = Kind::TabHidden,
        Signal::TabReturned { away_ms } => row.number(Kind::TabReturned, *away_ms),
        Signal::ScrollExit { px } => row.number(Kind::ScrollExit, *px),
        Signal::DeadClick { .. } => row.kind = Kind::DeadClick,
        Signal::Thrash { turns } => row.number(Kind::Thrash, *turns),
        Signal::Comparing { products, returns } => {
            row.number(Kind::Comparing, *returns);
            row.detail = Some((*products).into());
        }
        Signal::FormTrouble { trouble, times } => {
            row.number(Kind::FormTrouble, *times);
            row.detail = Some(*trouble as i64);
        }
        Signal::SearchMiss { searches } => row.number(Kind::SearchMiss, *searches),
        Signal::Fading { permille } => row.number(Kind::Fading, *permille),
        Signal::Waiting { seconds } => row.number(Kind::Waiting, *seconds),
        Signal::BotEvidence { traits } => {
            row.number(Kind::BotEvidence, traits.count_ones());
            row.detail = Some((*traits).into());
        }
        // What later agents notice.
        _ => {}
    }
}

fn state<'a>(row: &mut Told<'a>, fact: &'a Fact) {
    match fact {
        Fact::ProductSeen(product) => {
            row.kind = Kind::ProductSeen;
            row.subject = Some((&product.id).into());
            row.name = text(&product.name);
            row.money(product.price.as_ref());
        }
        Fact::Added(line) => cart_line(row, Kind::Added, line),
        Fact::Removed(line) => cart_line(row, Kind::Removed, line),
        Fact::CartStands { items, value } => {
            row.number(Kind::CartStands, *items);
            row.money(Some(value));
        }
        Fact::CheckoutBegan { value } => {
            row.kind = Kind::CheckoutBegan;
            row.money(Some(value));
        }
        Fact::Purchased { order, value, items } => {
            row.number(Kind::Purchased, *items);
            row.subject = Some(order.into());
            row.money(Some(value));
        }
        Fact::Searched { results } => {
            row.kind = Kind::Searched;
            row.number = results.map(i64::from);
        }
        Fact::LoggedIn { vip } => row.number(Kind::LoggedIn, *vip),
        Fact::Goal { name, value } => {
            row.kind = Kind::Goal;
            row.subject = Some(name.into());
            row.money(value.as_ref());
        }
        Fact::ShippingSeen => row.kind = Kind::ShippingSeen,
        Fact::VariantChosen => row.kind = Kind::VariantChosen,
        Fact::CartHolds { lines } => {
            row.kind = Kind::CartHolds;
            row.number = i64::try_from(lines.len()).ok();
            let products: Vec<&str> = lines.iter().map(|line| line.product.as_str()).collect();
            row.subject = Some(products.join("\n").into());
        }
        // What later agents state.
        _ => {}
    }
}

fn cart_line<'a>(row: &mut Told<'a>, kind: Kind, line: &'a Line) {
    row.number(kind, line.quantity);
    row.subject = Some((&line.product).into());
    row.money(line.price.as_ref());
}

fn answer(row: &mut Told<'_>, answer: Answer) {
    // A conversation that no campaign began.
    if answer.campaign == SITE {
        row.kind = Kind::Talked;
        return;
    }
    row.campaign = Some(answer.campaign);
    row.kind = match answer.reaction {
        Reaction::Shown => Kind::Shown,
        Reaction::Accepted => Kind::Accepted,
        Reaction::Dismissed => Kind::Dismissed,
        Reaction::Expired => Kind::Expired,
        Reaction::Failed => Kind::Failed,
        Reaction::Rated { score, choice } => {
            row.number = Some(score.into());
            row.detail = Some(choice.into());
            Kind::Rated
        }
    };
}

fn decide(row: &mut Told<'_>, verdict: &Verdict) {
    let kind = Kind::by_name(explain::outcome(verdict.outcome)).unwrap_or(Kind::Other);
    row.number(kind, verdict.buy_permille);
    row.detail = Some(verdict.variant.into());
    row.campaign = Some(verdict.campaign);
    row.pack = Some(0);
    let mut evidence = String::from("[");
    for (place, value) in verdict.evidence.iter().enumerate() {
        let before = if place == 0 { "" } else { "," };
        let _ = write!(evidence, "{before}{value}");
    }
    row.evidence = Some((evidence + "]").into());
}
