use std::fmt::Write as _;

use expect_test::expect;
use nunchi_api::knowledge::Text;
use proptest::prelude::*;

use super::*;

fn told(format: ImportFormat, text: &str) -> String {
    match read(format, text) {
        Err(error) => error.to_string() + "\n",
        Ok(entries) => entries.iter().map(line).collect(),
    }
}

fn line(entry: &Entry) -> String {
    let mut line = entry.id.clone() + "\n";
    for (language, text) in &entry.texts {
        let Text { questions, answer } = text;
        writeln!(line, "  {language} {questions:?} {answer:?}").unwrap();
    }
    for link in &entry.links {
        writeln!(line, "  {}|{} {}", link.ko, link.en, link.url).unwrap();
    }
    line
}

#[test]
fn a_table_gives_an_entry_a_line_or_one_in_two_languages() {
    let text = "id,question,answer,language,alternatives,link,link_title\n\
        gift,Do you sell gift cards?,\"Yes, in the shop.\",,gift card|voucher to give,/gifts,Gifts\n\
        gift,기프트 카드 있나요?,네 있어요.,ko,,/gifts,선물\n\
        ,Where are you?,In Seoul.,en,,,\n";
    expect![[r#"
        gift
          en ["Do you sell gift cards?", "gift card", "voucher to give"] "Yes, in the shop."
          ko ["기프트 카드 있나요?"] "네 있어요."
          선물|Gifts /gifts
        where-are-you-e819bb9a
          en ["Where are you?"] "In Seoul."
    "#]]
    .assert_eq(&told(ImportFormat::Csv, text));
}

#[test]
fn what_is_wrong_with_a_table_is_told_by_line() {
    let csv = |text: &str| told(ImportFormat::Csv, text);
    expect![[r"
        no questions are in it: expected a heading with question,answer and a line for each
        line 1: the heading needs `question` and `answer`
        line 1: no column is called `reply`; known are question, answer, id, language, alternatives, link, link_title
        line 3: a question and an answer are needed
        line 2: no language `fr`; known are ko and en
        line 2: links to `javascript:alert(1)`: expected a path or an https address
        line 3: `x` is there in `en` already
        line 3: a quote is opened and never closed
        entry `A B` is to be named by 1 to 64 of a-z, 0-9, - and _
    "]]
    .assert_eq(
        &[
            csv("question,answer\n"),
            csv("question\na\n"),
            csv("question,reply\na,b\n"),
            csv("question,answer\na,b\nc,\n"),
            csv("question,answer,language\na,b,fr\n"),
            csv("question,answer,link\na,b,javascript:alert(1)\n"),
            csv("question,answer,id\na,b,x\nc,d,x\n"),
            csv("question,answer\na,b\n\"c,d\n"),
            csv("question,answer,id\na,b,A B\n"),
        ]
        .concat(),
    );
}

#[test]
fn headings_with_text_below_are_questions() {
    let text = "# Help\n\n## Do you ship **abroad**?\n> deliver to other countries\n> 해외로 보내요?\n\n\
        Not yet. See [Shipping](/help#shipping) and\n[the list](https://shop.example/list \"x\").\n\n\
        ```\n# no heading\n```\n\n## 교환되나요?\n네, `30일` 안에요.\n## Empty\n";
    expect![[r#"
        do-you-ship-abroad-7ec55785
          en ["Do you ship abroad?", "deliver to other countries", "해외로 보내요?"] "Not yet. See Shipping and\nthe list.\n\n\n# no heading\n"
          |Shipping /help#shipping
          |the list https://shop.example/list
        41693015
          ko ["교환되나요?"] "네, 30일 안에요."
    "#]]
    .assert_eq(&told(ImportFormat::Markdown, text));
    let wrong = told(ImportFormat::Markdown, "# A\nb\n\n# C\nd\n[e](http://f.example)\n");
    assert_eq!(wrong, "line 6: links to `http://f.example`: expected a path or an https address\n");
    assert!(told(ImportFormat::Markdown, "no headings").contains("expected headings"));
}

const PAGE: &str = r#"<!doctype html><script>var a = "<p>";</script>
<SCRIPT type="application/ld+json">{"@context": "https://schema.org", "@graph": [
  {"@type": "FAQPage", "mainEntity": [
    {"@type": "Question", "name": "Is it &quot;safe&quot;?", "acceptedAnswer": {"@type": "Answer",
     "text": "<p>Yes.</p><ul><li>See <a href=\"/care?a=1&amp;b=2\">Care</a></li><li><a href='mailto:a@b.c'>write</a></li></ul>"}},
    {"@type": ["Question"], "name": "교환되나요?", "acceptedAnswer": [{"text": "네."}]},
    {"@type": "Question", "name": "교환되나요?", "acceptedAnswer": {"text": "twice"}},
    {"@type": "Question", "name": "without an answer"}]}]}</script>"#;

#[test]
fn the_data_in_a_faq_page_is_read() {
    expect![[r#"
        is-it-safe-c9beaa8a
          en ["Is it \"safe\"?"] "Yes.\nSee Care\nwrite"
          |Care /care?a=1&b=2
        41693015
          ko ["교환되나요?"] "네."
    "#]]
    .assert_eq(&told(ImportFormat::JsonLd, PAGE));
    let alone = r#"{"@type": "Question", "name": "a", "acceptedAnswer": {"text": "b"}}"#;
    assert!(told(ImportFormat::JsonLd, alone).contains("\"b\""));
    assert!(told(ImportFormat::JsonLd, "<p>nothing</p>").contains("expected FAQPage data"));
    assert!(told(ImportFormat::JsonLd, "{").contains("line 1"));
}

#[test]
fn a_knowledge_base_is_read_as_it_is_exported() {
    let entries = read(ImportFormat::Json, crate::sites::DEFAULT_KNOWLEDGE).unwrap();
    let json = serde_json::to_string(&KnowledgeBase { entries: entries.clone() }).unwrap();
    assert_eq!(read(ImportFormat::Json, &json).unwrap(), entries);
    let unknown = told(ImportFormat::Json, "{\n\"entries\": [{\"id\": \"a\", \"text\": 1}]}");
    assert!(unknown.contains("unknown field `text`") && unknown.contains("line 2"), "{unknown}");
}

#[test]
fn the_name_of_a_file_says_what_it_is() {
    let of = |name: &str| format_of(name).map(|it| serde_json::to_string(&it).unwrap());
    assert_eq!(of("a.b/FAQ.MD"), Some("\"markdown\"".into()));
    assert_eq!(of("faq.csv"), Some("\"csv\"".into()));
    assert_eq!([of("faq"), of("faq.pdf")], [None, None]);
}

#[test]
fn more_than_is_read_is_refused() {
    let text = "a".repeat(IMPORT_BYTES_MAX + 1);
    assert_eq!(told(ImportFormat::Csv, &text), "8388609 bytes, at most 8388608 are read\n");
    let many: String = (0..10_001).map(|n| ["# q", &n.to_string(), "\na\n"].concat()).collect();
    assert_eq!(told(ImportFormat::Markdown, &many), "10001 entries, at most 10000 are read\n");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_every_format(
        text in "(\\PC|[#>\\[\\]()\n\"<>{}:,|&;]){0,80}",
        pieces in prop::collection::vec(prop::sample::select(vec![
            "# a\n", "> b\n", "[c](/d)", "[e](", "](", "question,answer\n", "\"", "<a href=", "<script application/ld+json>",
            "</script>", "{\"@type\":\"Question\",", "\"name\":\"가\",", "\"acceptedAnswer\":{\"text\":\"<b\"}}", "\u{feff}", "가",
        ]), 0..12),
    ) {
        let mixed: String = pieces.concat();
        for text in [&text, &mixed] {
            for format in [ImportFormat::Json, ImportFormat::Csv, ImportFormat::Markdown, ImportFormat::JsonLd] {
                if let Ok(entries) = read(format, text) {
                    prop_assert!(check(&entries).is_ok());
                }
            }
        }
    }

    #[test]
    fn an_id_is_one_and_stays_the_same(question in "\\PC{1,300}") {
        let entry = Entry {
            id: id_of(&question),
            texts: [("en".into(), Text { questions: vec!["q".into()], answer: "a".into() })].into(),
            ..Entry::default()
        };
        prop_assert!(check(&[entry]).is_ok(), "{}", id_of(&question));
    }
}
