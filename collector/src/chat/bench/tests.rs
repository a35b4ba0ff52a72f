use std::collections::BTreeSet;
use std::fs;

use super::sets::Source;
use super::*;

/// A folder with one file of these lines.
fn folder(file: &str, heading: &str, lines: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{heading}\n{}\n", lines.join("\n"));
    fs::write(folder.path().join(file), text).unwrap();
    folder
}

/// Meanings `from..to` with four paraphrases each: each has a word of its own.
fn meanings(from: u32, to: u32) -> tempfile::TempDir {
    let syllable = |number: u32| char::from_u32(u32::from('가') + number).unwrap();
    let line = |group: u32, n: u32| {
        let word = [syllable(group * 97), syllable(5_000 + group * 89)];
        let word = String::from_iter(word);
        format!("{group},0,0,\"{word} 말{n}, 물어봐\"")
    };
    let lines: Vec<String> =
        (from..to).flat_map(|group| (0..4).map(move |n| line(group, n))).collect();
    folder("utterances.csv", "group,topic,act,utterance", &lines)
}

fn intents(lines: &[&str]) -> tempfile::TempDir {
    let lines: Vec<String> = lines.iter().map(|&line| line.into()).collect();
    folder("questions.csv", "text,category", &lines)
}

fn bench(set: Set, index: &Path, queries: &Path) -> Bench {
    let (index, queries) = (index.into(), queries.into());
    Bench { set, index, queries, examples: None, draws: None, is_apart: false }
}

fn figures(report: &Report) -> String {
    format!("R@1 {:.2}, R@5 {:.2}, MRR {:.2}", report.r_at_1, report.r_at_5, report.mrr)
}

fn run(set: Set, index: &Path, queries: &Path) -> Report {
    bench(set, index, queries).run().unwrap()
}

#[test]
fn all_of_the_index_is_known_and_all_of_the_queries_asked() {
    let index = intents(&["cancel my order,cancel", "where is my parcel,track", "track it,track"]);
    let queries = intents(&[
        "cancel the order,cancel",
        "the parcel where is it,track",
        "track it,track",
        "pay by card,pay",
    ]);
    let report = run(Set::Banking77, index.path(), queries.path());
    assert_eq!((report.entries, report.phrasings), (2, 3));
    assert_eq!(report.asked, 2, "one is known word for word, one has no entry");
    assert_eq!(figures(&report), "R@1 1.00, R@5 1.00, MRR 1.00");
    assert_eq!(report.refusals.right, share(1, 1), "nobody told the bot about paying");
}

#[test]
fn the_wrong_entry_first_is_counted_as_such() {
    let index = intents(&["cancel my order,a", "track my order,b"]);
    let queries = intents(&["cancel my order now,b", "please track my order,b"]);
    let report = run(Set::Banking77, index.path(), queries.path());
    assert_eq!(figures(&report), "R@1 0.50, R@5 1.00, MRR 0.75");
    assert_eq!(report.refusals.answered_wrong, share(1, 2));
    assert_eq!(report.refusals.wrong, share(0, 2));
}

#[test]
fn one_folder_for_both_is_split_and_nothing_is_asked_that_is_known() {
    let lines: Vec<String> = (0..100).map(|n| format!("question {n},intent{}", n % 5)).collect();
    let one = folder("questions.csv", "text,category", &lines);
    for examples in [0, 1, 3] {
        let source = Source::read(Set::Banking77, one.path(), one.path()).unwrap();
        let trial = source.trial(examples, 0);
        let known: BTreeSet<&str> = trial.known.values().flatten().copied().collect();
        assert!(trial.asked.iter().all(|(_, text)| !known.contains(text)));
        assert_eq!(trial.asked.len() + known.len(), 100, "{examples}");
        assert!(trial.asked.len() > 10);
        if examples > 0 {
            assert!(trial.known.values().all(|texts| texts.len() == examples));
        }
    }
}

