//! A block that is written from a normal form says the same when it is read.

use pipetoll::base::path::Path;
use pipetoll::diff;
use pipetoll::model::resource::Resource;
use pipetoll::model::value::Value;
use pipetoll::project::write;

use super::{Example, every_kind, with_example};

#[test]
fn a_block_that_is_written_says_what_it_was_written_from() {
    every_kind("what is written reads as what it was written from:", &[], |entry| {
        with_example(entry, |example| {
            let settings = &example.architecture.settings;
            let mut text = format!("[project]\nname = {:?}\nregion = {:?}\n", settings.name, settings.region);
            // What is repeated has no block of its own.
            let resources = || example.architecture.resources.values().filter(|resource| !resource.address.name.contains('['));
            for resource in resources() {
                let mut value = stated(resource);
                if let Value::Table(entries) = &mut value
                    && !resource.is_managed()
                {
                    entries.insert("managed".to_owned(), Value::Bool(false));
                }
                text.push('\n');
                text.push_str(&write::block(&resource.address, &value, resource.entry.shape()));
            }
            let read = match Example::of(&text) {
                Ok(read) => read,
                Err(why) => return vec![("written".into(), format!("cannot be loaded: {why}\n{text}"))],
            };
            let differs = |resource: &Resource| {
                let again = read.architecture.get(&resource.address)?;
                let found = diff::changes(resource.entry.shape(), &again.desired, Some(&stated(resource)), None, &[] as &[Path]);
                (!found.changes.is_empty()).then(|| (resource.address.to_string(), format!("{:?}\n{text}", found.changes)))
            };
            resources().filter_map(differs).collect()
        })
    });
}

/// What a block states. The tasks of a pipeline and the definition that follows from them are the same thing said twice, and AWS tells the latter.
fn stated(resource: &Resource) -> Value {
    let mut value = resource.desired.clone();
    if value.get("definition").is_some() && value.get("task").is_some() {
        for field in ["task", "description", "timeout", "query_language"] {
            value.take(&Path::from(field));
        }
    }
    value
}
