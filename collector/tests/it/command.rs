//! The `nunchi` command as a person meets it.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use engine::model::{Model, PRIOR};
use engine::pack::Pack;
use expect_test::expect;

fn nunchi(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nunchi"));
    command.args(args).env("NUNCHI_DATA", data).env("NUNCHI_LOG", "error");
    command.output().unwrap()
}

pub(crate) fn fails(data: &Path, args: &[&str]) -> String {
    let output = nunchi(data, args);
    assert!(!output.status.success(), "{args:?} should fail");
    String::from_utf8(output.stderr).unwrap()
}

pub(crate) fn works(data: &Path, args: &[&str]) -> String {
    let output = nunchi(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_the_command_line_did_is_on_record_and_a_change_of_that_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"]);
    works(&data, &["site", "off", "shop"]);
    let list = works(&data, &["audit", "list"]);
    for told in ["command line", "change_site", "site shop (is_on)", "add_site"] {
        assert!(list.contains(told), "{told}: {list}");
    }
    let verify = ["audit", "verify"];
    let fine = works(&data, &verify);
    assert!(fine.starts_with("entries=2 end=2:") && fine.ends_with(" findings=0\n"), "{fine}");
    let end = fine.split("end=").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let db = rusqlite::Connection::open(data.join("nunchi.sqlite")).unwrap();
    db.execute("UPDATE audit SET who = 'nobody' WHERE number = 1", []).unwrap();
    assert!(fails(&data, &verify).contains("entry 1 is not as it was written"));
    db.execute_batch("DELETE FROM audit; UPDATE audit_end SET number = 0, hash = x''").unwrap();
    assert!(works(&data, &verify).contains("entries=0"));
    assert!(
        fails(&data, &["audit", "verify", "--known", &end]).contains("entries 1 to 2 are missing")
    );
}

#[test]
fn a_site_is_added_published_to_switched_off_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let add = ["site", "add", "shop", "--name", "Shop", "--origin", "https://Shop.example/"];
    assert!(works(&data, &add).contains("data-site=\"shop\""));
    assert_eq!(
        works(&data, &["site", "list"]),
        "shop  on  pack 1  Shop  UTC  https://shop.example\n"
    );
    let campaign = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/campaigns/exit-offer.json");
    let published = works(&data, &["site", "publish", "shop", campaign]);
    assert_eq!(published, "shop: pack 2 is published, 2 campaigns\n");
    works(&data, &["site", "off", "shop"]);
    assert!(works(&data, &["site", "list"]).starts_with("shop  off  pack 2"));
    let zoned = works(&data, &["site", "zone", "shop", "Europe/Berlin"]);
    assert_eq!(zoned, "shop: pack 3 is published, its clock is that of Europe/Berlin\n");
    assert!(works(&data, &["site", "list"]).contains("pack 3  Shop  Europe/Berlin"));
    let refused = fails(&data, &["site", "zone", "shop", "Berlin"]);
    assert!(refused.contains("`Berlin` is no time zone: expected such as Asia/Seoul"), "{refused}");
    let overview = works(&data, &["stats", "overview", "--site", "shop"]);
    assert!(overview.contains("sessions"), "{overview}");
    let json =
        works(&data, &["stats", "funnel", "--site", "shop", "--last", "7d", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["steps"].as_array().unwrap().len(), 5);
}

#[test]
fn a_published_pack_is_printed_and_an_earlier_one_is_published_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"]);
    let campaign = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/campaigns/rage-help.json");
    works(&data, &["site", "publish", "shop", campaign]);
    let printed = works(&data, &["site", "pack", "shop"]);
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    expect![[r"
        pack 2  campaign                      priority  holdout  shown
             1  Exit offer for the undecided        10   10.0 %  yes
             2  Help at a wavering cart             20   10.0 %  yes
             4  Help where nothing answers          60   10.0 %  yes
    "]]
    .assert_eq(&format!("{}\n", lines.join("\n")));
    let json = works(&data, &["site", "pack", "shop", "--version", "1", "--format", "json"]);
    let first: Pack = serde_json::from_str(&json).unwrap();
    assert_eq!((first.version, first.campaigns.len()), (1, 2));
    let told = works(&data, &["site", "revert", "shop", "--version", "1"]);
    assert_eq!(told, "shop: pack 3 is published, the same as pack 1\n");
    let json = works(&data, &["site", "pack", "shop", "--format", "json"]);
    let third: Pack = serde_json::from_str(&json).unwrap();
    assert_eq!((third.version, &third.campaigns), (3, &first.campaigns));
    // What was printed is a file that can be published.
    let file = folder.path().join("pack.json");
    std::fs::write(&file, json).unwrap();
    let told = works(&data, &["site", "publish", "shop", file.to_str().unwrap()]);
    assert_eq!(told, "shop: pack 4 is published, 2 campaigns\n");
    for args in [["pack", "shop", "--version", "9"], ["revert", "shop", "--version", "9"]] {
        let refused = fails(&data, &[&["site"], &args[..]].concat());
        assert!(refused.contains("shop: pack 9 was never published"), "{refused}");
    }
    let refused = fails(&data, &["site", "revert", "shop", "--version", "4"]);
    assert!(refused.contains("shop: pack 4 is in force"), "{refused}");
}

#[test]
fn a_site_that_is_added_again_takes_over_the_zone_and_consent_that_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let add = ["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"];
    works(&data, &[&add[..], &["--zone", "Asia/Seoul"]].concat());
    works(&data, &add);
    assert!(works(&data, &["site", "list"]).contains("pack 1  Shop  Asia/Seoul"));
    let told = works(&data, &[&add[..], &["--zone", "UTC", "--consent", "measure"]].concat());
    assert!(told.starts_with("shop: pack 2 is published"), "{told}");
    assert!(works(&data, &["site", "list"]).contains("pack 2  Shop  UTC"));
}

#[test]
fn who_reads_only_the_beginning_ends_a_command_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"]);
    let dir = data.to_str().unwrap();
    for args in [&["site", "list"][..], &["kb", "export", "shop"], &["verify", dir]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_nunchi"));
        command.args(args).env("NUNCHI_DATA", &data).env("NUNCHI_LOG", "error").stdout(writer);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(141), ""), "{args:?}");
    }
}

