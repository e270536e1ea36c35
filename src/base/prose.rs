//! Words: plurals, lists, and the nearest name for a mistyped one.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
///
/// Near enough: a third of the word's length in edits (at least one, at most four), or the same letters in another case or with other separators.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let wanted = plain(word);
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", group_digits(&number.to_string()), if number == 1 { one } else { many })
}

/// `a`, `a or b`, `a, b or c`; each word in backquotes.
pub fn alternatives<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "or")
}

/// `a`, `a and b`, `a, b and c`; each word in backquotes.
pub fn conjunction<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "and")
}

fn joined<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// `1234567.5` → `1,234,567.5`; a leading sign stays.
pub fn group_digits(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::with_capacity(number.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.map(|rest| format!(".{rest}")).unwrap_or_default();
    format!("{sign}{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        assert_eq!(did_you_mean("memmory_mb", ["memory", "timeout"]), Some("memory"));
        assert_eq!(did_you_mean("memmory", ["memory", "timeout"]), Some("memory"));
        assert_eq!(did_you_mean("batchSize", ["batch_size"]), Some("batch_size"));
        assert_eq!(did_you_mean("xyz", ["memory", "timeout"]), None);
        assert_eq!(did_you_mean("fucntion", ["function", "job"]), Some("function"));
    }

    #[test]
    fn groups_digits() {
        assert_eq!(group_digits("1234567.25"), "1,234,567.25");
        assert_eq!(group_digits("-999"), "-999");
        assert_eq!(group_digits("1000"), "1,000");
    }

    #[test]
    fn lists_words() {
        assert_eq!(alternatives(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(1200, "file", "files"), "1,200 files");
    }
}
