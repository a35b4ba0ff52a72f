//! "What is recorded about me?": what this browser keeps, what this page told, and the ways to stop it
//! and to have it erased.
//!
//! A refusal is kept in the browser by itself, so that it outlasts the page; it is above whatever the
//! shop says afterwards.

use alloc::string::String;
use alloc::vec::Vec;

use super::dom::{cut, draw, find};
use super::letter::{ERASE, write};
use super::page::{self, ByName, NOTHING, Thing, global, number, option, thing};
use super::scene::{Scene, Surface};
use super::wire::{Said, Step};
use super::words::{Text, Words};

/// The dialog.
pub(crate) struct Record {
    pub(crate) frame: Thing,
    words: Words,
}

impl Surface {
    /// Opens it in place of whatever stands.
    pub(crate) fn open_record(&mut self) -> Said {
        let said = match &self.scene {
            Scene::Offer(offer) => Some((offer.show.campaign, "dismissed")),
            Scene::Fetching(show) => Some((show.campaign, "failed")),
            Scene::Record(_) => return None,
            Scene::Chat(_) | Scene::Empty => None,
        };
        self.clear();
        if self.draw_record().is_none() {
            self.clear();
        }
        said
    }

    fn draw_record(&mut self) -> Option<()> {
        let words = Words::of(&option("language").text());
        let stage = self.set_stage(words.say(Text::Tag), None)?;
        let is_refused = storage().call_text("getItem", REFUSED, NOTHING).is_true();
        let only = |is_so: bool| if is_so { "yes" } else { "" };
        let frame = draw(&stage.set, RECORD, words, &[only(is_refused), only(!is_refused)]);
        list(&find(&frame, ".kept"), &kept(words), words);
        list(&find(&frame, ".sent"), &sent(words), words);
        frame.call("showModal");
        self.scene = Scene::Record(Record { frame, words });
        (!page::is_broken()).then_some(())
    }

    /// Stops all recording; with `is_erasing` the collector is told to erase what it has.
    pub(crate) fn refuse(&mut self, is_erasing: bool) -> Said {
        let Scene::Record(record) = &self.scene else { return None };
        if is_erasing {
            let ids = page::own_ids();
            let (visitor, session) = ids.split_at_checked(32).unwrap_or_default();
            let values = [option("site"), thing(visitor), thing(session)];
            let told = page::ask("/v1/erase", &write(ERASE, &values), ANSWER_MS);
            Step::Erased.after(&told, Step::NotErased);
        }
        storage().call_texts("setItem", REFUSED, "1");
        record.say(Text::Refused);
        Some((0, "refused"))
    }

    /// Takes the refusal back; from the next page on the shop's own rules hold again.
    pub(crate) fn allow(&mut self) {
        if let Scene::Record(record) = &self.scene {
            storage().call_text("removeItem", REFUSED, NOTHING);
            record.say(Text::Allowed);
        }
    }

    /// The collector was told, or could not be.
    pub(crate) fn on_erased(&mut self, is_told: bool) {
        if let Scene::Record(record) = &self.scene {
            record.say(if is_told { Text::Erased } else { Text::NotErased });
        }
    }
}

impl Record {
    /// Says what came of it in place of the ways.
    fn say(&self, text: Text) {
        let ways = find(&self.frame, ".row");
        ways.set("textContent", "");
        let said =
            draw(&ways, "p|body|role=status|tabindex=-1|=$a", self.words, &[self.words.say(text)]);
        // The button that had it is gone.
        said.call("focus");
    }
}

/// What lies in this browser, in words, each once.
fn kept(words: Words) -> Vec<String> {
    let keys = page::kept_keys();
    let is_kept = |name: &str| {
        let mut rest = keys.as_str();
        let mut is_kept = false;
        while !rest.is_empty() {
            is_kept |= cut(&mut rest, b'\n').starts_with(name);
        }
        is_kept
    };
    let names = KEPT.iter().filter(|(name, _)| is_kept(name));
    names.map(|(_, text)| words.say(*text).into()).collect()
}

/// What this page told, by sorts of items and how many.
fn sent(words: Words) -> Vec<String> {
    let counts = option("sent");
    let count = |kinds: &[i32]| kinds.iter().map(|&it| counts.at(it).count()).sum::<u32>();
    let told = SENT.iter().map(|(text, kinds)| (words.say(*text), count(kinds)));
    told.filter(|it| it.1 > 0)
        .map(|(text, count)| [text, ": ", &number(count).text()].concat())
        .collect()
}

fn list(parent: &Thing, lines: &[String], words: Words) {
    for line in lines {
        draw(parent, "li||=$a", words, &[line]);
    }
    if lines.is_empty() {
        draw(parent, "li||=$a", words, &[words.say(Text::Nothing)]);
    }
}

fn storage() -> Thing {
    global("localStorage")
}

/// The agent reads it: `page.js`, `may`.
const REFUSED: &str = "nunchi-refused";

/// Beginnings of keys.
const KEPT: [(&str, Text); 5] = [
    ("visitor", Text::KeptVisitor),
    ("memory", Text::KeptMemory),
    ("engine", Text::KeptVisit),
    ("frame.", Text::KeptFrames),
    ("chat", Text::KeptChat),
];

/// Items by the numbers that they have on the wire.
const SENT: [(Text, &[i32]); 5] = [
    (Text::SentViews, &[1]),
    (Text::SentSigns, &[2]),
    (Text::SentFacts, &[3]),
    (Text::SentAnswers, &[7]),
    (Text::SentOther, &[0, 4, 5, 6, 8, 9, 10]),
];

/// How long the collector may take, milliseconds.
const ANSWER_MS: i32 = 10_000;

/// a: something where recording was refused, b where it was not.
const RECORD: &str = "\
dialog|dialog|aria-labelledby=title|lang=%U
 div|inside
  div|head
   h2|title|id=title|=%[
   button|round|aria-label=%A
    @M7 7l10 10M17 7L7 17
  h3|about|=%\\
  ul|kept|role=list
  h3|about|=%]
  ul|sent|role=list
  p|body|=%^
  div|row
   ?bbutton|primary erase|=%`
   ?bbutton|plain refuse|=%_
   ?abutton|plain allow|=%e";
