//! What somebody looks like: the shapes that a person is drawn of, for the plan's canvas and for the list alike.

use nunchi_api::live::Visitor;

use super::need::Mood;

/// Everything about somebody that shows. Who looks the same shares one drawing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look {
    pub(super) kind: Ink,
    pub(super) mood: Mood,
    is_vip: bool,
    is_away: bool,
    is_chatting: bool,
    doubts: u8,
    /// Pieces in the bag, at most 99; 0: no bag.
    items: u8,
    /// Two letters, or none.
    flag: String,
}

/// A shape in a field of [`WIDE`] × [`TALL`].
pub(super) struct Shape {
    pub(super) path: &'static str,
    /// For what moves; else empty.
    pub(super) class: &'static str,
    pub(super) fill: Option<Ink>,
    pub(super) line: Option<(Ink, f64)>,
}

/// A few letters, centred at a point.
pub(super) struct Letters {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Height, in the units of the field.
    pub(super) size: f64,
    pub(super) text: String,
}

/// The colours people are drawn in, by their names in `tokens.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ink {
    New,
    Returning,
    Known,
    Head,
    Dark,
    Text,
    Faint,
    Surface,
    Accent,
    OnAccent,
    Warn,
    Gold,
    GoldLine,
    Rope,
    Heart,
    Shade,
}

/// Width of the field.
pub(super) const WIDE: f64 = 48.0;

/// Height of the field.
pub(super) const TALL: f64 = 54.0;

impl Ink {
    /// All of them; the discriminant is the index.
    pub(super) const ALL: [Self; 16] = [
        Self::New,
        Self::Returning,
        Self::Known,
        Self::Head,
        Self::Dark,
        Self::Text,
        Self::Faint,
        Self::Surface,
        Self::Accent,
        Self::OnAccent,
        Self::Warn,
        Self::Gold,
        Self::GoldLine,
        Self::Rope,
        Self::Heart,
        Self::Shade,
    ];

    /// Its name in the style sheet.
    pub(super) fn token(self) -> &'static str {
        match self {
            Self::New => "--new",
            Self::Returning => "--returning",
            Self::Known => "--known",
            Self::Head => "--head",
            Self::Dark => "--ink",
            Self::Text => "--text",
            Self::Faint => "--text-2",
            Self::Surface => "--surface",
            Self::Accent => "--accent",
            Self::OnAccent => "--on-accent",
            Self::Warn => "--warn",
            Self::Gold => "--gold",
            Self::GoldLine => "--gold-line",
            Self::Rope => "--rope",
            Self::Heart => "--heart",
            Self::Shade => "--shade",
        }
    }
}

impl Look {
    pub(super) fn of(visitor: &Visitor) -> Self {
        let kind = match visitor.kind.as_str() {
            "known" => Ink::Known,
            "returning" => Ink::Returning,
            _ => Ink::New,
        };
        Self {
            kind,
            mood: Mood::of(&visitor.mood),
            is_vip: visitor.is_vip,
            is_away: visitor.is_away,
            is_chatting: visitor.is_chatting,
            doubts: visitor.hesitation.min(3),
            items: u8::try_from(visitor.cart_items.min(99)).unwrap_or_default(),
            flag: place(&visitor.language),
        }
    }

    /// Whether they look elsewhere.
    pub(super) fn is_away(&self) -> bool {
        self.is_away
    }

