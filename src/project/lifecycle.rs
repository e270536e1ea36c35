//! What every block may say: its life, its tags, what it depends on.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::base::table::IndexMap;

use super::addresses::Addresses;
use super::context::Context;
use super::expand::json_of;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{Path, Segment};
use crate::base::tree::Node;
use crate::model::kind::KindEntry;
use crate::model::reference::Edge;
use crate::model::resource::Lifecycle;
use crate::model::schema::{Field, Form, Format, Marks, Shape};

/// The tags that say what a resource belongs to. A create that was cut off is found again by them.
pub const OWNER_TAGS: [&str; 3] = ["pipetoll:project", "pipetoll:environment", "pipetoll:address"];

/// The fields that every block may have beside its kind's own.
pub fn common_fields() -> &'static IndexMap<String, Field> {
    static FIELDS: OnceLock<IndexMap<String, Field>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let mut fields = lifecycle_fields().clone();
        let text = Shape { form: Form::Text(Format::Plain), doc: String::new(), default: None, marks: Marks::default() };
        let field = |form: Form, doc: &str| Field {
            shape: Shape { form, doc: doc.to_owned(), default: None, marks: Marks::default() },
            required: false,
        };
        fields.insert("tags".into(), field(Form::Map(Box::new(text)), "Tags, over those of the project."));
        fields.insert("usage".into(), field(Form::Any, "How much it is used; what cost depends on."));
        fields.insert(
            "for_each".into(),
            field(Form::Any, "Repeats the block: once for each string of a list, or each entry of a table of strings."),
        );
        fields
    })
}

fn lifecycle_fields() -> &'static IndexMap<String, Field> {
    static FIELDS: OnceLock<IndexMap<String, Field>> = OnceLock::new();
    FIELDS.get_or_init(|| match Shape::of::<Lifecycle>().form {
        Form::Table(fields) => fields.into_iter().map(|(key, field)| (key, Field { required: false, ..field })).collect(),
        _ => IndexMap::default(),
    })
}

/// Whether a key of a block belongs to every block, and not to the kind's spec.
pub(super) fn is_common(key: &str, own: &IndexMap<String, Field>) -> bool {
    common_fields().contains_key(key) && !own.contains_key(key)
}

/// Reads the lifecycle of a checked block, and the edges of `depends_on`.
pub(super) fn read(
    node: &Node,
    entry: &'static KindEntry,
    owner: &Address,
    addresses: &Addresses,
    context: &mut Context,
) -> (Lifecycle, Vec<Edge>) {
    let own = entry.shape().fields();
    let mut json = serde_json::Map::new();
    for (key, value) in node.table().into_iter().flatten() {
        if lifecycle_fields().contains_key(key) && own.is_none_or(|own| !own.contains_key(key)) {
            json.insert(key.clone(), json_of(value));
        }
    }
    if json.is_empty() {
        return (Lifecycle::default(), Vec::new());
    }
    let lifecycle: Lifecycle = match serde_json::from_value(json.into()) {
        Ok(lifecycle) => lifecycle,
        Err(error) => {
            context.say(Diagnostic::error(format!("{owner}: {error}")).at(node.key_span, "in this block"));
            return (Lifecycle::default(), Vec::new());
        }
    };
    for (at, path) in lifecycle.ignore.iter().enumerate() {
        let place = Path::root().key("ignore").index(at);
        if entry.shape().at(&path.0).is_none() && !path.0.field().starts_with("tags") {
            let span = node.nearest(&place).0.span;
            let first = match path.0.segments().first() {
                Some(Segment::Key(key)) => key.as_str(),
                _ => "",
            };
            let names = own.into_iter().flat_map(|own| own.keys().map(String::as_str));
            let label = context.nearest(first, names).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            context.say(Diagnostic::error(format!("{owner} has no attribute `{}` to ignore", path.0)).at(span, label).docs(entry.name()));
        }
    }
    let mut edges = Vec::new();
    for (at, text) in lifecycle.depends_on.iter().enumerate() {
        let path = Path::root().key("depends_on").index(at);
        let span = node.nearest(&path).0.span;
        match text.parse::<Address>() {
            Ok(to) if to == *owner || addresses.instances(&to).any(|instance| instance == owner) => {
                context.say(Diagnostic::error(format!("{owner} cannot depend on itself")).at(span, "this very block").help("take it out"));
            }
            // A repeated block stands for all its instances.
            Ok(to) if addresses.repeated.contains_key(&to) => {
                edges.extend(addresses.instances(&to).map(|to| Edge { to: to.clone(), attribute: String::new(), path: path.clone() }));
            }
            Ok(to) => {
                if addresses.find(&to, span, context).is_some() {
                    edges.push(Edge { to, attribute: String::new(), path });
                }
            }
            Err(_) => {
                let same_name = |known: &&Address| known.name == *text;
                let instance = text.split_once('[').map(|(name, key)| format!("{name}[\"{}\"]", key.trim_end_matches(']')));
                let meant = addresses.all.keys().find(same_name).map(ToString::to_string);
                let meant = meant
                    .or_else(|| instance.filter(|text| text.parse::<Address>().is_ok_and(|address| addresses.all.contains_key(&address))));
                let label = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`?"));
                let message = format!("`{text}`, which {owner} depends on, is not an address");
                context.say(Diagnostic::error(message).at(span, label).help("an address is `kind.name`, as in `queue.orders`"));
            }
        }
    }
    (lifecycle, edges)
}

/// The tags of a block: its own over the project's, and those that say what it belongs to.
pub(super) fn tags(
    node: &Node,
    of_project: &BTreeMap<String, String>,
    project: &str,
    environment: &str,
    address: &Address,
    context: &mut Context,
) -> BTreeMap<String, String> {
    let mut tags = of_project.clone();
    for (key, value) in node.get("tags").and_then(Node::table).into_iter().flatten() {
        let Some(text) = value.text() else { continue };
        if super::secrets::holds_one(text) {
            super::secrets::say_unfit(&format!("the tag `{key}` of {address}"), value.span, "everybody may read tags", context);
        } else if crate::model::template::Template::parse(text).is_some() {
            context.say(
                Diagnostic::error(format!("the tag `{key}` of {address} cannot refer to a resource"))
                    .at(value.span, "must be known at load"),
            );
        }
        if OWNER_TAGS.contains(&key.as_str()) {
            context.say(Diagnostic::error(format!("the tag `{key}` is pipetoll's own")).at(value.key_span, "").help("use another key"));
        }
        tags.insert(key.clone(), text.replace("$${", "${"));
    }
    // Tag values take no quotes or brackets, so `copy["eu"]` is written `copy/eu`.
    let own_address = address.to_string().replace("[\"", "/").replace("\"]", "");
    for (key, value) in OWNER_TAGS.iter().zip([project, environment, &own_address]) {
        tags.insert((*key).to_owned(), value.to_owned());
    }
    tags
}