#[test]
fn help_names_the_folder_that_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let help = |command: &str| works(folder.path(), &[command, "--help"]);
    let (demo, serve) = (help("demo"), help("serve"));
    assert!(demo.contains("[default: nunchi-demo in") && !demo.contains("nunchi-data"), "{demo}");
    assert!(serve.contains("[default: nunchi-data]"), "{serve}");
}

#[test]
fn gaps_are_asked_for_by_key_as_all_else_of_the_knowledge_base() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"]);
    let gaps = works(&data, &["kb", "gaps", "shop"]);
    assert_eq!(works(&data, &["kb", "gaps", "--site", "shop"]), gaps, "as before");
    fails(&data, &["kb", "gaps"]);
    fails(&data, &["kb", "gaps", "shop", "--site", "shop"]);
}

#[test]
fn what_cannot_be_done_is_said_in_words_for_people() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let stats = ["stats", "overview", "--site", "shop"];
    assert!(fails(&data, &stats).contains("has no data"));
    works(&data, &["site", "add", "demo", "--name", "D", "--origin", "https://d.example"]);
    assert!(fails(&data, &stats).contains("no site has the key `shop`"));
    let wrong = ["site", "add", "Shop!", "--name", "D", "--origin", "https://d.example"];
    assert!(fails(&data, &wrong).contains("a site key is 1 to 32 of a-z, 0-9 and -"));
    let wrong = ["site", "add", "shop", "--name", "D", "--origin", "d.example"];
    assert!(fails(&data, &wrong).contains("`d.example` is no origin"));
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{\n \"id\": 9,\n \"trigger\": 1 }").unwrap();
    let message = fails(&data, &["site", "publish", "demo", broken.to_str().unwrap()]);
    assert!(message.contains("broken.json") && message.contains("line 3"), "{message}");
    let foreign = Model { schema: 7, ..Model::decode(PRIOR).unwrap() };
    let pack = Pack { model: foreign.encode(), ..Pack::default() };
    std::fs::write(&broken, serde_json::to_string(&pack).unwrap()).unwrap();
    let message = fails(&data, &["site", "publish", "demo", broken.to_str().unwrap()]);
    let why = "the model cannot be used: it was made for other numbers than pages have";
    assert!(message.contains(why), "{message}");
}

#[test]
fn broken_settings_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nunchi.toml");
    std::fs::write(&file, "port = 1\nprot = 2\n").unwrap();
    let message = fails(folder.path(), &["serve", "--config", file.to_str().unwrap()]);
    assert!(message.contains("line 2") && message.contains("prot"), "{message}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let message = fails(folder.path(), &["serve", "--port", &port]);
    assert!(message.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{message}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    // A file where the folder should be: refused to root too, whom a read-only mode does not stop.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let message = fails(&file, &["serve", "--port", "0"]);
    assert!(message.contains("as data folder") && message.contains("file"), "{message}");
    let message = fails(&file.join("below"), &["serve", "--port", "0"]);
    assert!(message.contains("as data folder"), "{message}");
}

#[test]
fn a_folder_named_for_a_set_that_it_lacks_is_an_error_and_one_not_named_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, place) = (["learn", "bench", "--set", "uci"], folder.path().to_str().unwrap());
    let error = fails(folder.path(), &[&bench[..], &["--train", place]].concat());
    assert!(error.contains("--train: "), "{error}");
    assert!(error.contains("neither sessions.csv nor uci-online-shoppers/sessions.csv"), "{error}");
    let mut unnamed = Command::new(env!("CARGO_BIN_EXE_nunchi"));
    let unnamed = unnamed.args(bench).env("NUNCHI_DATASETS", place).output().unwrap();
    assert!(unnamed.status.success() && unnamed.stdout.is_empty());
    assert!(String::from_utf8_lossy(&unnamed.stderr).starts_with("skipped: "));
}

