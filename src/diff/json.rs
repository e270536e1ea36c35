//! JSON text compared by what it says: key order, and in IAM policies the spellings that mean the same.

use serde_json::{Map, Value as Json};

/// Whether two texts are the same JSON. Texts that are not both JSON are the same when they are equal.
pub fn same(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    match (serde_json::from_str(left), serde_json::from_str(right)) {
        (Ok(left), Ok(right)) => canonical(left) == canonical(right),
        _ => false,
    }
}

/// The one form of a document: keys sorted, `1.0` as `1`; in a policy (a table with `Statement`) lists of one as the one, lists sorted,
/// and numbers and truth values in conditions as text, because IAM answers them so.
pub fn canonical(json: Json) -> Json {
    match json {
        Json::Object(entries) if entries.contains_key("Statement") => policy(entries),
        Json::Object(entries) => sorted(entries, canonical),
        Json::Array(items) => items.into_iter().map(canonical).collect(),
        Json::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
                let whole = float as i64;
                whole.into()
            }
            _ => Json::Number(number),
        },
        other => other,
    }
}

fn sorted(entries: Map<String, Json>, each: impl Fn(Json) -> Json) -> Json {
    let mut entries: Vec<(String, Json)> = entries.into_iter().collect();
    entries.sort_by(|(left, _), (right, _)| left.cmp(right));
    Json::Object(entries.into_iter().map(|(key, value)| (key, each(value))).collect())
}

fn policy(mut entries: Map<String, Json>) -> Json {
    let statements = match entries.shift_remove("Statement") {
        Some(Json::Array(statements)) => statements,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    // The order of statements means nothing to IAM, but it keeps it; so does the reader's eye.
    entries.insert("Statement".into(), statements.into_iter().map(statement).collect());
    sorted(entries, |value| value)
}

fn statement(json: Json) -> Json {
    let Json::Object(entries) = json else { return canonical(json) };
    let entries = entries.into_iter().map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("Action" | "NotAction" | "Resource" | "NotResource", value) => words(value),
            ("Principal" | "NotPrincipal", Json::String(all)) if all == "*" => {
                Json::Object(Map::from_iter([("AWS".to_owned(), "*".into())]))
            }
            ("Principal" | "NotPrincipal", Json::Object(of)) => sorted(of, words),
            ("Condition", Json::Object(operators)) => sorted(operators, |operator| match operator {
                Json::Object(keys) => sorted(keys, words),
                other => words(other),
            }),
            (_, value) => canonical(value),
        };
        (key, value)
    });
    sorted(entries.collect(), |value| value)
}

/// A list of words that is a set: sorted, each once, as text; one alone without its list.
fn words(json: Json) -> Json {
    let text = |value: Json| match value {
        Json::Bool(flag) => flag.to_string().into(),
        Json::Number(number) => number.to_string().into(),
        other => other,
    };
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(text).collect();
            items.sort_by_cached_key(ToString::to_string);
            items.dedup();
            if items.len() == 1 { items.remove(0) } else { Json::Array(items) }
        }
        other => text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn spellings_of_one_document_are_the_same() {
        for (left, right) in [
            (r#"{"a":1,"b":[1.0,2]}"#, r#"{ "b": [1, 2], "a": 1.0 }"#),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":["b","a"]}}"#,
                r#"{"Statement":[{"Resource":["a","b"],"Action":["s3:GetObject"],"Effect":"Allow"}]}"#,
            ),
            (
                r#"{"Statement":[{"Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"x":3}}}]}"#,
                r#"{"Statement":[{"Condition":{"NumericLessThan":{"x":["3"]},"Bool":{"aws:SecureTransport":"false"}}}]}"#,
            ),
            (r#"{"Statement":[{"Principal":"*"}]}"#, r#"{"Statement":[{"Principal":{"AWS":"*"}}]}"#),
            ("not json", "not json"),
        ] {
            assert!(same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn other_documents_are_others() {
        for (left, right) in [
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
            (r#"{"Statement":[{"Action":"a"}]}"#, r#"{"Statement":[{"Action":["a","b"]}]}"#),
            ("not json", "nor this"),
            ("{}", "not json"),
        ] {
            assert!(!same(left, right), "{left} {right}");
        }
    }
}
