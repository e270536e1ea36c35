//! Did-you-mean over the names of a table.

/// The candidate nearest to `word`, if any is near enough to be meant: at most a third of the word's letters may
/// differ (never fewer than one). Case does not count. Of equals the first candidate wins, so answers are stable.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.trim().to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(so_far, _)| distance < so_far) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_first_of_equals_wins_and_strangers_are_not_offered() {
        assert_eq!(nearest("PYTHON3.13", ["python3.12", "python3.13"]), Some("python3.13"));
        assert_eq!(nearest("abd", ["abc", "abe"]), Some("abc"));
        assert_eq!(nearest("cobol", ["python3.13", "java21"]), None);
        assert_eq!(nearest("", ["ab"]), None);
    }
}
