//! What the bot knows and lacks, over the routes and by the command.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::command::{fails, works};
use crate::support::{Answered, Http, SHOP, Server, TOKEN, start};

async fn say<S: Http>(server: &Server<S>, talk: u8, text: &str) -> String {
    let ask = json!({
        "site": "demo", "conversation": format!("{talk:02x}").repeat(16), "number": 0, "path": "/",
        "language": "en", "text": text,
    });
    let answer = server.post("/v1/chat", SHOP, ask.to_string()).await;
    assert_eq!(answer.status, 200);
    answer.json()["messages"][1]["text"].as_str().unwrap().to_owned()
}

async fn write<S: Http>(server: &Server<S>, method: &str, uri: &str, body: Value) -> Answered {
    let request = TestRequest::default().method(method.parse::<Method>().unwrap()).uri(uri);
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    server.call(request.set_json(body)).await
}

fn entry(id: &str, question: &str, answer: &str) -> Value {
    json!({ "id": id, "texts": { "en": { "questions": [question], "answer": answer } } })
}

const STRANGE: &str = "Sorry, I do not know that.";

#[actix_web::test]
async fn an_entry_is_answered_by_as_soon_as_it_is_written_and_no_more_when_it_is_gone() {
    let server = start().await;
    assert!(say(&server, 1, "Do you sell gift cards?").await.starts_with(STRANGE));
    let put = json!({ "site": "demo", "entry": entry("gift", "Do you sell gift cards?", "Yes.") });
    assert_eq!(write(&server, "POST", "/api/knowledge", put).await.status, 204);
    assert_eq!(say(&server, 2, "are gift cards sold").await, "Yes.");
    let told = say(&server, 3, "How long does delivery take?").await;
    assert!(
        told.starts_with(STRANGE),
        "what comes with the program is for who has nothing: {told}"
    );
    let person = say(&server, 4, "I want to talk to a person").await;
    assert!(person.contains("is left for a person"), "courtesies stay: {person}");
    let known = server.ask("/api/knowledge?site=demo").await;
    assert_eq!(
        (known["is_own"].as_bool(), known["entries"][0]["id"].as_str()),
        (Some(true), Some("gift"))
    );
    let gone = "/api/knowledge?site=demo&id=gift";
    assert_eq!(write(&server, "DELETE", gone, Value::Null).await.status, 204);
    assert!(say(&server, 5, "How long does delivery take?").await.contains("two days"));
}

#[actix_web::test]
async fn what_was_asked_in_vain_becomes_a_draft_and_then_an_answer() {
    let server = start().await;
    say(&server, 1, "Do you have vegan chocolate? My card is 4111 1111 1111 1111").await;
    say(&server, 2, "Do you have vegan chocolate?").await;
    say(&server, 3, "do you have vegan chocolate").await;
    say(&server, 4, "How long does delivery take?").await;
    let gaps = server.ask("/api/knowledge/gaps?site=demo").await;
    assert_eq!((gaps["looked_at"].as_u64(), gaps["rows"][0]["asked"].as_u64()), (Some(3), Some(3)));
    assert_eq!(gaps["rows"][0]["conversations"], 3);
    assert!(!gaps.to_string().contains("4111"), "masked: {gaps}");
    let question = gaps["rows"][0]["question"].clone();
    let draft = json!({ "site": "demo", "question": question });
    let draft = write(&server, "POST", "/api/knowledge/draft", draft).await.json();
    assert_eq!(draft["is_draft"], true);
    let gaps = server.ask("/api/knowledge/gaps?site=demo").await;
    assert_eq!(gaps["rows"][0]["draft"], draft["id"]);
    assert!(say(&server, 5, "Do you have vegan chocolate?").await.starts_with(STRANGE), "a draft");
    let known = server.ask("/api/knowledge?site=demo").await;
    assert_eq!(known["is_own"], false);
    let mut entry = draft.clone();
    entry["is_draft"] = false.into();
    let put = json!({ "site": "demo", "entry": entry });
    let refused = write(&server, "POST", "/api/knowledge", put).await;
    assert_eq!(refused.line(), "422 bad_knowledge", "it lacks its answer");
    entry["texts"]["en"]["answer"] = "Two kinds.".into();
    let put = json!({ "site": "demo", "entry": entry });
    assert_eq!(write(&server, "POST", "/api/knowledge", put).await.status, 204);
    assert_eq!(say(&server, 6, "Do you have vegan chocolate?").await, "Two kinds.");
    let gaps = server.ask("/api/knowledge/gaps?site=demo").await;
    assert_eq!(
        (gaps["rows"].as_array().unwrap().len(), gaps["answered_since"].as_u64()),
        (0, Some(4))
    );
}