#[test]
fn a_data_file_that_is_none_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nunchi.sqlite");
    let text = "this is not a database, it is a letter to somebody ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    let message = fails(folder.path(), &["serve", "--port", "0"]);
    assert!(message.contains("is damaged"), "{message}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_folder_has_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let _first = collector::store::Store::open(folder.path()).unwrap();
    let message = fails(folder.path(), &["serve", "--port", "0"]);
    assert!(message.contains("another server has the data folder"), "{message}");
}

#[test]
fn a_data_folder_that_is_read_only_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "S", "--origin", "https://s.example"]);
    let modes = |folder_mode, file_mode| {
        set_mode(&data.join("nunchi.sqlite"), file_mode);
        set_mode(&data, folder_mode);
        let _ = std::fs::remove_file(data.join("lock"));
    };
    let serve = ["serve", "--port", "0"];
    modes(0o555, 0o444);
    let message = fails_as_nobody(folder.path(), &data, &serve);
    assert!(message.contains("as data folder") && message.contains("ermission"), "{message}");
    // SQLite opens a file that may only be read, and says so when it is to be written.
    modes(0o777, 0o444);
    let message = fails_as_nobody(folder.path(), &data, &serve);
    assert!(message.contains("data as data folder: its files are read-only"), "{message}");
    modes(0o700, 0o600);
    assert!(works(&data, &["site", "list"]).contains("shop"), "and nothing was lost");
}

#[test]
fn a_data_folder_that_may_only_be_read_answers_and_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("read? #1 100%");
    works(&data, &["site", "add", "shop", "--name", "S", "--origin", "https://s.example"]);
    let modes = |folder_mode, file_mode| {
        set_mode(&data.join("nunchi.sqlite"), file_mode);
        set_mode(&data, folder_mode);
    };
    let stats = ["stats", "overview", "--site", "shop"];
    let answers = || {
        let output = as_nobody(folder.path(), &data, &stats);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("sessions"));
    };
    modes(0o555, 0o444);
    answers();
    // The file could be written, but nothing could be put beside it.
    modes(0o555, 0o666);
    answers();
    let message = fails_as_nobody(folder.path(), &data, &["site", "off", "shop"]);
    assert!(message.contains("the data folder is read-only"), "{message}");
    assert!(works(&data, &["site", "list"]).starts_with("shop  on"));

    // A server of somebody else has it open.
    modes(0o755, 0o644);
    let server = collector::store::Store::open(&data).unwrap();
    let key = beacon::SiteKey::parse("shop").unwrap();
    server.switch_site(&key, false).unwrap();
    for name in ["nunchi.sqlite", "nunchi.sqlite-wal", "nunchi.sqlite-shm"] {
        set_mode(&data.join(name), 0o444);
    }
    set_mode(&data, 0o555);
    let listed = as_nobody(folder.path(), &data, &["site", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).starts_with("shop  off"), "{listed:?}");

    // A copy taken meanwhile without what tells readers where they are in the log.
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for name in ["nunchi.sqlite", "nunchi.sqlite-wal"] {
        std::fs::copy(data.join(name), copy.join(name)).unwrap();
    }
    set_mode(&copy, 0o555);
    let message = fails_as_nobody(folder.path(), &copy, &stats);
    assert!(message.contains("newest data wait in nunchi.sqlite-wal: copy it to"), "{message}");
}

#[test]
fn a_data_folder_that_cannot_be_read_is_not_said_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    works(&data, &["site", "add", "shop", "--name", "S", "--origin", "https://s.example"]);
    for (folder_mode, file_mode) in [(0o000, 0o600), (0o755, 0o000)] {
        set_mode(&data.join("nunchi.sqlite"), file_mode);
        set_mode(&data, folder_mode);
        let message = fails_as_nobody(folder.path(), &data, &["site", "list"]);
        assert!(
            message.contains("data as data folder: it cannot be read: Permission"),
            "{message}"
        );
        set_mode(&data, 0o755);
    }
    // Root reads past every mode, but not below a file.
    let message = fails(&data.join("nunchi.sqlite"), &["site", "list"]);
    assert!(message.contains("it cannot be read: Not a directory"), "{message}");
}

fn fails_as_nobody(folder: &Path, data: &Path, args: &[&str]) -> String {
    let output = as_nobody(folder, data, args);
    assert!(!output.status.success(), "{args:?} should fail");
    String::from_utf8(output.stderr).unwrap()
}

/// Root may read and write everywhere, so a root's test runs the program as nobody; others run it as
/// they are.
fn as_nobody(folder: &Path, data: &Path, args: &[&str]) -> Output {
    set_mode(folder, 0o755);
    let program = folder.join("nunchi");
    // Not by this process: a neighbour's test that starts a program just then would hold the copy open for writing.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_nunchi")).arg(&program).status();
    assert!(copied.unwrap().success());
    set_mode(&program, 0o755);
    let mut command = Command::new(program);
    command.args(args).env("NUNCHI_DATA", data).env("NUNCHI_LOG", "error");
    if std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

const NOBODY: u32 = 65_534;
