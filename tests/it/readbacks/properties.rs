//! How CloudFormation's properties become those of our specs.

use serde_json::{Map, Value as Json, json};

/// How a value is written in our specs.
pub(super) enum As {
    /// As it is.
    Same,
    /// Text that holds the JSON.
    Text,
    /// A number, where it came as text.
    Number,
    /// `UPDATE_IN_DATABASE`, `PassThrough` as `update-in-database`, `pass-through`.
    Kebab,
    /// A duration of so many seconds each; less than nothing is nothing.
    Time(u64),
    /// A size of so many bytes each.
    Size(u64),
    /// Something else; null where there is nothing.
    By(fn(&Json) -> Json),
}

/// A property: its path in CloudFormation, its path in our spec, and what is done to it on the way.
pub(super) type Property = (&'static str, &'static str, As);

/// A CloudFormation type.
pub(super) struct Type {
    #[expect(clippy::struct_field_names, reason = "`type` is a keyword")]
    pub(super) aws_type: &'static str,
    /// For event sources: what the ARN of this one holds.
    pub(super) source: &'static str,
    pub(super) kind: &'static str,
    /// What our spec needs besides: it is no property of the type, or AWS never tells it.
    pub(super) scaffold: &'static str,
    /// Where its table stands in the spec: at the top, as `url`, or in a list as `trigger.sqs[]`.
    pub(super) below: &'static str,
    pub(super) properties: &'static [Property],
    /// Properties that say to what it belongs, or what AWS never tells.
    pub(super) beside: &'static [&'static str],
    /// What AWS decides, or tells and we have no field for.
    pub(super) told: &'static [&'static str],
}

impl Type {
    /// One side as JSON of our spec.
    pub(super) fn spec(&self, side: &Map<String, Json>) -> Result<Json, String> {
        let mut own = json!({});
        for (from, to, how) in self.properties {
            let found = from.split('.').try_fold(None::<&Json>, |at, key| {
                let next = at.map_or_else(|| side.get(key), |at| at.get(key));
                next.map(Some)
            });
            let Some(value) = found.flatten().map(|value| how.convert(value)).filter(|value| !is_nothing(value)) else { continue };
            put(&mut own, to, value);
        }
        let mut spec: Json = serde_json::from_str(self.scaffold).map_err(|error| error.to_string())?;
        match (self.below, self.below.strip_suffix("[]")) {
            ("", _) => {
                for (key, value) in own.as_object().into_iter().flatten() {
                    spec[key.as_str()] = value.clone();
                }
            }
            (_, Some(list)) => put(&mut spec, list, json!([own])),
            (table, None) => put(&mut spec, table, own),
        }
        Ok(spec)
    }

    /// Gives the declared side the name that the live side has, where it has none of its own.
    pub(super) fn name_alike(&self, declared: &mut Json, live: &Json) {
        let path = match self.below.strip_suffix("[]") {
            Some(list) => format!("/{}/0/name", list.replace('.', "/")),
            None => "/name".to_owned(),
        };
        if let (None, Some(name)) = (declared.pointer(&path), live.pointer(&path)) {
            let (above, _) = path.rsplit_once('/').unwrap_or_default();
            if let Some(table) = declared.pointer_mut(above) {
                table["name"] = name.clone();
            }
        }
    }

    /// Properties that no table knows: declared ones need a field, those that AWS tells need at least to be known.
    pub(super) fn unmapped(&self, declared: &Map<String, Json>, live: &Map<String, Json>) -> Vec<String> {
        let mapped = |key: &str| self.properties.iter().any(|(from, ..)| from.split('.').next() == Some(key));
        let known = |key: &str| key == "Tags" || mapped(key) || self.beside.contains(&key);
        let declared = declared.keys().filter(|key| !known(key));
        let live = live.keys().filter(|key| !known(key) && !self.told.contains(&key.as_str()));
        declared.chain(live).cloned().collect()
    }
}

pub(super) fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty() || text == "{}",
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn put(at: &mut Json, path: &str, value: Json) {
    match path.split_once('.') {
        Some((key, rest)) => put(&mut at[key], rest, value),
        None => at[path] = value,
    }
}

impl As {
    fn convert(&self, value: &Json) -> Json {
        let number = || value.as_u64().or_else(|| value.as_str()?.parse().ok());
        match self {
            Self::Same => value.clone(),
            Self::Text => value.as_str().map_or_else(|| value.to_string(), str::to_owned).into(),
            Self::Number => number().map_or(Json::Null, Json::from),
            Self::Kebab => kebab(value.as_str().unwrap_or_default()).into(),
            Self::Time(each) => number().map_or(Json::Null, |count| format!("{}s", count * each).into()),
            Self::Size(each) => number().map_or(Json::Null, |count| format!("{}B", count * each).into()),
            Self::By(convert) => convert(value),
        }
    }
}

pub(super) fn kebab(word: &str) -> String {
    if word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_') {
        return word.to_ascii_lowercase().replace('_', "-");
    }
    let mut text = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
