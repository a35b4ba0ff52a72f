//! What happened, as one line of a recorded session.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use beacon::item::{
    Answer, Body, BotTrait, Fact, HesitationCause, Line, Product, Reaction, Signal,
};

/// One line, such as `viewed product /p/tea` or `exit_intent y=12 speed=900 eta=13ms`.
pub fn describe(body: &Body) -> String {
    match body {
        Body::Began(it) => {
            let (device, visitor) = (snake(it.device), snake(it.visitor));
            let resumed = if it.resumed.is_empty() { "" } else { " resumed" };
            format!("began {device} {} {visitor} {}{resumed}", it.language, snake(it.consent))
        }
        Body::Viewed(it) => format!("viewed {} {}", snake(it.page), it.path),
        Body::Noticed(it) => signal(it),
        Body::Stated(it) => format!("stated {}", fact(it)),
        Body::Consented(it) => format!("consented {}", snake(it)),
        Body::Published(version) => format!("published {version}"),
        Body::Woke => "woke".into(),
        Body::Answered(Answer { campaign, reaction: Reaction::Rated { score, choice } }) => {
            format!("answered {campaign} rated {score} choice={choice}")
        }
        Body::Answered(Answer { campaign, reaction }) => {
            format!("answered {campaign} {}", snake(reaction))
        }
        Body::Remembered(it) => {
            let bought = it.bought_days.map_or("never".into(), |days| format!("{days}d ago"));
            let turns: Vec<String> =
                it.turns.iter().map(|it| format!("{}×{}", it.campaign, it.times)).collect();
            let (source, turns) = (it.source.as_str(), turns.join(" "));
            format!("remembered visits={} bought={bought} [{source}] [{turns}]", it.visits)
        }
        Body::Staffed { free } => format!("staffed {free}"),
        Body::Decided(it) => {
            let (outcome, evidence) = (snake(it.outcome), &it.evidence);
            let (id, variant, buy) = (it.campaign, it.variant, it.buy_permille);
            format!("decided {id}/{variant} {outcome} buy={buy} {evidence:?}")
        }
        other => format!("{other:?}"),
    }
}

/// A variant's name the way campaign files write it.
fn snake(value: impl Debug) -> String {
    let mut text = String::new();
    for letter in format!("{value:?}").chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

fn signal(signal: &Signal) -> String {
    match signal {
        Signal::ExitIntent { y, speed, eta_ms } => {
            format!("exit_intent y={y} speed={speed} eta={eta_ms}ms")
        }
        Signal::Dwell { ms } => format!("dwell {ms}ms"),
        Signal::ProductDwell { product, ms } => format!("product_dwell {product} {ms}ms"),
        Signal::ScrollReach { percent } => format!("scroll_reach {percent}%"),
        Signal::CartHesitation { level, causes } => {
            let holding = HesitationCause::ALL.into_iter().filter(|it| causes & it.bit() != 0);
            let names: Vec<String> = holding.map(snake).collect();
            format!("cart_hesitation {level} {}", names.join(" ")).trim_end().into()
        }
        Signal::RageClick { presses, target } => format!("rage_click {presses} {}", snake(target)),
        Signal::TabHidden => "tab_hidden".into(),
        Signal::TabReturned { away_ms } => format!("tab_returned {away_ms}ms"),
        Signal::ScrollExit { px } => format!("scroll_exit {px}px"),
        Signal::DeadClick { target } => format!("dead_click {}", snake(target)),
        Signal::Thrash { turns } => format!("thrash {turns}"),
        Signal::Comparing { products, returns } => {
            format!("comparing products={products} returns={returns}")
        }
        Signal::FormTrouble { trouble, times } => {
            format!("form_trouble {} {times}", snake(trouble))
        }
        Signal::SearchMiss { searches } => format!("search_miss {searches}"),
        Signal::Fading { permille } => format!("fading {permille}‰"),
        Signal::Waiting { seconds } => format!("waiting {seconds}s"),
        Signal::BotEvidence { traits } => {
            let found = BotTrait::ALL.into_iter().filter(|it| traits & it.bit() != 0);
            format!("bot_evidence {}", found.map(snake).collect::<Vec<_>>().join(" "))
        }
        other => format!("{other:?}"),
    }
}

fn fact(fact: &Fact) -> String {
    let line = |word: &str, it: &Line| {
        let price = it.price.map_or(String::new(), |price| format!("x{}", price.minor));
        format!("{word} {} {}{price}", it.product, it.quantity)
    };
    match fact {
        Fact::ProductSeen(Product { id, .. }) => format!("product_seen {id}"),
        Fact::Added(it) => line("added", it),
        Fact::Removed(it) => line("removed", it),
        Fact::CartStands { items, value } => format!("cart_stands {items} {}", value.minor),
        Fact::CheckoutBegan { value } => format!("checkout_began {}", value.minor),
        Fact::Purchased { order, value, items } => {
            format!("purchased {order} {items} {}", value.minor)
        }
        Fact::Searched { results } => format!("searched {results:?}"),
        Fact::LoggedIn { vip } => format!("logged_in vip={vip}"),
        Fact::Goal { name, .. } => format!("goal {name}"),
        Fact::CartHolds { lines } => {
            let lines: Vec<String> = lines.iter().map(|it| line("", it)).collect();
            format!("cart_holds{}", lines.concat())
        }
        other => snake(other),
    }
}