#[test]
fn of_each_meaning_one_paraphrase_is_known_whichever_folder_has_it() {
    let (here, there) = (meanings(0, 6), meanings(6, 9));
    let one = run(Set::ParaKqc, here.path(), here.path());
    assert_eq!((one.entries, one.phrasings, one.draws, one.asked), (6, 6, 3, 3 * 18));
    assert!(one.r_at_1 > 0.99, "{one:?}");
    let two = run(Set::ParaKqc, here.path(), there.path());
    assert_eq!((two.entries, two.phrasings, two.asked), (9, 9, 3 * 9));
    assert!(two.r_at_1 > 0.99, "{two:?}");
}

#[test]
fn single_examples_are_drawn_anew_and_alike_each_time() {
    let lines: Vec<String> =
        (0..40).map(|n| format!("B,words {n} of it,X,intent{}", n % 2)).collect();
    let one = folder("utterances.csv", "flags,utterance,category,intent", &lines);
    let source = Source::read(Set::Bitext, one.path(), one.path()).unwrap();
    let known = |draw: usize| source.trial(1, draw).known;
    assert_eq!(known(0), known(0));
    assert!((1..20).any(|draw| known(draw) != known(0)));
    assert_eq!(run(Set::Bitext, one.path(), one.path()).draws, 20);
}

#[test]
fn small_talk_is_to_be_refused_and_real_questions_are_not() {
    let real = meanings(0, 30);
    let lines: Vec<String> = (0..10).map(|n| format!("사랑이 뭘까 {n},대답,0")).collect();
    let talk = folder("pairs.csv", "Q,A,label", &lines);
    let report = run(Set::SmallTalk, real.path(), talk.path());
    assert_eq!(report.refusals.right, share(10, 10));
    assert_eq!(report.refusals.wrong.of, report.asked);
    assert!(report.asked > 0 && report.phrasings + report.asked == 120, "{report:?}");
}

#[test]
fn each_example_may_be_an_entry_of_its_own() {
    let index = intents(&["cancel my order,a", "stop the order,a", "track it,b"]);
    let queries = intents(&["please stop that order,a"]);
    let apart = Bench { is_apart: true, ..bench(Set::Banking77, index.path(), queries.path()) };
    let report = apart.run().unwrap();
    assert_eq!((report.entries, report.phrasings), (3, 3));
    assert!(report.r_at_1 > 0.99);
}

#[test]
fn a_folder_of_all_sets_a_folder_of_one_and_a_file_are_found() {
    let all = tempfile::tempdir().unwrap();
    let of_one = all.path().join("banking77");
    fs::create_dir(&of_one).unwrap();
    let file = of_one.join("questions.csv");
    fs::write(&file, "text,category\na b,x\nb c,x\nc d,y\nd e,y\ne f,y\nf g,y\n").unwrap();
    let places = [all.path(), &of_one, &file];
    let reports = places.map(|place| {
        let report = run(Set::Banking77, place, all.path());
        (report.entries, report.asked)
    });
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[1], reports[2]);
}

#[test]
fn what_is_missing_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let told = |set: Set, index: &Path| {
        let error = bench(set, index, empty.path()).run().unwrap_err();
        error.to_string().replace(&empty.path().display().to_string(), "DIR")
    };
    assert_eq!(
        told(Set::Banking77, empty.path()),
        "DIR: expected a folder with questions.csv, or with banking77/questions.csv"
    );
    let wrong = folder("questions.csv", "question,answer", &[]);
    let error = bench(Set::Banking77, wrong.path(), wrong.path()).run().unwrap_err();
    assert!(error.to_string().ends_with("expected a column `text`"), "{error}");
    let talk = folder("pairs.csv", "Q,A,label", &["a,b,0".into()]);
    let error = bench(Set::SmallTalk, talk.path(), talk.path()).run().unwrap_err();
    assert!(error.to_string().contains("real questions: a folder with questions.csv"), "{error}");
    let known = intents(&["a b,x"]);
    let copy = intents(&["a b,x"]);
    let error = bench(Set::Banking77, known.path(), copy.path()).run().unwrap_err();
    assert!(error.to_string().starts_with("nothing to ask"), "{error}");
}
