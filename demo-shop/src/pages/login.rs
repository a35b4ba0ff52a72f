//! Login (any name will do), and the consent banner's answer.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use maud::html;

use super::frame::{self, Page};
use crate::events;
use crate::visit::{Customer, News, Visit};

type Form = web::Form<BTreeMap<String, String>>;

pub(crate) async fn login(visit: Visit) -> HttpResponse {
    let t = |ko: &'static str, en: &'static str| visit.language.pick(ko, en);
    let main = html! {
        div.narrow {
            @match visit.customer {
                Some(customer) => {
                    h1 { (t("다시 오셨군요", "Welcome back")) }
                    @if customer == Customer::Vip {
                        p { span.vip { "VIP" } " " (t("오랜 손님께 감사드립니다.", "Thank you for the years.")) }
                    }
                    @else { p { (t("로그인했습니다.", "You are logged in.")) } }
                    form method="post" action="/logout" { button.quiet { (t("로그아웃", "Log out")) } }
                    p { a.more href="/" { (t("둘러보기", "Look around")) } }
                }
                None => {
                    h1 { (t("로그인", "Log in")) }
                    p.hint {
                        (t(
                            "시연이므로 아무 주소나 됩니다. vip로 시작하면 VIP 손님이 됩니다.",
                            "A demonstration: any address will do. One that begins with vip makes you a VIP.",
                        ))
                    }
                    form.paper method="post" action="/login" {
                        label.field {
                            span { (t("전자우편", "E-mail")) }
                            input type="email" name="email" autocomplete="username" required maxlength="80";
                        }
                        label.field {
                            span { (t("비밀번호", "Password")) }
                            input type="password" name="password" autocomplete="current-password" maxlength="80";
                        }
                        button { (t("로그인", "Log in")) }
                    }
                }
            }
        }
    };
    let mut events = Vec::new();
    if visit.news.contains(&News::LoggedIn) {
        events.push(events::login(visit.customer == Some(Customer::Vip)));
    }
    let title = t("로그인", "Log in").into();
    let description = t("온달 로그인", "Log in at Ondal").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

pub(crate) async fn log_in(mut visit: Visit, form: Form) -> HttpResponse {
    let email = form.get("email").map_or("", |text| text.trim());
    if email.is_empty() {
        return visit.redirect("/login");
    }
    let is_vip = email.to_ascii_lowercase().starts_with("vip");
    visit.keep_customer(Some(if is_vip { Customer::Vip } else { Customer::Regular }));
    visit.tell(&News::LoggedIn);
    visit.redirect("/login")
}

pub(crate) async fn log_out(mut visit: Visit) -> HttpResponse {
    visit.keep_customer(None);
    visit.redirect("/login")
}

pub(crate) async fn consent(mut visit: Visit, form: Form) -> HttpResponse {
    visit.keep_consent(form.get("choice").map_or("", String::as_str));
    let back = form.get("back").map_or("/", String::as_str);
    // Only ever back into the shop: `//host` would be somebody else's.
    let is_ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    visit.redirect(if is_ours { back } else { "/" })
}
