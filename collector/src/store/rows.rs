//! One item as history has it: flat and typed; the same in the tail of the journal, in Parquet and in
//! ClickHouse. Whoever asks sees these columns and nothing else.

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

/// One row. Columns that its kind does not have are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
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
    pub path: Option<String>,
    /// Sort of page of a view.
    pub page: Option<String>,
    /// Product id, order, goal; of `cart_holds` the product ids, one a line.
    pub subject: Option<String>,
    /// Name of a product that was seen.
    pub name: Option<String>,
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
    pub currency: Option<String>,
    /// Of verdicts: the measured values, as a JSON list of integers.
    pub evidence: Option<String>,
    /// Of `began`: `desktop`, `phone`, `tablet`.
    pub device: Option<String>,
    /// Of `began`: `new`, `returning`, `known`.
    pub audience: Option<String>,
    /// Of `began`: language tag.
    pub language: Option<String>,
    /// Of `began`: host of the referrer; of `remembered`: where the session came from. Absent: directly.
    pub source: Option<String>,
}

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

/// The rows of a beacon, one an item, in their order. `is_first` is asked for the number of each
/// purchase (never empty) and says whether this is the first report of it.
pub fn records(
    beacon: &Beacon,
    origin: &Origin,
    mut is_first: impl FnMut(&str) -> bool,
) -> Vec<Record> {
    let header = &beacon.header;
    let session = header.session.map(|id| id.0).or(origin.session);
    let visit = session.map_or(VisitKey::new(&header.run.0), |id| VisitKey::new(&id));
    let blank = Record {
        visit,
        visitor: header.visitor.map(|id| id.0).or(origin.visitor),
        run: run_number(header.run),
        quarantine: origin.quarantine.map_or(0, Suspicion::number),
        ..Record::of(Kind::Other)
    };
    let rows = (0_i64..).zip(&beacon.items).map(|(place, item)| {
        let ordinal = i64::from(header.sequence) << 12 | place;
        let at = origin.began_at.plus(item.at.0).min(origin.accepted_at).0;
        let mut row = Record { ordinal, at, ..blank.clone() };
        fill(&mut row, &item.body);
        if row.pack.is_some() {
            row.pack = Some(header.pack);
        }
        if row.kind == Kind::Purchased {
            let order = row.subject.take().filter(|order| !order.is_empty());
            // A shop that gives no order number has each report of a purchase counted.
            let order = order.unwrap_or_else(|| format!("{}:{ordinal}", header.run));
            if origin.quarantine.is_none() && !is_first(&order) {
                row.kind = Kind::PurchasedAgain;
            }
            row.subject = Some(order);
        }
        row
    });
    rows.collect()
}

/// A run's number within its visit.
pub fn run_number(run: RunId) -> u64 {
    run.0.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

impl Record {
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

    /// What an item says, without whose it is and when.
    pub(crate) fn of_body(body: &Body) -> Self {
        let mut record = Self::of(Kind::Other);
        fill(&mut record, body);
        record
    }

    fn number(&mut self, kind: Kind, number: impl Into<i64>) {
        self.kind = kind;
        self.number = Some(number.into());
    }

    fn money(&mut self, money: Option<&Money>) {
        self.value = money.map(|money| money.minor);
        self.currency = money.map(|money| money.currency.as_str().into());
    }
}

fn fill(row: &mut Record, body: &Body) {
    match body {
        Body::Began(began) => begin(row, began),
        Body::Viewed(View { path, page }) => {
            row.kind = Kind::Viewed;
            row.path = Some(path.clone());
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

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

fn begin(row: &mut Record, began: &Began) {
    row.number(Kind::Began, began.utc_offset_min);
    row.device = Some(explain::device(began.device).into());
    row.audience = Some(explain::visitor(began.visitor).into());
    row.language = text(&began.language);
    row.source = text(&began.referrer);
}

fn notice(row: &mut Record, signal: &Signal) {
    match signal {
        Signal::ExitIntent { eta_ms, .. } => row.number(Kind::ExitIntent, *eta_ms),
        Signal::Dwell { ms } => row.number(Kind::Dwell, *ms),
        Signal::ProductDwell { product, ms } => {
            row.number(Kind::ProductDwell, *ms);
            row.subject = Some(product.clone());
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

fn state(row: &mut Record, fact: &Fact) {
    match fact {
        Fact::ProductSeen(product) => {
            row.kind = Kind::ProductSeen;
            row.subject = Some(product.id.clone());
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
            row.subject = Some(order.clone());
            row.money(Some(value));
        }
        Fact::Searched { results } => {
            row.kind = Kind::Searched;
            row.number = results.map(i64::from);
        }
        Fact::LoggedIn { vip } => row.number(Kind::LoggedIn, *vip),
        Fact::Goal { name, value } => {
            row.kind = Kind::Goal;
            row.subject = Some(name.clone());
            row.money(value.as_ref());
        }
        Fact::ShippingSeen => row.kind = Kind::ShippingSeen,
        Fact::VariantChosen => row.kind = Kind::VariantChosen,
        Fact::CartHolds { lines } => {
            row.kind = Kind::CartHolds;
            row.number = i64::try_from(lines.len()).ok();
            let products: Vec<&str> = lines.iter().map(|line| line.product.as_str()).collect();
            row.subject = Some(products.join("\n"));
        }
        // What later agents state.
        _ => {}
    }
}

fn cart_line(row: &mut Record, kind: Kind, line: &Line) {
    row.number(kind, line.quantity);
    row.subject = Some(line.product.clone());
    row.money(line.price.as_ref());
}

fn answer(row: &mut Record, answer: Answer) {
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

fn decide(row: &mut Record, verdict: &Verdict) {
    let kind = Kind::by_name(explain::outcome(verdict.outcome)).unwrap_or(Kind::Other);
    row.number(kind, verdict.buy_permille);
    row.detail = Some(verdict.variant.into());
    row.campaign = Some(verdict.campaign);
    row.pack = Some(0);
    let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    row.evidence = Some(format!("[{}]", evidence.join(",")));
}
