//! Words and endings that every question has, whatever it is about. Each list is in the order of its
//! bytes, so that it can be searched by halves.

/// English words that say nothing of what is asked for.
#[rustfmt::skip]
pub(super) const FILLERS: [&str; 84] = [
    "a", "about", "am", "an", "and", "any", "are", "as", "assistance", "at", "be", "been", "by",
    "can", "check", "could", "did", "do", "does", "don", "find", "for", "from", "get", "give",
    "go", "got", "had", "has", "have", "help", "how", "i", "if", "im", "in", "information",
    "is", "it", "just", "know", "let", "like", "m", "make", "me", "my", "need", "not", "of",
    "on", "or", "please", "s", "see", "should", "so", "some", "t", "tell", "that", "the",
    "there", "this", "to", "today", "try", "trying", "us", "ve", "want", "was", "we", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// Korean words that make a question or a request of something.
#[rustfmt::skip]
pub(super) const KOREAN_FILLERS: [&str; 90] = [
    "가능한가요", "가능해요", "거", "건", "것", "게", "궁금합니다", "궁금해", "궁금해요", "그", "꼭", "나", "내", "내가", "너",
    "너는", "네", "네가", "다", "돼", "돼요", "되나요", "되는지", "될까", "될까요", "또", "마", "마라", "마세요",
    "말해주세요", "말해줘", "무엇", "무엇인가요", "뭐", "뭐가", "뭐야", "뭐예요", "뭘", "바랍니다", "부탁드립니다", "부탁해",
    "부탁해요", "수", "싶어", "싶어요", "싶은데", "싶은데요", "안돼", "안돼요", "알고", "알려", "알려주세요", "알려주십시오",
    "알려줄래", "알려줘", "알려줘요", "야", "이", "있나요", "있는", "있는지", "있어", "있어요", "있을까", "있을까요", "잘", "저",
    "저기", "저기요", "제", "제가", "좀", "좀더", "주세요", "주십시오", "줄래", "줘", "하고", "하는", "하면", "하세요",
    "하자", "한", "할", "합니다", "해", "해요", "해주세요", "해줘", "혹시",
];

/// Korean particles and endings, as they stand at the end of a word.
#[rustfmt::skip]
pub(super) const ENDINGS: [&str; 106] = [
    "가", "가요", "겠습니다", "겠어요", "고", "과", "까", "까요", "까지", "께", "나", "나요", "네", "네요", "는", "는데",
    "는지", "니다", "다", "던데", "데", "도", "도록", "돼", "돼요", "되나요", "될까요", "라", "랑", "래", "려고", "려면",
    "로", "로는", "를", "마", "만", "면", "보다", "보다는", "부터", "세요", "습니다", "십시오", "아", "았어요", "야", "어",
    "었어요", "에", "에게", "에는", "에도", "에서", "에서는", "에요", "엔", "였어요", "예요", "와", "요", "으로", "으로는",
    "으면", "은", "은데", "을", "을지", "의", "이", "이나", "이다", "이랑", "이야", "이에요", "인가요", "인데", "인지",
    "입니다", "자", "죠", "주세요", "줄래", "줘", "지", "지마", "지요", "처럼", "하게", "하고", "하기", "하는", "하세요",
    "하십시오", "하지", "하지마", "한", "한테", "할", "할까", "할까요", "합니다", "해", "해요", "해주세요", "해줘",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_lists_can_be_searched() {
        for list in [&super::FILLERS[..], &super::KOREAN_FILLERS, &super::ENDINGS] {
            assert!(list.is_sorted_by(|one, other| one < other));
        }
    }
}
