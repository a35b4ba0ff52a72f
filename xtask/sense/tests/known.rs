//! Recordings made by hand, whose figures can be counted on the fingers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};

#[test]
fn a_firing_is_right_when_a_leave_follows_within_four_seconds() {
    check(
        &[(
            "serp-mouse-abandonment",
            "session,viewport_w,viewport_h,doc_w,doc_h\na,800,600,800,600\nb,800,600,800,600",
            "session,t_ms,page_x,page_y,event\n\
             a,0,400,500,mousemove\na,3000,400,400,mousemove\na,3150,400,380,mousemove\n\
             a,3300,400,180,mousemove\na,3450,400,15,mousemove\na,4300,0,0,blur\n\
             a,9000,0,0,beforeunload\n\
             b,0,400,300,mousemove\nb,150,400,310,mousemove\nb,5000,400,15,mousemove\n\
             b,5150,400,300,mousemove\nb,30000,0,0,beforeunload",
        )],
        &expect![[r#"
            serp-mouse-abandonment
              sessions         2
              active_minutes   0.14
              exit_intent      firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 1000
              exit_or_copy     firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 1000
              y_20px           firings 2  right 1  leaves 1  found 1  recall 1.000  precision 0.500  false_per_minute 6.977  median_lead_ms 850
              y_50px           firings 2  right 1  leaves 1  found 1  recall 1.000  precision 0.500  false_per_minute 6.977  median_lead_ms 850
              aim_300ms        firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 1000

            adserp-sample: not there, skipped
            scroll-reading: not there, skipped
            balabit-mouse-sample: not there, skipped

            {"sets":[{"set":"serp-mouse-abandonment","sessions":2,"active_minutes":0.14,"exit_intent":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":1000},"exit_or_copy":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":1000},"rules":{"y_20px":{"firings":2,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":0.500,"false_per_minute":6.977,"median_lead_ms":850},"y_50px":{"firings":2,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":0.500,"false_per_minute":6.977,"median_lead_ms":850},"aim_300ms":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":1000}}}],"skipped":["adserp-sample","scroll-reading","balabit-mouse-sample"]}
        "#]],
    );
}

#[test]
fn copied_text_counts_only_where_it_is_told_of() {
    check(
        &[(
            "serp-mouse-abandonment",
            "session,viewport_w,viewport_h,doc_w,doc_h\na,800,600,800,600\nb,800,600,800,600",
            "session,t_ms,page_x,page_y,event\n\
             a,2000,400,500,mousemove\na,3000,0,0,keydown\na,3100,0,0,keydown\na,3100,0,0,copy\n\
             a,5000,0,0,blur\n\
             b,2000,400,500,mousemove\nb,3000,0,0,keydown\nb,3100,0,0,keydown\nb,9000,0,0,blur",
        )],
        &expect![[r#"
            serp-mouse-abandonment
              sessions         2
              active_minutes   0.00
              exit_intent      firings 0  right 0  leaves 2  found 0  recall 0.000  precision -  false_per_minute -  median_lead_ms -
              exit_or_copy     firings 1  right 1  leaves 2  found 1  recall 0.500  precision 1.000  false_per_minute -  median_lead_ms 1900
              y_20px           firings 0  right 0  leaves 2  found 0  recall 0.000  precision -  false_per_minute -  median_lead_ms -
              y_50px           firings 0  right 0  leaves 2  found 0  recall 0.000  precision -  false_per_minute -  median_lead_ms -
              aim_300ms        firings 0  right 0  leaves 2  found 0  recall 0.000  precision -  false_per_minute -  median_lead_ms -

            adserp-sample: not there, skipped
            scroll-reading: not there, skipped
            balabit-mouse-sample: not there, skipped

            {"sets":[{"set":"serp-mouse-abandonment","sessions":2,"active_minutes":0.00,"exit_intent":{"firings":0,"right":0,"leaves":2,"found":0,"recall":0.000,"precision":null,"false_per_minute":null,"median_lead_ms":null},"exit_or_copy":{"firings":1,"right":1,"leaves":2,"found":1,"recall":0.500,"precision":1.000,"false_per_minute":null,"median_lead_ms":1900},"rules":{"y_20px":{"firings":0,"right":0,"leaves":2,"found":0,"recall":0.000,"precision":null,"false_per_minute":null,"median_lead_ms":null},"y_50px":{"firings":0,"right":0,"leaves":2,"found":0,"recall":0.000,"precision":null,"false_per_minute":null,"median_lead_ms":null},"aim_300ms":{"firings":0,"right":0,"leaves":2,"found":0,"recall":0.000,"precision":null,"false_per_minute":null,"median_lead_ms":null}}}],"skipped":["adserp-sample","scroll-reading","balabit-mouse-sample"]}
        "#]],
    );
}

#[test]
fn the_jump_across_a_burst_of_scrolling_is_the_scrolling() {
    check(
        &[(
            "adserp-sample",
            "session,viewport_w,viewport_h,doc_w,doc_h\na,800,600,800,3000",
            "session,t_ms,page_x,page_y,event,xpath\n\
             a,0,400,300.0,mousemove,/\na,3000,400,300.0,mousemove,/\na,3050,0,0,scroll,/\n\
             a,3100,0,0,scroll,/\na,3300,400,1300.0,mousemove,//*[@id='a,b']\n\
             a,3450,400,1150.0,mousemove,/\na,3600,400,1010.0,mousemove,/\na,4000,0,0,blur,/",
        )],
        &expect![[r#"
            adserp-sample
              sessions         1
              active_minutes   0.06
              exit_intent      firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 550
              exit_or_copy     firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 550
              y_20px           firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 400
              y_50px           firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 400
              aim_300ms        firings 1  right 1  leaves 1  found 1  recall 1.000  precision 1.000  false_per_minute 0.000  median_lead_ms 550

            serp-mouse-abandonment: not there, skipped
            scroll-reading: not there, skipped
            balabit-mouse-sample: not there, skipped

            {"sets":[{"set":"adserp-sample","sessions":1,"active_minutes":0.06,"exit_intent":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":550},"exit_or_copy":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":550},"rules":{"y_20px":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":400},"y_50px":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":400},"aim_300ms":{"firings":1,"right":1,"leaves":1,"found":1,"recall":1.000,"precision":1.000,"false_per_minute":0.000,"median_lead_ms":550}}}],"skipped":["serp-mouse-abandonment","scroll-reading","balabit-mouse-sample"]}
        "#]],
    );
}

#[test]
fn reading_and_work_count_what_fires_by_mistake() {
    check(
        &[
            (
                "scroll-reading",
                "session,participant,level,read_value,reading_time_ms,n,t_ms,scroll_y\n\
                 a,0,easy,read,60000,5,0 1000 2000 2400 61000,0 1500 3000 1900 2000\n\
                 b,0,easy,read,60000,2,0 60000,0 300",
                "",
            ),
            (
                "balabit-mouse-sample",
                "",
                "session,user,record_s,client_s,button,state,x,y\n\
                 a,u,0,1.0,Left,Pressed,10,10\na,u,0,1.1,Left,Released,10,10\n\
                 a,u,0,1.4,Left,Pressed,12,10\na,u,0,1.9,Left,Pressed,10,10\n\
                 a,u,0,2.0,NoButton,Move,300,10\na,u,0,9.0,Left,Pressed,300,10",
            ),
        ],
        &expect![[r#"
            scroll-reading
              sessions         2
              minutes          2.02
              scroll_exit      fires 1  fires_per_minute 0.496
              up_1000px        fires 1  fires_per_minute 0.496

            balabit-mouse-sample
              sessions         1
              clicks           4
              rage_click       fires 0  per_1000_clicks 0.00
              on_a_control     fires 1  per_1000_clicks 250.00
              bare             fires 1  per_1000_clicks 250.00
              thrash           fires 0

            serp-mouse-abandonment: not there, skipped
            adserp-sample: not there, skipped

            {"sets":[{"set":"scroll-reading","sessions":2,"minutes":2.02,"scroll_exit":{"fires":1,"fires_per_minute":0.496},"rules":{"up_1000px":{"fires":1,"fires_per_minute":0.496}}},{"set":"balabit-mouse-sample","sessions":1,"clicks":4,"rage_click":{"fires":0,"per_1000_clicks":0.00},"rules":{"on_a_control":{"fires":1,"per_1000_clicks":250.00},"bare":{"fires":1,"per_1000_clicks":250.00}},"thrash":{"fires":0}}],"skipped":["serp-mouse-abandonment","adserp-sample"]}
        "#]],
    );
}

#[test]
fn a_broken_recording_says_where() {
    let head = "session,viewport_w,viewport_h,doc_w,doc_h\n";
    let serp = |sessions: &str, events: &str| {
        refused(&[("serp-mouse-abandonment", &format!("{head}{sessions}"), events)])
    };
    let events = "session,t_ms,page_x,page_y,event\n";
    expect!["sessions.csv:2: `viewport_h` is `tall`, no number"]
        .assert_eq(&serp("a,800,tall,800,600", events));
    expect!["events.csv is empty: expected a line with the columns' names"]
        .assert_eq(&serp("a,800,600,800,600", "\n"));
    expect!["events.csv:2: no column `event`"]
        .assert_eq(&serp("a,800,600,800,600", "session,t_ms,page_x,page_y\na,0,1,1"));
    expect!["session b is not in sessions.csv"]
        .assert_eq(&serp("a,800,600,800,600", &format!("{events}b,0,1,1,focus")));
}

#[test]
fn a_set_without_its_files_and_a_folder_without_sets_are_told() {
    let half = refused(&[("adserp-sample", "session,viewport_h,doc_h", "")]);
    assert!(half.starts_with("events.csv: "), "{half}");
    let none = refused(&[("others", "a,b", "")]);
    let told = "holds none of the sets serp-mouse-abandonment, adserp-sample, scroll-reading, \
                balabit-mouse-sample";
    assert!(none.ends_with(told), "{none}");
    let nowhere = bench_sense::run(Path::new("nowhere")).err().unwrap();
    assert_eq!(nowhere.to_string(), "nowhere is no folder that can be read");
}

#[test]
fn what_nobody_asked_for_is_passed_over_and_a_set_of_nobody_counts_nothing() {
    let folder = lay(&[
        ("serp-mouse-abandonment", "session,viewport_h,doc_h,more", "session,t_ms,event"),
        ("banking77", "text,label\nx,1", ""),
    ]);
    let json = bench_sense::run(&folder).unwrap().json();
    assert!(json.starts_with(
        r#"{"sets":[{"set":"serp-mouse-abandonment","sessions":0,"active_minutes":0.00,"exit_intent":{"firings":0,"right":0,"leaves":0,"found":0,"recall":null,"#
    ), "{json}");
}

/// Why it cannot be read, without the folder.
fn refused(sets: &[Set<'_>]) -> String {
    let error = format!("{:#}", bench_sense::run(&lay(sets)).err().unwrap());
    error.rsplit_once(['/', '\\']).map_or(error.clone(), |(_, place)| place.into())
}

/// Folder, `sessions.csv` and `events.csv`; an empty one is not written.
type Set<'a> = (&'a str, &'a str, &'a str);

fn check(sets: &[Set<'_>], expected: &Expect) {
    let report = bench_sense::run(&lay(sets)).unwrap();
    expected.assert_eq(&format!("{}\n{}", report.table(), report.json()));
}

/// Writes the sets into a folder of their own.
fn lay(sets: &[Set<'_>]) -> PathBuf {
    let name = std::thread::current().name().unwrap_or("main").to_owned();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier set, or an earlier run, has left.
    let _ = fs::remove_dir_all(&folder);
    for (set, sessions, events) in sets {
        let folder = folder.join(set);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in [("sessions.csv", sessions), ("events.csv", events)] {
            if !text.is_empty() {
                fs::write(folder.join(file), text).unwrap();
            }
        }
    }
    folder
}
