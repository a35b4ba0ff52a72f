//! What visitors asked and the bot could not answer: like questions together, and drafts made of them.

use std::collections::BTreeMap;

use nunchi_api::knowledge::{Entry, GAP_OTHERS_MAX, GAPS_MAX, Gap, Gaps, QUESTION_CHARS_MAX, Text};

use super::import::id_of;
use super::knowledge::{Knowledge, Language};
use super::ranking::Ranking;
use crate::store::Unanswered;

/// Puts questions together by likeness. What `knowledge` answers by now is left out; `entries` are all
/// of the site's, for their drafts.
pub(super) fn gaps(asked: &[Unanswered], knowledge: &Knowledge, entries: &[Entry]) -> Gaps {
    let mut gaps = Gaps { looked_at: asked.len() as u64, ..Gaps::default() };
    let mut by_text = BTreeMap::<(Language, &str), Vec<&Unanswered>>::new();
    for it in asked {
        by_text.entry((Language::of(&it.text, ""), it.text.trim())).or_default().push(it);
    }
    by_text.retain(|(language, text), asked| {
        let best = knowledge.ask(text, *language, 1);
        let is_answered = best.first().is_some_and(|best| knowledge.is_sure(*language, best));
        gaps.answered_since += if is_answered { asked.len() as u64 } else { 0 };
        !is_answered
    });
    for language in Language::ALL {
        let of_language = by_text.iter().filter(|((of, _), _)| *of == language);
        let groups = grouped(of_language.map(|((_, text), asked)| (*text, asked.as_slice())));
        gaps.rows.extend(groups.iter().map(|group| row(language, group, entries)));
    }
    gaps.rows.sort_by(|one, other| {
        other.asked.cmp(&one.asked).then_with(|| one.question.cmp(&other.question))
    });
    gaps.rows.truncate(GAPS_MAX);
    gaps
}

/// A draft of the gap that `question` is one of.
pub(super) fn draft(gaps: &Gaps, question: &str) -> Option<Entry> {
    let has = |gap: &&Gap| gap.question == question || gap.others.iter().any(|it| it == question);
    let gap = gaps.rows.iter().find(has)?;
    let questions = [&gap.question].into_iter().chain(&gap.others);
    let clipped = questions.map(|text| text.chars().take(QUESTION_CHARS_MAX).collect());
    let text = Text { questions: clipped.collect(), answer: String::new() };
    let texts = [(gap.language.clone(), text)].into();
    Some(Entry { id: id_of(&gap.question), texts, is_draft: true, links: Vec::new() })
}

type Asked<'a> = (&'a str, &'a [&'a Unanswered]);

/// Each text joins the group it is most alike to, or begins one: first the texts that were asked most,
/// so that those give the groups their names. Only the [`TEXTS_MAX`] most asked are looked at.
fn grouped<'a>(asked: impl Iterator<Item = Asked<'a>>) -> Vec<Vec<Asked<'a>>> {
    let mut texts: Vec<Asked<'_>> = asked.collect();
    texts.sort_by_key(|(text, asked)| (std::cmp::Reverse(asked.len()), *text));
    texts.truncate(TEXTS_MAX);
    let phrasings: Vec<String> = texts.iter().map(|(text, _)| (*text).to_owned()).collect();
    let ranking = Ranking::new(phrasings.iter().map(std::slice::from_ref));
    let mut groups = Vec::<Vec<Asked<'_>>>::new();
    // By text: the group that it began.
    let mut begun = vec![None; texts.len()];
    for (place, text) in texts.iter().enumerate() {
        let alike = ranking.rank(text.0, LOOKED_AT).into_iter();
        let near = alike.take_while(|it| it.likeness >= ALIKE);
        let group = near.filter(|it| it.entry < place).find_map(|it| begun[it.entry]);
        if let Some(group) = group {
            let group: &mut Vec<_> = &mut groups[group];
            group.push(*text);
        } else {
            begun[place] = Some(groups.len());
            groups.push(vec![*text]);
        }
    }
    groups
}