    /// What they are drawn of, the hindmost first.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let mut all = vec![
            filled("M10 50a12 2.6 0 1 0 24 0a12 2.6 0 1 0-24 0z", Ink::Shade),
            filled("M7 49c0-11 6-16 15-16s15 5 15 16z", self.kind),
            Shape {
                line: Some((self.kind, 2.4)),
                ..filled("M10.5 21a11.5 11.5 0 1 0 23 0a11.5 11.5 0 1 0-23 0z", Ink::Head)
            },
        ];
        let lines = |paths: &[&'static str], ink: Ink, width: f64| {
            paths.iter().map(|path| line(path, ink, width)).collect::<Vec<_>>()
        };
        let eyes = if self.is_away {
            "M16 21.4q1.6 1.4 3.2 0M24.8 21.4q1.6 1.4 3.2 0"
        } else {
            "M17.6 20.2v1.6M26.4 20.2v1.6"
        };
        all.extend(lines(&[eyes, mouth(self.mood)], Ink::Dark, 1.9));
        all.extend(self.feelings());
        if self.is_vip {
            let crown = "M13.5 10.6l-1.6-7.2 5.2 3.4L22 1.4l4.9 5.4 5.2-3.4-1.6 7.2z";
            all.push(Shape { line: Some((Ink::GoldLine, 1.2)), ..filled(crown, Ink::Gold) });
        }
        if !self.flag.is_empty() && self.doubts == 0 {
            all.push(line("M4.6 48V35", Ink::Faint, 1.6));
            let cloth = "M4.6 34.6h12.6v7.6H4.6z";
            all.push(Shape { line: Some((Ink::Faint, 1.1)), ..filled(cloth, Ink::Surface) });
        }
        if self.is_chatting {
            let balloon = "M33 1h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-4 4v-4.2a4 4 0 0 1-5-3.8V5a4 4 0 0 1 4-4z";
            all.push(filled(balloon, Ink::Accent));
            all.push(line("M34 7.6h.01M38 7.6h.01M42 7.6h.01", Ink::OnAccent, 2.6));
        } else if self.is_away {
            all.push(line("M35 5h5l-5 6h5M42 1h3.4l-3.4 4h3.4", Ink::Faint, 1.7));
        }
        let doubts = ["M3 30.5h5", "M3 25.5h5", "M3 20.5h5"];
        all.extend(lines(&doubts[..usize::from(self.doubts)], Ink::Warn, 3.2));
        if self.items > 0 {
            let sack = "M32.6 37.6h12l1 11.6a2 2 0 0 1-2 2.1h-10a2 2 0 0 1-2-2.1z";
            all.push(line("M35 38v-1.6a3.6 3.6 0 0 1 7.2 0V38", Ink::Text, 1.6));
            all.push(Shape { line: Some((Ink::Text, 1.6)), ..filled(sack, Ink::Surface) });
        }
        all
    }

    /// What stands written on them.
    pub(super) fn letters(&self) -> Vec<Letters> {
        let mut all = Vec::new();
        if !self.flag.is_empty() && self.doubts == 0 {
            all.push(Letters { x: 10.9, y: 40.6, size: 6.2, text: self.flag.clone() });
        }
        if self.items > 0 {
            all.push(Letters { x: 38.6, y: 47.6, size: 9.0, text: self.items.to_string() });
        }
        all
    }

    /// Ropes hold who struggles, smoke rises from the annoyed, hearts from the happy; a pirate may be a program.
    fn feelings(&self) -> Vec<Shape> {
        let moving = |class, shape: Shape| Shape { class, ..shape };
        let puff = |path| moving("puff", filled(path, Ink::Faint));
        let heart = |path| moving("heart", filled(path, Ink::Heart));
        match self.mood {
            Mood::Neutral => Vec::new(),
            Mood::Struggling => {
                let ropes = "M9 40.5q13 4 26 0M8 44.5q14 4 28 0M12.5 37.5q9.5 3 19 0";
                vec![moving("rope", line(ropes, Ink::Rope, 2.0))]
            }
            Mood::Annoyed => vec![
                line("M15.4 16.6l4 1.6M28.6 16.6l-4 1.6", Ink::Dark, 1.9),
                puff("M12 7a2.6 2.6 0 1 0 5 0a2.6 2.6 0 1 0-5 0z"),
                puff("M20 3.4a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"),
                puff("M28 7a2.6 2.6 0 1 0 5 0a2.6 2.6 0 1 0-5 0z"),
            ],
            Mood::Happy => vec![
                heart("M6 9.5c-3-2.2-3-5.6-.6-5.6 1 0 .6 1 .6 1s-.4-1 .7-1c2.3 0 2.3 3.4-.7 5.6z"),
                heart("M38 6.5c-3-2.2-3-5.6-.6-5.6 1 0 .6 1 .6 1s-.4-1 .7-1c2.3 0 2.3 3.4-.7 5.6z"),
            ],
            Mood::Suspicious => {
                let patch = "M24.4 19.2h4.6v2.6q-2.3 2.6-4.6 0zM11.4 16.6l17.6 4";
                vec![
                    filled("M10.2 15.4q11.8-13 23.6 0q-11.8-4.4-23.6 0z", Ink::Dark),
                    Shape { line: Some((Ink::Dark, 1.2)), ..filled(patch, Ink::Dark) },
                ]
            }
        }
    }
}

fn filled(path: &'static str, ink: Ink) -> Shape {
    Shape { path, class: "", fill: Some(ink), line: None }
}

fn line(path: &'static str, ink: Ink, width: f64) -> Shape {
    Shape { path, class: "", fill: None, line: Some((ink, width)) }
}

fn mouth(mood: Mood) -> &'static str {
    match mood {
        Mood::Neutral => "M19 26.4h6",
        Mood::Happy => "M17.6 25.2q4.4 4.2 8.8 0",
        Mood::Struggling => "M18.6 27.2q2-2 3.4-.6t3.4-.6",
        Mood::Annoyed => "M18 28q4-3.6 8 0",
        Mood::Suspicious => "M18 27h2v-1.4h2V27h2v-1.4h2",
    }
}

/// Where somebody may be from, by their language alone: its region, else the country that nearly all who
/// speak it live in, else the language; two letters.
fn place(language: &str) -> String {
    let mut parts = language.split(['-', '_']);
    let spoken = parts.next().unwrap_or_default().to_ascii_lowercase();
    let region =
        parts.find(|part| part.len() == 2 && part.bytes().all(|it| it.is_ascii_alphabetic()));
    let guess = match (region, spoken.as_str()) {
        (Some(region), _) => region,
        (None, "ko") => "KR",
        (None, "ja") => "JP",
        (None, "vi") => "VN",
        (None, "th") => "TH",
        (None, other) => other,
    };
    guess.chars().take(2).collect::<String>().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_guessed_from_the_language_alone() {
        let places = ["ko-KR", "ko", "en", "en-GB", "zh-Hant-TW", "pt_BR", ""].map(place);
        assert_eq!(places, ["KR", "KR", "EN", "GB", "TW", "BR", ""]);
    }

    #[test]
    fn every_ink_is_at_its_own_index() {
        for (index, ink) in Ink::ALL.into_iter().enumerate() {
            assert_eq!(ink as usize, index);
        }
    }

    #[test]
    fn what_shows_is_drawn_and_what_does_not_hold_is_not() {
        let shapes = |visitor: &Visitor| Look::of(visitor).shapes().len();
        let bare = Visitor::default();
        let changed = |change: fn(&mut Visitor)| {
            let mut visitor = bare.clone();
            change(&mut visitor);
            shapes(&visitor) - shapes(&bare)
        };
        assert_eq!(changed(|it| it.is_vip = true), 1);
        assert_eq!(changed(|it| it.cart_items = 3), 2);
        assert_eq!(changed(|it| it.hesitation = 9), 3);
        assert_eq!(changed(|it| it.language = "ko".into()), 2);
        assert_eq!(changed(|it| it.mood = "annoyed".into()), 4);
        let letters = Look::of(&Visitor { cart_items: 300, ..bare.clone() }).letters();
        assert_eq!(letters[0].text, "99");
    }
}
