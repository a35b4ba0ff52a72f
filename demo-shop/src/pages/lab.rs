//! The lab: every switch, and what to try with it.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{self, Page};
use crate::language::{Both, both};
use crate::visit::Visit;

/// Query, name, what to look for.
const SWITCHES: [(&str, Both, Both); 6] = [
    (
        "spa",
        both("한 화면으로 움직이기", "Client-side routes"),
        both(
            "링크가 화면을 새로 읽지 않고 바꿉니다. 정렬을 바꾸면 replaceState 뒤에 pushState가 옵니다. 뒤로 가기도 됩니다.",
            "Links change the route without loading a page. Changing the order calls replaceState, then pushState. Back works.",
        ),
    ),
    (
        "csp=strict",
        both("엄격한 CSP", "Strict CSP"),
        both(
            "인라인 코드도 WebAssembly도 막습니다. 가게는 그대로여야 하고, 콘솔은 조용해야 합니다.",
            "No inline code and no WebAssembly. The shop must work as before, and the console stay silent.",
        ),
    ),
    (
        "csp=wasm",
        both("CSP와 Trusted Types", "CSP with Trusted Types"),
        both(
            "WebAssembly는 되지만, 문자열로 HTML을 만들 수 없습니다.",
            "WebAssembly may run, but no HTML may be made from strings.",
        ),
    ),
    (
        "consent=ask",
        both("동의 먼저", "Ask for consent"),
        both(
            "배너가 묻고, Consent Mode v2로 먼저 거절을, 고른 뒤에 답을 보냅니다. 고르기 전에는 아무것도 남지 않아야 합니다.",
            "A banner asks. Consent Mode v2 says denied first, and the answer afterwards. Until then nothing may be stored.",
        ),
    ),
    (
        "tag=off",
        both("태그 없이", "Without the tag"),
        both("견주어 볼 빈 가게입니다.", "The bare shop, to compare with."),
    ),
    (
        "tag=twice",
        both("태그 두 번", "Tag pasted twice"),
        both(
            "실수로 두 번 붙여도 한 번만 세어야 합니다.",
            "A common mistake; every view must still count once.",
        ),
    ),
];

const TRIALS: [Both; 4] = [
    both(
        "상품에 잠시 머문 뒤 포인터를 창 위쪽 밖으로 빠르게 움직여 보세요.",
        "Stay on a product for a moment, then move the pointer quickly out of the top of the window.",
    ),
    both(
        "두 가지를 담고, 쿠폰 칸을 눌렀다가 비운 채 나오고, 주문하기에서 뒤로 와 보세요. 쿠폰은 MOON10입니다.",
        "Put two things into the cart, enter the coupon field and leave it empty, go to checkout and come back. The coupon is MOON10.",
    ),
    both(
        "빈 곳을 화난 듯 세 번 빠르게 눌러 보세요.",
        "Press three times quickly, as if annoyed, where nothing happens.",
    ),
    both(
        "없는 것을 찾아보세요. 예를 들어 자전거.",
        "Search for something that is not here, such as a bicycle.",
    ),
];

pub(crate) async fn lab(visit: Visit) -> HttpResponse {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let trying = visit.switches.encode();
    let is_on = |switch: &str| trying.split('&').any(|on| on.trim_end_matches("=on") == switch);
    let main = html! {
        div.heading {
            h1 { (t("실험실", "Lab")) }
            p {
                (t(
                    "스위치는 어느 주소에나 붙일 수 있고, 브라우저를 닫을 때까지 이어집니다.",
                    "A switch can be added to any address and holds until the browser closes.",
                ))
            }
        }
        ul.switches {
            @for (switch, name, what) in SWITCHES {
                @let off = format!("{}=off", switch.split('=').next().unwrap_or(switch));
                @let off = if off == "tag=off" { "tag=on".to_owned() } else { off };
                li .on[is_on(switch)] {
                    h2 { (language.of(name)) } code { "?" (switch) }
                    p { (language.of(what)) }
                    @if is_on(switch) {
                        a.button.quiet href={ "/lab?" (off) } data-load { (t("끄기", "Turn off")) }
                    }
                    @else { a.button.quiet href={ "/lab?" (switch) } data-load { (t("켜기", "Turn on")) } }
                }
            }
        }
        section.paper {
            h2 { (t("해 볼 것", "What to try")) }
            ol { @for trial in TRIALS { li { (language.of(trial)) } } }
            p { a.more href="/?reset" data-load { (t("모두 끄고 처음으로", "Turn all off and begin again")) } }
        }
    };
    let title = t("실험실", "Lab").into();
    let description = t("이 가게로 해 볼 수 있는 것", "What can be tried in this shop").into();
    frame::answer(visit, 200, &Page { title, description, main, events: Vec::new(), schema: None })
}