fn row(language: Language, group: &[Asked<'_>], entries: &[Entry]) -> Gap {
    let asked = || group.iter().flat_map(|(_, asked)| asked.iter());
    let mut conversations: Vec<i64> = asked().map(|it| it.conversation).collect();
    conversations.sort_unstable();
    conversations.dedup();
    let texts: Vec<String> = group.iter().map(|(text, _)| (*text).to_owned()).collect();
    let is_draft_of_it = |entry: &&Entry| {
        let mut questions = entry.texts.values().flat_map(|text| &text.questions);
        entry.is_draft && questions.any(|question| texts.contains(question))
    };
    Gap {
        draft: entries.iter().find(is_draft_of_it).map(|entry| entry.id.clone()),
        language: language.tag().into(),
        asked: asked().count() as u64,
        conversations: conversations.len() as u64,
        first_at: asked().map(|it| it.at).min().unwrap_or_default(),
        last_at: asked().map(|it| it.at).max().unwrap_or_default(),
        others: texts.iter().skip(1).take(GAP_OTHERS_MAX).cloned().collect(),
        question: texts.into_iter().next().unwrap_or_default(),
    }
}

/// From this likeness on two questions are like each other. Lower than what it takes to answer: a
/// person looks at it, and a row too much costs more than an odd question in a row.
const ALIKE: f32 = 0.3;

/// Texts that are like one, looked at in search of a group that it may join.
const LOOKED_AT: usize = 50;

/// Different texts of one language.
const TEXTS_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unanswered(texts: &[&str]) -> Vec<Unanswered> {
        let each = |(number, text): (i64, &&str)| Unanswered {
            text: (*text).into(),
            conversation: number / 2,
            at: 1_000 + number.unsigned_abs(),
        };
        (0..).zip(texts).map(each).collect()
    }

    fn knowing(question: &str) -> Entry {
        let text = Text { questions: vec![question.into()], answer: "yes".into() };
        Entry { id: "a".into(), texts: [("en".into(), text)].into(), ..Entry::default() }
    }

    const ASKED: [&str; 8] = [
        "do you sell gift cards",
        "Are gift cards sold here?",
        "do you sell gift cards",
        "매장 주차 되나요?",
        "매장 주차 가능한가요?",
        "매장에 주차할 수 있나요",
        "is there a loyalty program",
        "asdf",
    ];

    #[test]
    fn like_questions_stand_together_and_are_counted() {
        let gaps = gaps(&unanswered(&ASKED), &Knowledge::new(Vec::new()), &[]);
        let told: Vec<String> = gaps
            .rows
            .iter()
            .map(|gap| {
                format!("{} {} {} {}", gap.language, gap.asked, gap.conversations, gap.question)
            })
            .collect();
        assert_eq!(
            told,
            [
                "en 3 2 do you sell gift cards",
                "ko 3 2 매장 주차 가능한가요?",
                "en 1 1 asdf",
                "en 1 1 is there a loyalty program",
            ]
        );
        assert_eq!((gaps.looked_at, gaps.answered_since), (8, 0));
        let first = &gaps.rows[0];
        assert_eq!((first.first_at, first.last_at), (1_000, 1_002));
        assert_eq!(first.others, ["Are gift cards sold here?"]);
    }

    #[test]
    fn what_is_answered_by_now_is_no_gap() {
        let knowledge = Knowledge::new(vec![knowing("is there a loyalty program")]);
        let gaps = gaps(&unanswered(&ASKED), &knowledge, &[]);
        assert_eq!(gaps.answered_since, 1);
        assert!(gaps.rows.iter().all(|gap| !gap.question.contains("loyalty")));
    }

    #[test]
    fn a_draft_has_all_that_was_asked_and_is_named_in_the_gap() {
        let nothing = Knowledge::new(Vec::new());
        let found = gaps(&unanswered(&ASKED), &nothing, &[]);
        let drafted = draft(&found, "매장에 주차할 수 있나요").unwrap();
        assert!(drafted.is_draft && drafted.texts["ko"].answer.is_empty());
        assert_eq!(drafted.texts["ko"].questions.len(), 3);
        assert!(super::super::knowledge::check(std::slice::from_ref(&drafted)).is_ok());
        let again = gaps(&unanswered(&ASKED), &nothing, std::slice::from_ref(&drafted));
        assert_eq!(again.rows[1].draft, Some(drafted.id));
        assert_eq!(draft(&found, "never asked"), None);
    }

    proptest! {
        #[test]
        fn every_question_is_in_one_row_whatever_was_asked(
            texts in prop::collection::vec("\\PC{1,20}", 0..30),
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let gaps = gaps(&unanswered(&texts), &Knowledge::new(Vec::new()), &[]);
            prop_assert_eq!(gaps.rows.iter().map(|gap| gap.asked).sum::<u64>(), texts.len() as u64);
            prop_assert!(gaps.rows.iter().all(|gap| draft(&gaps, &gap.question).is_some()));
        }
    }

    #[test]
    fn more_than_is_shown_is_cut_to_what_was_asked_most() {
        let texts: Vec<String> = (0..GAPS_MAX + 50).map(|n| format!("w{n}x{n}y{n}")).collect();
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.extend(["often asked"; 3]);
        let gaps = gaps(&unanswered(&texts), &Knowledge::new(Vec::new()), &[]);
        assert!(gaps.rows.len() <= GAPS_MAX);
        assert_eq!((gaps.rows[0].asked, gaps.rows[0].question.as_str()), (3, "often asked"));
    }
}