#[actix_web::test]
async fn a_text_is_imported_whole_or_not_at_all() {
    let server = start().await;
    let import = |text: &str, replaces_all: bool| {
        let body =
            json!({ "site": "demo", "format": "csv", "text": text, "replaces_all": replaces_all });
        write(&server, "POST", "/api/knowledge/import", body)
    };
    let first = import(
        "question,answer,id\nDo you sell gift cards?,Yes.,a\nIs there parking?,No.,b\n",
        false,
    );
    assert_eq!(first.await.json(), json!({ "added": 2, "changed": 0, "entries": 2 }));
    let broken = import("question,answer,id\nWhere are you?,Here.,c\nAnd?,,d\n", false).await;
    assert_eq!(broken.line(), "422 bad_knowledge");
    assert!(broken.json()["message"].as_str().unwrap().starts_with("line 3:"), "{}", broken.json());
    assert_eq!(
        server.ask("/api/knowledge?site=demo").await["entries"].as_array().unwrap().len(),
        2
    );
    let again = import("question,answer,id\nIs there parking?,Now there is.,b\n", false).await;
    assert_eq!(again.json(), json!({ "added": 0, "changed": 1, "entries": 2 }));
    let only = import("question,answer,id\nWhere are you?,Here.,c\n", true).await;
    assert_eq!(only.json(), json!({ "added": 1, "changed": 0, "entries": 1 }));
    let large = import(&format!("question,answer\nq,{}\n", "a".repeat(100_000)), false).await;
    assert_eq!(
        large.line(),
        "422 bad_knowledge",
        "more than other addresses read, but too long an answer"
    );
}

#[actix_web::test]
async fn knowledge_is_for_operators() {
    let server = start().await;
    for (method, uri) in [
        ("GET", "/api/knowledge?site=demo"),
        ("DELETE", "/api/knowledge?site=demo&id=a"),
        ("GET", "/api/knowledge/gaps?site=demo"),
        ("POST", "/api/knowledge/draft"),
        ("POST", "/api/knowledge"),
        ("POST", "/api/knowledge/import"),
    ] {
        let request = TestRequest::default().method(method.parse::<Method>().unwrap()).uri(uri);
        let answer = server.call(request.set_json(json!({}))).await;
        assert_eq!(answer.status, 401, "{method} {uri}");
    }
}

#[actix_web::test]
async fn the_command_does_the_same_beside_the_server() {
    let server = start().await;
    let data = server.data().to_owned();
    say(&server, 1, "Do you have vegan chocolate?").await;
    let file = data.join("faq.md");
    std::fs::write(&file, "# Is there parking?\n> where can I park\n\nBehind the [shop](/map).\n")
        .unwrap();
    let path = file.display().to_string();
    let imported = works(&data, &["kb", "import", "demo", &path]);
    assert_eq!(imported, "demo: 1 entries are new, 0 were there before; 1 in all\n");
    assert!(works(&data, &["kb", "list", "demo"]).contains("Is there parking?"));
    let gaps = works(&data, &["kb", "gaps", "--site", "demo"]);
    assert!(gaps.contains("Do you have vegan chocolate?"), "{gaps}");
    let drafted = works(&data, &["kb", "draft", "demo", "Do you have vegan chocolate?"]);
    let id = drafted.split(' ').nth(2).unwrap().to_owned();
    let told = fails(&data, &["kb", "publish", "demo", &id]);
    assert!(told.contains("lacks questions or an answer in `en`"), "{told}");
    works(&data, &["kb", "publish", "demo", &id, "--answer", "Two kinds."]);
    let exported = data.join("base.json");
    std::fs::write(&exported, works(&data, &["kb", "export", "demo"])).unwrap();
    works(&data, &["kb", "remove", "demo", &id]);
    assert!(fails(&data, &["kb", "remove", "demo", &id]).contains("no entry has the id"));
    let taught = works(&data, &["site", "teach", "demo", &exported.display().to_string()]);
    assert_eq!(taught, "demo: knows 2 answers\n");
    server.services.sites.refresh().unwrap();
    assert_eq!(say(&server, 2, "Do you have vegan chocolate?").await, "Two kinds.");
    assert_eq!(say(&server, 3, "where to park").await, "Behind the shop.");
    std::fs::write(&file, "# A\n[b](http://c.example)\n").unwrap();
    let told = fails(&data, &["kb", "import", "demo", &path]);
    assert!(told.contains("faq.md: line 2: links to `http://c.example`"), "{told}");
    let told =
        fails(&data, &["kb", "import", "demo", &data.join("nunchi.sqlite").display().to_string()]);
    assert!(told.contains("say by --as what it is written in"), "{told}");
}
