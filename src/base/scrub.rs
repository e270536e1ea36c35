//! Values that must not leave the program: what was learnt of them is taken out of every text that is shown or written down.
//!
//! A service may quote a request in the error about it, so that what AWS says cannot be trusted to be free of what it was told. The list belongs to
//! the process: a text has no way back to the run it came from, and a value that is secret in one run is secret in all of it.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter values stand in every second sentence, and taking them out would tell where they are.
pub const SHORTEST: usize = 4;

/// Shorter pieces of base64 are found by chance.
const SHORTEST_BASE64: usize = 8;

/// A way in which a value may be written, and what stands in its place.
struct Form {
    written: String,
    instead: String,
}

static LEARNT: RwLock<Vec<Form>> = RwLock::new(Vec::new());

/// Takes a value out of all texts from now on; `name` is what is said in its place. Values of less than [`SHORTEST`] bytes are not looked for.
pub fn learn(value: &str, name: &str) {
    if value.len() < SHORTEST {
        return;
    }
    let mut learnt = LEARNT.write().unwrap_or_else(PoisonError::into_inner);
    for written in forms(value) {
        if !learnt.iter().any(|form| form.written == written) {
            learnt.push(Form { written, instead: format!("(secret {name})") });
        }
    }
    // The longer first, so that no piece of one is left over.
    learnt.sort_by(|left, right| right.written.len().cmp(&left.written.len()).then_with(|| left.written.cmp(&right.written)));
}

/// The text without what was learnt.
pub fn clean(text: &str) -> Cow<'_, str> {
    let learnt = LEARNT.read().unwrap_or_else(PoisonError::into_inner);
    let mut clean = Cow::Borrowed(text);
    for Form { written, instead } in learnt.iter().filter(|form| form.written.len() <= text.len()) {
        if clean.contains(written.as_str()) {
            clean = Cow::Owned(clean.replace(written.as_str(), instead));
        }
    }
    clean
}

/// The text without what was learnt, as text of its own.
pub fn cleaned(text: String) -> String {
    match clean(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
}

/// The ways in which services and programs write a value: as it is, in JSON, in JSON within JSON, in a URL, as Rust shows text, in base64.
fn forms(value: &str) -> Vec<String> {
    let in_json = |text: &str| serde_json::to_string(text).map(|quoted| quoted[1..quoted.len() - 1].to_owned()).unwrap_or_default();
    let once = in_json(value);
    let in_url = url_encoded(value);
    let debug = format!("{value:?}");
    let mut forms = vec![value.to_owned(), in_json(&once), in_url.replace("%20", "+"), in_url.to_ascii_lowercase(), in_url];
    forms.extend([debug[1..debug.len() - 1].to_owned(), once]);
    // What stands before it shifts its bits: three of its beginnings give three texts, of which the characters in the middle are always the same.
    for before in 0..3 {
        let bytes = [vec![0; before], value.as_bytes().to_vec()].concat();
        let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for encoded in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.extend(encoded.get(first..end).filter(|middle| middle.len() >= SHORTEST_BASE64).map(str::to_owned));
        }
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// RFC 3986, with capital digits.
fn url_encoded(value: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_out_however_it_is_written() {
        let value = "p\"w \\ü/+scrubbed-1";
        learn(value, "ssm:/x");
        let json = serde_json::json!({ "environment": value }).to_string();
        let nested = serde_json::json!({ "body": json.clone() }).to_string();
        let texts = [
            format!("Value '{value}' failed to satisfy constraint"),
            json,
            nested,
            format!("{value:?}"),
            format!("https://x/?token={}&y", url_encoded(value)),
            format!("https://x/?token={}&y", url_encoded(value).replace("%20", "+")),
        ];
        for text in texts {
            let clean = clean(&text);
            assert!(clean.contains("(secret ssm:/x)") && !clean.contains("scrubbed"), "{clean}");
        }
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let value = "scrubbed-secret-two";
        learn(value, "ssm:/y");
        for before in ["", "a", "ab", "abc", "user:"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{value}:after"));
            assert!(clean(&text).contains("(secret ssm:/y)"), "{before}: {text}");
        }
    }

    #[test]
    fn the_longer_goes_first_and_short_ones_stay() {
        learn("scrubbed-three", "ssm:/short");
        learn("scrubbed-three-and-more", "ssm:/long");
        learn("abc", "ssm:/tiny");
        assert_eq!(clean("x scrubbed-three-and-more y"), "x (secret ssm:/long) y");
        assert_eq!(clean("abc"), "abc");
    }
}
