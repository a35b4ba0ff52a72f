//! The published list of senders that say of themselves that they are programs.
//!
//! Short on purpose: names that people meet every day, and the endings by which the others call
//! themselves. Who hides is found by what he does (`engine`'s `bot_evidence`, the rates), not by his
//! name. A sender without a name is not on the list.

/// Whether a `User-Agent` names a program that nobody looks through.
pub(super) fn is_robot(agent: &str) -> bool {
    agent.split(|c: char| !c.is_ascii_alphanumeric()).any(is_robots_name)
}

fn is_robots_name(word: &str) -> bool {
    // Long words are numbers and hashes.
    let mut lower = [0; NAME_BYTES_MAX];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let is_named_so = ENDINGS.iter().any(|ending| lower.ends_with(ending.as_bytes()));
    (is_named_so && !PHONES.iter().any(|name| lower == name.as_bytes()))
        || NAMES.binary_search_by(|name| name.as_bytes().cmp(lower)).is_ok()
}

const NAME_BYTES_MAX: usize = 24;

/// `Googlebot`, `AhrefsBot`, `UptimeRobot`, `Baiduspider`, `SemanticScholarCrawler`.
const ENDINGS: [&str; 3] = ["bot", "crawler", "spider"];

/// A maker of phones.
const PHONES: [&str; 1] = ["cubot"];

/// Sorted. Search engines and previews that are not called a bot, tools, libraries, browsers that are
/// driven by a program.
const NAMES: [&str; 33] = [
    "aiohttp",
    "axios",
    "bingpreview",
    "curl",
    "daumoa",
    "electron",
    "facebookexternalhit",
    "feedfetcher",
    "googleother",
    "gtmetrix",
    "guzzlehttp",
    "headlesschrome",
    "httpclient",
    "httpie",
    "httpx",
    "inspectiontool",
    "kakaotalkscrap",
    "libwww",
    "lighthouse",
    "mediapartners",
    "node",
    "okhttp",
    "phantomjs",
    "pingdom",
    "playwright",
    "puppeteer",
    "python",
    "scrapy",
    "selenium",
    "slurp",
    "undici",
    "wget",
    "yeti",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_lower_case_and_short_enough() {
        assert!(NAMES.is_sorted());
        let is_fit = |name: &&str| {
            name.len() <= NAME_BYTES_MAX && name.bytes().all(|b| b.is_ascii_lowercase())
        };
        assert!(NAMES.iter().chain(&ENDINGS).chain(&PHONES).all(is_fit));
    }

    #[test]
    fn programs_that_say_so_are_robots() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "AdsBot-Google (+http://www.google.com/adsbot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)",
            "Mozilla/5.0 (compatible; Daumoa/4.0; +http://cs.daum.net/faq/15/4118.html)",
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
            "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
            "facebookexternalhit/1.1;kakaotalk-scrap/1.0; +https://devtalk.kakao.com/",
            "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
             HeadlessChrome/156.0.0.0 Safari/537.36",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; \
             +https://openai.com/gptbot)",
            "curl/8.5.0",
            "Wget/1.21.4",
            "python-requests/2.32.3",
            "Python/3.12 aiohttp/3.9.5",
            "okhttp/4.12.0",
            "Go-http-client/1.1 crawler",
            "Apache-HttpClient/4.5.14 (Java/17)",
            "node",
            "GuzzleHttp/7",
        ] {
            assert!(is_robot(agent), "{agent}");
        }
    }

    #[test]
    fn people_are_not() {
        for agent in [
            "",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/156.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
             like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) \
             SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/120.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 14; SM-A546S; wv) AppleWebKit/537.36 (KHTML, like Gecko) \
             Version/4.0 Chrome/131.0 Mobile Safari/537.36 KAKAOTALK 2411220",
            "Mozilla/5.0 (Linux; Android 14) NAVER(inapp; search; 2000; 12.8.6)",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Whale/4.29 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) [FBAN/FBIOS;FBAV/490.0]",
            "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en)",
        ] {
            assert!(!is_robot(agent), "{agent}");
        }
    }
}
