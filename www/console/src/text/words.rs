//! Every sentence, English and Korean beside each other. `{}` is a place for a value.

macro_rules! words {
    ($($name:ident: $en:literal, $ko:literal;)*) => {
        /// The sentences of one language.
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }

        /// English.
        pub(crate) static EN: Words = Words { $($name: $en,)* };

        /// Korean.
        pub(crate) static KO: Words = Words { $($name: $ko,)* };

        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $ko),)*];
    };
}

words! {
    // The frame.
    skip: "Skip to content", "본문으로 건너뛰기";
    navigation: "Main", "주 메뉴";
    floor: "Floor", "매장";
    site: "Site", "사이트";
    language: "Language", "언어";
    theme: "Theme", "화면 테마";
    theme_auto: "System", "시스템";
    theme_light: "Light", "밝게";
    theme_dark: "Dark", "어둡게";
    sign_out: "Sign out", "로그아웃";
    not_found: "There is no such page.", "없는 페이지입니다.";
    to_floor: "To the floor", "매장으로";
    menu: "Menu", "메뉴";
    find: "Search", "검색";
    palette: "Search and commands", "검색과 명령";
    palette_hint: "A view, a visitor, a command", "화면, 손님, 명령";
    palette_none: "Nothing is called so.", "찾는 것이 없습니다.";
    palette_site: "Look at {}", "{} 보기";
    palette_theme: "Theme: {}", "화면 테마: {}";
    shortcuts: "Keyboard shortcuts", "단축키";
    key_palette: "Search and commands", "검색과 명령";
    key_help: "This list", "이 목록";
    key_close: "Close what is open", "열린 것 닫기";
    key_go: "Go to: {}", "이동: {}";
    confirm: "Are you sure?", "계속할까요?";
    cancel: "Cancel", "취소";
    // The stream.
    stream_connecting: "Connecting", "연결 중";
    stream_live: "Live", "실시간";
    stream_waiting: "Connection lost, again in {} s", "연결 끊김, {}초 뒤 다시 시도";
    stream_retry: "Try now", "지금 시도";
    stream_stale: "The connection is lost. This is how the floor stood {}.", "연결이 끊겼습니다. {}의 매장 모습입니다.";
    // Signing in.
    sign_in_title: "Sign in", "로그인";
    sign_in_lead: "The server printed an access token when it first started.", "서버를 처음 시작할 때 접속 토큰이 출력되었습니다.";
    token: "Access token", "접속 토큰";
    sign_in: "Sign in", "로그인";
    sign_in_wrong: "This token is not known. Check that it is complete.", "알 수 없는 토큰입니다. 빠진 글자가 없는지 확인하세요.";
    sign_in_hint: "Lost it? It stands in the file “token” in the server's data folder.", "잃어버렸나요? 서버의 데이터 폴더에 있는 ‘token’ 파일에 있습니다.";
    // States.
    loading: "Loading", "불러오는 중";
    retry: "Try again", "다시 시도";
    error_title: "This could not be loaded", "불러오지 못했습니다";
    error_unreachable: "The collector does not answer. It may be restarting, or this computer is offline.", "수집 서버가 응답하지 않습니다. 다시 시작하는 중이거나 오프라인 상태일 수 있습니다.";
    error_unreadable: "The collector answered something this console does not understand. Reload the page: it may have been updated.", "콘솔이 이해하지 못하는 응답입니다. 업데이트되었을 수 있으니 페이지를 새로 고치세요.";
    error_refused: "The collector refused: {}", "수집 서버가 거절했습니다: {}";
    sites_none: "No site yet", "아직 사이트가 없습니다";
    sites_none_lead: "Add one with “nunchi site add”, then paste its tag into your shop.", "‘nunchi site add’로 사이트를 추가하고 태그를 쇼핑몰에 붙여 넣으세요.";
    as_table: "Show as table", "표로 보기";
    // Visitors, and one visit.
    visitors_view: "Visitors", "손님";
    visitors_lead: "Every visit can be read again: what was seen, what was decided, and why.", "모든 방문을 다시 볼 수 있습니다. 무엇을 보았고, 무엇이 왜 결정되었는지.";
    visitors_text: "Path, product or visit", "경로, 상품, 방문 번호";
    visitors_what: "What came of it", "결과";
    visitors_none: "No visit is so", "맞는 방문이 없습니다";
    visitors_none_lead: "Choose a longer span or fewer conditions.", "기간을 늘리거나 조건을 줄여 보세요.";
    visitors_all: "{} visits.", "방문 {}건.";
    visitors_some: "{} visits, the latest {} of them here.", "방문 {}건 중 최근 {}건입니다.";
    all_visits: "All visits", "모든 방문";
    everybody: "Everybody", "모든 손님";
    all_devices: "All devices", "모든 기기";
    left_cart: "Left a cart", "장바구니를 두고 감";
    saw_offer: "Saw an offer", "제안을 봄";
    hesitated_level: "hesitated, level {}", "망설임 {}단계";
    last_seen: "Last seen", "마지막 활동";
    last_page: "Last page", "마지막 페이지";
    outcome: "Outcome", "결과";
    whole_visit: "The whole visit", "방문 전체 보기";
    visit_unknown: "This visit is not stored", "저장되지 않은 방문입니다";
    visit_incomplete: "{} page loads are left out: beacons of them are missing.", "비콘이 빠진 페이지 로드 {}건은 제외했습니다.";
    visit_omitted: "{} earlier steps are left out.", "앞선 {}단계는 생략했습니다.";
    in_the_shop: "In the shop", "매장에 있음";
    journey: "Journey", "여정";
    seen_percent: "{} % seen", "{} % 봄";
    found: "{} found", "결과 {}건";
    cart_empty: "Nothing in the cart.", "장바구니가 비어 있습니다.";
    chances: "Chances", "가능성";
    chances_none: "No model scored this visit.", "이 방문은 점수가 매겨지지 않았습니다.";
    chances_says: "At the end: purchase {}, leaving {}.", "마지막: 구매 {}, 이탈 {}.";
    chance_buy: "Purchase", "구매";
    chance_leave: "Leaving", "이탈";
    terms: "What weighs most for a purchase", "구매에 가장 크게 작용한 것";
    standings_none: "No campaign was judged in this visit.", "이 방문에서 판정된 캠페인이 없습니다.";
    standings_says: "{} of {} entries are turns; the others say what was missing.", "{}/{}건이 실행되었고, 나머지는 부족했던 조건입니다.";
    conditions: "Conditions", "조건";
    condition_all: "all of", "모두 충족";
    condition_any: "any of", "하나 이상 충족";
    condition_not: "not", "아님";
    missed_by: "missed by {}", "{} 부족";
    holds: "holds: ", "충족: ";
    holds_not: "does not hold: ", "불충족: ";
    copy_recorded: "Copy as recorded session", "기록된 세션으로 복사";
    copied: "Copied.", "복사했습니다.";
    copy_failed: "This browser does not let the page copy.", "이 브라우저에서는 복사할 수 없습니다.";
    save_failed: "The file could not be saved.", "파일을 저장하지 못했습니다.";
    chart_missing: "The drawing could not be loaded; the table says the same.", "그림을 불러오지 못했습니다. 표에 같은 내용이 있습니다.";
    span_month: "30 days", "30일";
    // The floor.
    floor_lead: "Who is in the shop now, and who needs help first.", "지금 누가 매장에 있고, 누구를 먼저 도와야 하는지.";
    plan: "Shop plan", "매장 평면도";
    here_now: "in the shop", "명 방문 중";
    with_cart: "with a cart", "명 장바구니 있음";
    hesitating: "hesitating", "명 망설임";
    in_carts: "in carts", "장바구니 합계";
    floor_empty: "The shop is empty", "매장이 비어 있습니다";
    floor_empty_lead: "As soon as somebody opens a page of {}, they walk in here.", "{}의 페이지를 누가 열면 여기로 걸어 들어옵니다.";
    help_first: "Who to help first", "먼저 도울 손님";
    help_lead: "By hesitation, trouble, cart and importance; most urgent on top.", "망설임, 어려움, 장바구니, 중요도 순. 급한 손님이 위에 있습니다.";
    more: "and {} more", "외 {}명";
    crowd: "{} more are in the shop than are drawn here.", "여기 그린 것 말고도 {}명이 더 있습니다.";
    who: "Visitor", "손님";
    where_: "Where", "위치";
    cart: "Cart", "장바구니";
    why: "Why", "이유";
    seen: "Seen", "활동";
    floor_search: "Page, product, visitor", "페이지, 상품, 손님";
    mood: "Mood", "기분";
    shown_as: "Shown as", "보기 방식";
    as_plan: "Plan", "평면도";
    as_list: "List", "목록";
    all_zones: "Everywhere", "모든 구역";
    all_moods: "Any mood", "모든 기분";
    all_carts: "Any cart", "모든 장바구니";
    with_something: "With a cart", "담은 손님";
    large_carts: "Large carts", "큰 장바구니";
    nobody_fits: "Nobody in the shop is so now.", "지금 매장에 맞는 손님이 없습니다.";
    key_next: "Next and previous who needs help", "도울 손님 다음·이전";
    // Zones.
    zone_entrance: "Entrance", "입구";
    zone_aisle: "Aisles", "통로";
    zone_shelf: "Shelves", "진열대";
    zone_search: "Search desk", "검색대";
    zone_fitting: "Fitting room", "피팅룸";
    zone_till: "Till", "계산대";
    zone_lounge: "Lounge", "상담 라운지";
    zone_exit: "Exit", "출구";
    // Visitors.
    kind_new: "New", "처음";
    kind_returning: "Returning", "재방문";
    kind_known: "Known", "회원";
    vip: "VIP", "VIP";
    away: "away", "자리 비움";
    chatting: "chatting", "대화 중";
    bought: "bought", "구매함";
    device_desktop: "Desktop", "데스크톱";
    device_phone: "Phone", "휴대폰";
    device_tablet: "Tablet", "태블릿";
    pieces: "{} pcs", "{}개";
    // The panel.
    panel: "Visitor", "손님 정보";
    close: "Close", "닫기";
    page: "Page", "페이지";
    product: "Product", "상품";
    came_from: "Came from", "유입";
    direct: "directly", "직접 방문";
    device: "Device", "기기";
    views: "Views", "페이지뷰";
    in_shop: "In the shop", "머문 시간";
    last_signal: "Last signal", "최근 신호";
    none: "none", "없음";
    hesitation: "Cart hesitation", "장바구니 망설임";
    level: "level {} of 3", "3단계 중 {}단계";
    why_help: "Why help now", "지금 도울 이유";
    no_hurry: "Nothing urgent: browsing calmly.", "급하지 않습니다. 편안히 둘러보는 중입니다.";
    has_left: "has left the shop", "매장을 떠났습니다";
    // Reasons.
    reason_chat: "is in a conversation", "대화 중";
    reason_hesitation: "hesitates over the cart (level {})", "장바구니를 망설임({}단계)";
    reason_leaving: "is about to leave", "떠나려는 참";
    reason_annoyed: "something does not work", "무언가 되지 않아 답답해함";
    reason_struggling: "does not get there", "원하는 것을 이루지 못함";
    reason_checkout: "stands at the till", "계산대 앞";
    reason_cart: "cart worth {}", "장바구니 {}";
    reason_vip: "important customer", "중요 고객";
    feels: "Seems {}", "기분: {}";
    mood_neutral: "calm", "평온함";
    mood_happy: "happy", "만족스러움";
    mood_struggling: "to struggle", "헤매는 중";
    mood_annoyed: "annoyed", "짜증 남";
    mood_suspicious: "to be a program", "프로그램으로 보임";
    // Insights.
    insights: "Insights", "인사이트";
    insights_lead: "What came of it, and how far it can be trusted.", "어떤 결과가 있었고, 얼마나 믿을 수 있는지.";
    overview: "Overview", "개요";
    span: "Span", "기간";
    span_day: "24 hours", "24시간";
    span_week: "7 days", "7일";
    span_days: "{} days", "{}일";
    compare: "against the span before", "직전 기간과 비교";
    against_before: "against the span before", "직전 기간 대비";
    sessions_before: "Sessions before", "직전 기간 방문";
    copy_link: "Copy link", "링크 복사";
    by: "Steps", "단계 기준";
    by_page: "By sort of page", "페이지 종류별";
    by_path: "By path", "경로별";
    depth: "Depth", "깊이";
    depth_3: "3 steps", "3단계";
    depth_5: "5 steps", "5단계";
    depth_8: "8 steps", "8단계";
    steps_label: "Steps, parted by commas", "단계(쉼표로 구분)";
    steps_wrong: "One of these is no step. Write such as view, page:cart, path:/sale, product:tea-1, cart, signal:exit_intent, shown:3, purchase; 12 at most.", "단계가 아닌 것이 있습니다. view, page:cart, path:/sale, product:tea-1, cart, signal:exit_intent, shown:3, purchase처럼 12개까지 쓰세요.";
    other_rows: "Others, too few to name", "기타(인원이 적어 합침)";
    updated: "Updated {}", "{} 갱신";
    not_updated: "Not updated since {}: {}", "{} 이후 갱신되지 않음: {}";
    sessions: "Sessions", "방문";
    visitors: "Visitors", "방문자";
    dwell: "Dwell, median", "체류 시간(중앙값)";
    carts: "Carts", "장바구니";
    checkouts: "Checkouts", "결제 시작";
    purchases: "Purchases", "구매";
    revenue: "Revenue", "매출";
    rate: "Bought", "구매율";
    conversations: "Conversations", "대화";
    of_sessions: "{} of sessions", "방문의 {}";
    of_all: "Of all", "전체 대비";
    per_session: "{} per session", "방문당 {}";
    of_checkouts: "{} of checkouts", "결제 시작의 {}";
    visitors_note: "with consent", "동의한 브라우저";
    loader_note: "{} without the agent", "에이전트 없이 {}";
    unknown: "Unknown", "알 수 없음";
    nothing_yet: "Nothing in this span yet", "이 기간에는 아직 기록이 없습니다";
    nothing_yet_lead: "Choose a longer span or fewer conditions, or visit the shop: it appears within seconds.", "기간을 늘리거나 조건을 줄이거나, 쇼핑몰에 들어가 보세요. 몇 초 안에 나타납니다.";
    traffic: "Traffic", "방문 추이";
    traffic_says: "{} views and {} purchases; busiest: {} with {} sessions.", "페이지뷰 {}회, 구매 {}건. 가장 붐빈 때는 {}, 방문 {}건.";
    traffic_none: "No session in this span.", "이 기간에는 방문이 없습니다.";
    time: "Time", "시각";
    funnel: "Funnel", "구매 깔때기";
    funnel_says: "Of {} sessions {} came to {}; most were lost {}: {}.", "방문 {}건 중 {}건이 {}에 이르렀습니다. 가장 많이 빠져나간 곳은 {}: {}.";
    funnel_none: "No session to follow yet.", "아직 따라갈 방문이 없습니다.";
    funnel_between: "between {} and {}", "{}와(과) {} 사이";
    step: "Step", "단계";
    of_first: "Of the first", "처음 대비";
    of_before: "Of the one before", "앞 단계 대비";
    step_view: "view", "방문";
    step_product: "product", "상품";
    step_cart: "cart", "장바구니";
    step_checkout: "checkout", "결제 시작";
    step_purchase: "purchase", "구매";
    journeys: "Journeys", "여정 흐름";
    journeys_says: "Most taken: {}, {} of sessions.", "가장 많이 지나간 길: {}, 방문의 {}.";
    journeys_other: "{} sessions took other ways, which are not drawn.", "다른 길로 간 방문 {}건은 그리지 않았습니다.";
    journeys_none: "No way to draw in this span.", "이 기간에는 그릴 흐름이 없습니다.";
    way: "Way", "길";
    ended_there: "Ended there", "여기서 끝남";
    left: "Left", "떠남";
    ends: "Where visits end", "방문이 끝나는 곳";
    ends_says: "Most end at: {}, {} of sessions.", "가장 많이 끝나는 곳: {}, 방문의 {}.";
    pages: "Pages", "페이지";
    pages_says: "Longest dwell: {}, {} in all.", "가장 오래 머문 곳: {}, 모두 {}.";
    pages_none: "No page was seen by enough people to be named.", "이름을 밝힐 만큼 많은 사람이 본 페이지가 없습니다.";
    path: "Path", "경로";
    dwell_total: "Dwell, total", "총 체류";
    reach: "Scroll reach", "스크롤";
    signals: "Signals", "신호";
    signals_says: "Most frequent: {}, {} times in {} sessions.", "가장 잦은 신호: {}, {}회(방문 {}건).";
    signals_none: "No signal in this span.", "이 기간에는 신호가 없습니다.";
    signal: "Signal", "신호";
    times: "Times", "횟수";
    causes: "Why carts are left", "장바구니를 두고 가는 이유";
    causes_says: "{} cost most: {} in carts that were not bought ({} of {} sessions).", "가장 큰 손실: {}. 구매되지 않은 장바구니 {}(방문 {}/{}건).";
    causes_none: "No hesitation was noticed in enough visits to be named.", "이름을 밝힐 만큼 망설임이 없었습니다.";
    cause: "Cause", "이유";
    hours: "When carts are hesitated over", "장바구니를 망설이는 시간";
    hours_says: "Most often on {}, {}: {} of visits hesitated ({} of {}).", "가장 잦은 때는 {}요일 {}: 방문의 {}가 망설였습니다({}/{}건).";
    hours_none: "No hour of the week has enough visits yet to compare.", "비교할 만큼 방문이 쌓인 시간대가 아직 없습니다.";
    weekday: "Weekday", "요일";
    hour: "Hour", "시";
    hesitated: "Hesitated", "망설임";
    hesitated_share: "Hesitated, share", "망설임 비율";
    mon: "Mon", "월";
    tue: "Tue", "화";
    wed: "Wed", "수";
    thu: "Thu", "목";
    fri: "Fri", "금";
    sat: "Sat", "토";
    sun: "Sun", "일";
    cart_values: "Carts", "장바구니 금액";
    lost_values: "Not bought", "구매되지 않음";
    saved_values: "Bought after all", "결국 구매됨";
    products: "Products", "상품";
    products_says: "Left behind most often: {}, in {} of {} carts.", "가장 자주 두고 간 상품: {}, 장바구니 {}/{}건.";
    products_none: "No product was left behind.", "두고 간 상품이 없습니다.";
    viewed: "Viewed", "봄";
    carted: "Carted", "담음";
    abandoned: "Left behind", "두고 감";
    bought_count: "Bought", "구매";
    carted_of_viewed: "Carted of viewed", "본 것 중 담음";
    bought_of_carted: "Bought of carted", "담은 것 중 구매";
    sources: "Sources", "유입과 고객";
    shares_says: "Most: {}, {} of sessions; {} of them bought.", "가장 많음: {}, 방문의 {}. 그중 {} 구매.";
    shares_none: "No session in this span.", "이 기간에는 방문이 없습니다.";
    with_purchase: "With a purchase", "구매함";
    without_purchase: "Without", "구매하지 않음";
    campaigns: "Campaigns", "캠페인";
    campaigns_lead: "The effect is the difference to the holdout, with its 95 % interval; its worth is that difference at what a purchase was worth on average.", "효과는 대조군과의 차이와 95 % 구간이며, 가치는 그 차이에 평균 구매 금액을 곱한 값입니다.";
    campaigns_none: "No campaign was judged in this span.", "이 기간에 판정된 캠페인이 없습니다.";
    campaign: "Campaign", "캠페인";
    shown: "Shown", "노출";
    held_out: "Held out", "보류";
    shadowed: "Shadowed", "그림자";
    clicked: "Clicked", "클릭";
    dismissed: "Dismissed", "닫음";
    converted: "Bought, treated", "구매(적용군)";
    converted_holdout: "Bought, holdout", "구매(대조군)";
    uplift: "Uplift", "상승 효과";
    uplift_waiting: "Needs visitors in both arms", "두 집단 모두 방문자가 필요합니다";
    uplift_up: "{} raises purchases by {} ({} to {}): more than chance.", "{}: 구매를 {} 높입니다({}~{}). 우연을 넘는 차이입니다.";
    uplift_down: "{} lowers purchases by {} ({} to {}): consider stopping it.", "{}: 구매를 {} 낮춥니다({}~{}). 중단을 검토하세요.";
    uplift_open: "{}: {} ({} to {}), which may still be chance.", "{}: {}({}~{}). 아직 우연일 수 있습니다.";
    uplift_early: "{}: too early to tell.", "{}: 아직 판단하기 이릅니다.";
    interval: "95 % interval", "95 % 구간";
    interval_low: "From", "구간 하한";
    interval_high: "To", "구간 상한";
    worth: "Worth", "가치";
    evidence: "Latest verdicts", "최근 판정";
    evidence_buy: "purchase {}", "구매 확률 {}";
    outcome_fired: "fired", "실행";
    outcome_held_out: "held out", "보류";
    outcome_shadowed: "shadowed", "그림자";
    trust: "Trust", "신뢰도";
    what: "What", "항목";
    how_many: "How many", "수";
    losses: "Loss meter", "유실 측정";
    losses_says: "{} of {} beacons that pages sent are missing: {}.", "페이지가 보낸 비콘 중 {}/{}건이 없습니다: {}.";
    losses_none: "No page load in this span.", "이 기간에는 페이지 로드가 없습니다.";
    page_loads: "Page loads", "페이지 로드";
    page_loads_lossy: "Page loads of which something is missing", "일부가 빠진 페이지 로드";
    beacons_sent: "Beacons sent", "보낸 비콘";
    beacons_stored: "Stored", "저장됨";
    beacons_lost: "Missing", "없음";
    loader_views: "Views that the loader counted alone", "로더만 센 페이지뷰";
    parity: "Parity", "판정 일치";
    parity_says: "{} of {} verdicts of pages were made again by the collector, for the same reasons: {}.", "페이지의 판정 {}/{}건을 수집 서버가 같은 이유로 다시 내렸습니다: {}.";
    parity_none: "No verdict to compare in this span yet.", "이 기간에는 아직 비교할 판정이 없습니다.";
    visit: "Visit", "방문 번호";
    differing: "Differing", "차이";
    first_difference: "First difference", "첫 차이";
    health: "Beacons since the server started", "서버 시작 이후의 비콘";
    health_says: "{} received = {} stored + {} seen before or kept apart + {} refused. Nothing is unaccounted for.", "{} 수신 = {} 저장 + {} 중복 또는 격리 + {} 거절. 설명되지 않는 것은 없습니다.";
    health_wrong: "{} received, but {} stored, {} seen before or kept apart and {} refused do not add up: something is unaccounted for.", "수신 {}건이 저장 {}, 중복 또는 격리 {}, 거절 {}의 합과 다릅니다. 설명되지 않는 것이 있습니다.";
    received: "Received", "수신";
    stored: "Stored", "저장";
    duplicate: "Seen before", "중복";
    apart: "Kept apart", "격리";
    refused_as: "Refused: {}", "거절: {}";
    // The inbox.
    inbox: "Inbox", "상담함";
    inbox_lead: "Who waits for a person, and what they need to know.", "누가 상담을 기다리고 있고, 무엇을 알아야 하는지.";
    inbox_talks: "Conversations", "대화";
    inbox_gaps: "Unanswered questions", "답하지 못한 질문";
    inbox_none: "Nobody talks now.", "지금은 대화가 없습니다.";
    inbox_choose: "No conversation is open", "열린 대화가 없습니다";
    inbox_choose_lead: "Choose one from the list.", "목록에서 대화를 고르세요.";
    inbox_back: "To the list", "목록으로";
    inbox_waiting: "Waiting", "대기 중";
    inbox_mine: "Mine", "내 상담";
    inbox_others: "With colleagues", "동료 상담";
    inbox_bot: "With the bot", "자동 상담";
    inbox_closed: "Ended", "종료";
    inbox_waiting_count: "{} waiting", "{}명 대기 중";
    inbox_waits: "waits {}", "{} 대기";
    inbox_thread: "What was said", "대화 내용";
    inbox_accept: "Accept", "상담 시작";
    inbox_transfer: "Hand on", "넘기기";
    inbox_transfer_to: "To", "받는 사람";
    inbox_anybody: "whoever accepts first", "먼저 받는 사람";
    inbox_skill: "About (skill)", "분야";
    inbox_close: "End", "상담 종료";
    inbox_close_ask: "End this conversation? The visitor is told, and may rate it.", "이 상담을 종료할까요? 손님에게 알려지고, 손님이 평가할 수 있습니다.";
    inbox_state_bot: "bot", "자동 상담";
    inbox_state_waiting: "waits for a person", "상담 대기";
    inbox_state_open: "open", "상담 중";
    inbox_state_closed: "ended", "종료됨";
    inbox_typing: "The visitor is writing…", "손님이 작성 중…";
    inbox_read: "read", "읽음";
    inbox_note: "Note for colleagues", "동료에게 남기는 메모";
    inbox_the_bot: "Bot", "자동 상담";
    inbox_write: "Write to the visitor", "손님에게 쓰기";
    inbox_write_note: "Write a note; the visitor never sees it", "메모 쓰기(손님에게 보이지 않습니다)";
    inbox_send: "Send", "보내기";
    inbox_canned: "Canned replies", "자주 쓰는 답변";
    inbox_canned_edit: "Edit", "편집";
    inbox_canned_help: "One a line: title, colon, text. Filled in: {}", "한 줄에 하나씩, 제목: 내용. 자동으로 채우는 자리: {}";
    inbox_context: "About the visitor", "손님에 대해";
    inbox_unknown: "Not on the floor: they left, or agreed to nothing that would tell more.", "매장에 없습니다. 떠났거나, 더 알 수 있는 동의를 하지 않았습니다.";
    inbox_invited: "Invited by", "초대한 캠페인";
    inbox_score: "Score", "점수";
    inbox_buys: "buys", "구매";
    inbox_leaves: "leaves", "이탈";
    inbox_journey: "What they did", "한 일";
    inbox_shown: "What was shown", "보여 준 것";
    inbox_tried: "What the bot was asked", "자동 상담에 물은 것";
    inbox_knew: "answered", "답함";
    inbox_did_not_know: "not known", "답하지 못함";
    inbox_available: "Available", "상담 가능";
    inbox_away: "Away", "자리 비움";
    inbox_offline: "not connected", "연결 끊김";
    inbox_presence: "How you want to be found", "상담 배정 설정";
    inbox_capacity: "Conversations at once", "동시 상담 수";
    inbox_languages: "Languages", "언어";
    inbox_languages_help: "Tags with commas, such as ko, en. Empty: all.", "쉼표로 나눈 언어 코드(ko, en). 비우면 모두.";
    inbox_skills: "Skills", "분야";
    inbox_skills_help: "In the shop's own words, with commas: returns, sizes.", "쇼핑몰에서 쓰는 말로, 쉼표로: 반품, 사이즈.";
    inbox_for_you: "for you", "내 차례";
    office: "Hours", "상담 시간";
    office_hours: "Hours, by the shop's clock", "상담 시간(쇼핑몰 시각)";
    office_hours_help: "A line each: Mon-Fri 09:00-18:00. Empty: whenever somebody is there.", "한 줄에 하나씩: 월-금 09:00-18:00. 비우면 상담원이 있을 때 언제나.";
    office_closed: "Closed on", "쉬는 날";
    office_closed_help: "Dates with commas: 2026-12-25.", "쉼표로 나눈 날짜: 2026-12-25.";
    office_offline_ko: "Said out of hours, in Korean", "상담 시간이 아닐 때 하는 말(한국어)";
    office_offline_en: "Said out of hours, in English", "상담 시간이 아닐 때 하는 말(영어)";
    office_pages: "Pages and skills", "페이지와 분야";
    office_pages_help: "A line each: /returns: returns. What is asked there goes to who knows about it.", "한 줄에 하나씩: /returns: 반품. 그 페이지의 질문은 그 분야를 아는 상담원에게 갑니다.";
    office_unreadable: "These hours cannot be read. Write: Mon-Fri 09:00-18:00", "시간을 읽을 수 없습니다. 예: 월-금 09:00-18:00";
    save: "Save", "저장";
    gaps_none: "The bot knew everything", "자동 상담이 모두 답했습니다";
    gaps_none_lead: "Questions that it cannot answer are gathered here, like ones together.", "답하지 못한 질문이 비슷한 것끼리 여기에 모입니다.";
    gaps_counted: "{} unanswered questions looked at; {} of them would be answered by now.", "답하지 못한 질문 {}개 중 {}개는 이제 답할 수 있습니다.";
    gaps_asked: "asked {} times in {} conversations", "{}번, 대화 {}건";
    gaps_make: "Make an entry", "답변 만들기";
    gaps_go_on: "Go on with the draft", "초안 이어 쓰기";
    gaps_answer: "Answer", "답변";
    gaps_publish: "Publish", "게시";
    gaps_published: "Published: the bot answers by it from now on.", "게시했습니다. 이제 자동 상담이 이 답변을 씁니다.";
    // Spans of time.
    just_now: "just now", "방금";
    ago: "{} ago", "{} 전";
}

#[cfg(test)]
mod tests {
    use super::PAIRS;

    /// How many values a sentence takes.
    fn places(sentence: &str) -> usize {
        sentence.matches("{}").count()
    }

    #[test]
    fn every_sentence_is_said_in_both_languages_with_the_same_values() {
        for (name, en, ko) in PAIRS {
            assert!(!en.trim().is_empty() && !ko.trim().is_empty(), "{name} is empty");
            assert_eq!(places(en), places(ko), "{name} differs in its places");
        }
    }

    #[test]
    fn korean_sentences_are_korean() {
        let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
        for (name, _, ko) in PAIRS.iter().filter(|(name, ..)| *name != "vip") {
            assert!(ko.chars().any(is_hangul), "{name} is not translated: {ko}");
        }
    }
}
