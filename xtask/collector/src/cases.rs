//! What both engines are asked.

use month::{BEGINS_AT, SHOPS};
use nunchi_api::questions::{Ask, By, Filter, Question, Scope, Unit};

/// All cases: each question as it is asked first of all, then with what makes it hard.
pub(crate) fn cases() -> Vec<Ask> {
    let mut cases = Vec::new();
    for shop in &SHOPS {
        cases.extend(plain(shop.key));
        cases.extend(filtered(shop.key));
    }
    cases.extend(clocks());
    cases.extend(funnels());
    cases.extend(ways());
    cases.extend(borders());
    cases
}

/// What only the running server knows, or only the engine, cannot be asked in SQL.
pub(crate) fn is_in_files(question: &Question) -> bool {
    !matches!(question, Question::Live {} | Question::Parity {})
}

/// About visits: such questions take a filter.
fn is_about_visits(question: &Question) -> bool {
    is_in_files(question) && !matches!(question, Question::Losses {} | Question::Health {})
}

fn questions() -> impl Iterator<Item = Question> {
    Question::ALL.into_iter().filter(is_in_files)
}

/// Nearly the whole month, and the days in which summer time ends, beside the days before.
fn plain(site: &str) -> Vec<Ask> {
    let month = questions().map(|question| ask(site, (day(1) + 1, day(30) + 777), question));
    let week = questions().filter(is_about_visits);
    let week = week.map(|question| {
        let mut ask = ask(site, (day(10), day(19) + 3_600_000), question);
        ask.scope.compare = true;
        ask
    });
    month.chain(week).collect()
}

fn filtered(site: &str) -> Vec<Ask> {
    let filters = [
        "device=phone",
        "visitor=returning",
        "language=en",
        "source=direct",
        "source=source=google medium=cpc campaign=autumn click=google",
        "page=cart",
        "path=/checkout/payment",
        "device=desktop visitor=new page=product",
        "device=unknown",
    ];
    let all = filters
        .iter()
        .zip(questions().filter(is_about_visits).collect::<Vec<_>>().into_iter().cycle());
    let mut cases: Vec<Ask> =
        all.map(|(filter, question)| with(ask(site, MONTH, question), filter)).collect();
    // Each question meets a filter that lets some in and one that knows of paths.
    for question in questions().filter(is_about_visits) {
        cases.push(with(ask(site, MONTH, question.clone()), "device=phone visitor=new"));
        cases.push(with(ask(site, (day(3), day(20)), question), "page=cart"));
    }
    cases
}

fn with(mut ask: Ask, filter: &str) -> Ask {
    let mut of = Filter::default();
    // A source has blanks itself.
    let parts: Vec<&str> =
        if filter.starts_with("source=") { vec![filter] } else { filter.split(' ').collect() };
    for part in parts {
        of.add(part).expect("a filter as people write it");
    }
    ask.scope.filter = of;
    ask
}

/// Hours, days, weeks and months in zones whose clocks change, and in one that is half an hour off.
fn clocks() -> Vec<Ask> {
    let mut cases = Vec::new();
    for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Seoul"] {
        for (unit, span) in [
            (Some(Unit::Hour), (day(9) + 5, day(19))),
            (Some(Unit::Day), MONTH),
            (Some(Unit::Week), MONTH),
            (Some(Unit::Month), (day(0), day(35))),
            (None, (day(9), day(11))),
            (None, MONTH),
        ] {
            let mut ask = ask("berlin", span, Question::Series { unit });
            ask.scope.zone = Some(zone.into());
            cases.push(ask);
        }
    }
    cases
}

fn funnels() -> Vec<Ask> {
    let funnels = [
        "view product cart checkout purchase",
        "view view view",
        "view page:cart view",
        "product product product cart",
        "page:home page:category product",
        "path:/ path:/cart",
        "product:s0003 cart purchase",
        "cart signal:cart_hesitation purchase",
        "signal:exit_intent fired:1 shown:1 accepted:1 purchase",
        "held_out:2 purchase",
        "fired:2 dismissed:2 checkout",
        "goal:newsletter",
        "view checkout checkout purchase view",
        "page:nowhere view",
    ];
    let steps = funnels.map(|text| {
        let steps = text.split(' ').map(|step| step.parse().expect("a step"));
        Question::Funnel { steps: steps.collect() }
    });
    steps.into_iter().map(|question| ask("seoul", MONTH, question)).collect()
}

fn ways() -> Vec<Ask> {
    let mut cases = Vec::new();
    for by in [By::Page, By::Path] {
        for depth in [1, 2, 3, 8] {
            cases.push(ask("seoul", MONTH, Question::Journeys { by, depth }));
        }
    }
    cases
}

/// Spans that begin and end in the midst of things, and one in which nothing happens.
fn borders() -> Vec<Ask> {
    let spans = [
        (day(5) + 12_345_678, day(5) + 12_945_678),
        (day(7), day(7) + 3_600_000),
        (day(60), day(61)),
    ];
    let all =
        questions().flat_map(|question| spans.map(|span| ask("seoul", span, question.clone())));
    all.collect()
}

/// Over all there is.
pub(crate) fn whole(site: &str, question: Question) -> Ask {
    ask(site, (day(0), day(40)), question)
}

fn ask(site: &str, (from, to): (u64, u64), question: Question) -> Ask {
    let scope = Scope { site: site.into(), from: Some(from), to: Some(to), ..Scope::default() };
    Ask { scope, question }
}

/// So many days after the beginning of the month, UTC.
const fn day(number: u64) -> u64 {
    BEGINS_AT.0 + number * 86_400_000
}

/// With a day of purchases, and of campaigns' purchases, on either side.
const MONTH: (u64, u64) = (day(1), day(29));
