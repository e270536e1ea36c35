//! Secrets as a plan compares them: by where they come from and which version they are, never by what they are worth.

use std::borrow::Cow;

use super::build::PlanInput;
use crate::base::path::Path;
use crate::model::template::Template;
use crate::model::value::Value;
use crate::state::{Origin, Record};

/// The desired form as it compares with what was recorded. A secret that is the one recorded, in the version recorded, is as it stands there, masked;
/// any other stays what differs from everything. Whether there is a new version is not known of a source that could not be asked: then it is the same.
pub(super) fn as_recorded<'v>(input: &PlanInput<'_>, desired: &'v Value, record: &Record) -> Cow<'v, Value> {
    if record.secrets.is_empty() && !desired.holds_secret() {
        return Cow::Borrowed(desired);
    }
    let mut wanted: Vec<(Path, Template)> = Vec::new();
    desired.secrets(&mut |path, template| wanted.push((path.clone(), template.clone())));
    let mut compared = desired.clone();
    for (path, template) in &wanted {
        let known = record.secrets.get(path).filter(|origin| is_same(input, template, origin)).and_then(|_| record.value.at(path));
        if let (Some(known), Some(place)) = (known, compared.at_mut(path)) {
            place.clone_from(known);
        }
    }
    if let Some(mask) = input.mask {
        // What stands in one list with a secret is masked where it is kept.
        mask.apply_at(record.secrets.keys().chain(wanted.iter().map(|(path, _)| path)), &mut compared);
    }
    Cow::Owned(compared)
}

fn is_same(input: &PlanInput<'_>, template: &Template, origin: &Origin) -> bool {
    let is_current = |(secret, version): (_, &String)| input.versions.get(secret).is_none_or(|now| now == version);
    origin.template == *template && origin.versions.iter().all(is_current)
}
