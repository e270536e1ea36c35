//! Taking over what exists: found, described in TOML, and adopted.

use std::path::Path;
use std::time::Duration;

use crate::base::address::Address;
use crate::model::kind::KindEntry;

/// What a scan looks for.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "only a build that reaches AWS finds anything"))]
pub(super) struct Filter<'a> {
    pub(super) kinds: Vec<&'static KindEntry>,
    pub(super) prefix: Option<&'a str>,
    pub(super) tags: &'a [(String, String)],
}

/// What was asked for.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "only a build that reaches AWS finds anything"))]
pub(super) struct Wish<'a> {
    /// One thing for one block; a scan when absent.
    pub(super) one: Option<(&'a Address, &'a str)>,
    pub(super) filter: &'a Filter<'a>,
    /// The file that blocks are added to; without it they are only printed.
    pub(super) write: Option<&'a Path>,
    /// Take over what carries the tags of another project.
    pub(super) force: bool,
    pub(super) lock_timeout: Duration,
}

#[cfg(feature = "aws")]
pub(super) use reachable::run;

/// A build that cannot reach AWS loads the project, so that its mistakes come first, and says so.
#[cfg(not(feature = "aws"))]
pub(super) fn run(_: &Wish<'_>, context: &super::ctx::Context) -> Result<super::outcome::Outcome, super::error::Failure> {
    let project = super::project::Project::load(context)?;
    match super::remote::Remote::open(&project)? {}
}

#[cfg(feature = "aws")]
mod reachable {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use serde::Serialize;

    use super::Wish;
    use crate::base::address::Address;
    use crate::base::fs;
    use crate::base::path::{Path as Attribute, Segment};
    use crate::base::prose::count;
    use crate::cli::applying::{self, Request};
    use crate::cli::commands::apply::PARALLEL;
    use crate::cli::ctx::{Context, Document};
    use crate::cli::error::{Failure, Kind};
    use crate::cli::outcome::Outcome;
    use crate::cli::planning::{self, Destroy, Narrowing, Realities, Versions, Wanted};
    use crate::cli::project::Project;
    use crate::cli::remote::Remote;
    use crate::diff;
    use crate::kinds;
    use crate::model::plan::Action;
    use crate::model::resource::Adoption;
    use crate::model::value::Value;
    use crate::project::recover::{self, Live};
    use crate::project::{DEFAULT_ENVIRONMENT, OWNER_TAGS, write};
    use crate::render::{self, Look};
    use crate::state::Snapshot;

    /// What was found, and what was not taken.
    #[derive(Serialize)]
    struct ImportDocument {
        found: Vec<Found>,
        skipped: Vec<Skipped>,
        toml: String,
    }

    #[derive(Serialize)]
    struct Found {
        address: Address,
        id: String,
    }

    #[derive(Serialize)]
    struct Skipped {
        kind: String,
        name: String,
        reason: String,
    }

    /// What a search came to.
    #[derive(Default)]
    struct Catch {
        lives: Vec<Live>,
        realities: Realities,
        skipped: Vec<Skipped>,
    }

    impl Catch {
        fn skip(&mut self, kind: &str, name: &str, reason: impl Into<String>) {
            self.skipped.push(Skipped { kind: kind.to_owned(), name: name.to_owned(), reason: reason.into() });
        }
    }

    /// Does what was asked for.
    pub(in crate::cli) fn run(wish: &Wish<'_>, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<ImportDocument>()?;
        let project = Project::load(context)?;
        if let Some((address, id)) = wish.one
            && let Some(resource) = project.architecture.get(address)
        {
            let adoption = Adoption { address: address.clone(), id: id.to_owned(), force: wish.force, span: resource.node.key_span };
            return adopt(wish, vec![address.clone()], Some(adoption), context);
        }
        let remote = Remote::open(&project)?;
        let snapshot = project.snapshot(context)?;
        let mut catch = Catch::default();
        let wanted = match wish.one {
            Some((address, id)) => vec![(one(address, &project)?, id.to_owned())],
            None => list(wish, &project, &snapshot, &remote, &mut catch, context)?,
        };
        take(wish, &project, &remote.read(&wanted, context)?, &wanted, &mut catch)?;
        name_anew(&mut catch, &project);
        drop_parts(&mut catch);
        recover::connect(&mut catch.lives, &known(&snapshot));
        let blocks: Vec<String> = catch.lives.iter().map(|live| block(live, &[])).collect();
        let document = ImportDocument {
            found: catch.lives.iter().map(|live| Found { address: live.address.clone(), id: live.id.clone() }).collect(),
            toml: blocks.join("\n"),
            skipped: std::mem::take(&mut catch.skipped),
        };
        context.deliver(&document)?;
        summary(&document, context);
        match wish.write {
            Some(file) if !catch.lives.is_empty() => write_and_adopt(wish, file, &project, &snapshot, &catch, context),
            _ => Ok(Outcome::Done),
        }
    }

    /// The address of one that has no block yet.
    fn one(address: &Address, project: &Project) -> Result<Address, Failure> {
        if kinds::find(&address.kind).is_none() {
            return Err(Failure::usage(format!("there is no kind `{}`", address.kind)).hinted("`pipetoll explain` lists the kinds"));
        }
        if address.name.contains('[') || !Address::is_valid_name(&address.name) {
            return Err(Failure::usage(format!("no block of the project is {address}, and none can be written of that name")));
        }
        debug_assert!(project.architecture.get(address).is_none());
        Ok(address.clone())
    }

    /// What is live and may be taken, by the address that a block of it could have.
    fn list(
        wish: &Wish<'_>,
        project: &Project,
        snapshot: &Snapshot,
        remote: &Remote,
        catch: &mut Catch,
        context: &Context,
    ) -> Result<Vec<(Address, String)>, Failure> {
        let kinds: Vec<&'static str> = wish.filter.kinds.iter().map(|entry| entry.name()).collect();
        let settings = &project.architecture.settings;
        let remembered: BTreeMap<(&str, &str), &Address> =
            snapshot.records.values().map(|record| ((record.address.kind.as_str(), record.id.as_str()), &record.address)).collect();
        let (mut wanted, mut taken): (Vec<(Address, String)>, BTreeSet<Address>) = (Vec::new(), BTreeSet::new());
        for (kind, listed) in remote.list(&kinds, context)? {
            let listed = match listed {
                Ok(listed) => listed,
                Err(failure) => {
                    catch.skip(kind, "all", failure.to_string());
                    continue;
                }
            };
            for one in listed.into_iter().filter(|one| wish.filter.prefix.is_none_or(|prefix| one.name.starts_with(prefix))) {
                if let Some(whose) = one.foreign {
                    catch.skip(kind, &one.name, whose);
                } else if let Some(address) = remembered.get(&(kind, one.id.as_str())) {
                    catch.skip(kind, &one.name, format!("in the state as {address}"));
                } else {
                    let is_taken = |name: &str| {
                        let address = Address::of(kind, name);
                        taken.contains(&address) || project.architecture.get(&address).is_some() || snapshot.get(&address).is_some()
                    };
                    let name = recover::block_name(&one.name, &settings.name, settings.environment.as_deref(), &is_taken);
                    let address = Address::of(kind, name);
                    taken.insert(address.clone());
                    wanted.push((address, one.id));
                }
            }
        }
        Ok(wanted)
    }

    /// Takes what was read, but for what belongs to others or was not asked for.
    fn take(
        wish: &Wish<'_>,
        project: &Project,
        reads: &crate::cli::remote::Reads,
        wanted: &[(Address, String)],
        catch: &mut Catch,
    ) -> Result<(), Failure> {
        let settings = &project.architecture.settings;
        let ours = [settings.name.as_str(), settings.environment.as_deref().unwrap_or(DEFAULT_ENVIRONMENT)];
        for (address, id) in wanted {
            let Some(entry) = kinds::find(&address.kind) else { continue };
            let reality = match reads.get(address) {
                Some(Ok(Some(reality))) => reality.clone(),
                Some(Err(failure)) if wish.one.is_some() => {
                    return Err(Failure::of(Kind::Aws, format!("could not read {id:?}")).detailed("aws", failure.to_string()));
                }
                _ if wish.one.is_some() => {
                    let message = format!("{} of the id {id:?} is not in {}", entry.kind.title(), settings.region);
                    return Err(Failure::of(Kind::Aws, message).hinted("check the id, the region and the account"));
                }
                Some(Err(failure)) => {
                    catch.skip(&address.kind, id, failure.to_string());
                    continue;
                }
                Some(Ok(None)) | None => {
                    catch.skip(&address.kind, id, "gone while it was looked for");
                    continue;
                }
            };
            let told = |key: &str| reality.tags.get(key).map(String::as_str);
            let is_theirs = OWNER_TAGS.iter().zip(ours).any(|(key, own)| told(key).is_some_and(|value| value != own));
            if is_theirs && !wish.force {
                let reason = format!("belongs to project {}", told(OWNER_TAGS[0]).unwrap_or_default());
                if wish.one.is_some() {
                    let failure = Failure::configuration(format!("{id:?} {reason}"));
                    return Err(failure.hinted("take it out of that project first, or pass --force"));
                }
                catch.skip(&address.kind, id, reason);
                continue;
            }
            if wish.filter.tags.iter().any(|(key, value)| told(key) != Some(value)) {
                continue;
            }
            let mut value = reality.value.clone();
            diff::normalize(entry, &mut value);
            let own = |key: &str| key.starts_with("pipetoll:") || key.starts_with("aws:");
            let tags: BTreeMap<String, String> =
                reality.tags.iter().filter(|(key, _)| !own(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
            if entry.kind.taggable() {
                value = diff::with_tags(value, &tags);
            }
            let outputs = reality.outputs.clone();
            catch.lives.push(Live { address: address.clone(), entry, id: reality.id.clone(), value, outputs });
            catch.realities.insert(address.clone(), Some(reality));
        }
        Ok(())
    }

    /// What carries our own tags and is not remembered was made for a block: it gets that address back.
    fn name_anew(catch: &mut Catch, project: &Project) {
        let mut taken: BTreeSet<Address> = catch.lives.iter().map(|live| live.address.clone()).collect();
        for live in &mut catch.lives {
            let reality = catch.realities.get(&live.address).and_then(Option::as_ref);
            let told = reality.and_then(|reality| reality.tags.get(OWNER_TAGS[2])).and_then(|text| text.parse::<Address>().ok());
            let Some(address) = told.filter(|address| address.kind == live.address.kind && Address::is_valid_name(&address.name)) else {
                continue;
            };
            if !taken.contains(&address) && project.architecture.get(&address).is_none() {
                taken.insert(address.clone());
                let reality = catch.realities.remove(&live.address).flatten();
                catch.realities.insert(address.clone(), reality);
                live.address = address;
            }
        }
    }

    /// What belongs to another that is taken, as the schedule of a pipeline does, is part of that block.
    fn drop_parts(catch: &mut Catch) {
        let mut whole: BTreeMap<String, Address> = BTreeMap::new();
        for live in &catch.lives {
            let parts = live.outputs.iter().filter(|(key, _)| key.as_str() != "arn" && key.ends_with("_arn"));
            whole.extend(parts.map(|(_, arn)| (arn.clone(), live.address.clone())));
        }
        let (parts, lives): (Vec<Live>, Vec<Live>) = std::mem::take(&mut catch.lives)
            .into_iter()
            .partition(|live| live.outputs.get("arn").and_then(|arn| whole.get(arn)).is_some_and(|address| *address != live.address));
        catch.lives = lives;
        for part in parts {
            catch.realities.remove(&part.address);
            if let Some(address) = part.outputs.get("arn").and_then(|arn| whole.get(arn)) {
                catch.skip(&part.address.kind, &part.id, format!("part of {address}"));
            }
        }
    }

    /// What is remembered can be referred to.
    fn known(snapshot: &Snapshot) -> Vec<Live> {
        let live = |record: &crate::state::Record| {
            let entry = kinds::find(&record.address.kind)?;
            let (address, id) = (record.address.clone(), record.id.clone());
            Some(Live { address, entry, id, value: record.value.clone(), outputs: record.outputs.clone() })
        };
        snapshot.records.values().filter(|record| !record.id.is_empty()).filter_map(live).collect()
    }

    /// The block of one, with what is to be said of it above.
    fn block(live: &Live, ignore: &[String]) -> String {
        let mut value = live.value.clone();
        if !ignore.is_empty()
            && let Value::Table(entries) = &mut value
        {
            entries.insert("ignore".to_owned(), Value::List(ignore.iter().cloned().map(Value::Text).collect()));
        }
        let mut text = String::new();
        if live.value.get("code").and_then(Value::text).is_some_and(|code| code.starts_with("sha256:")) {
            text.push_str("# Its code is not imported: `code` is the hash of what runs. To deploy from here, name a folder, a .zip or an object in S3.\n");
        }
        for path in ignore {
            text.extend(["# Not imported: `", path, "`. A block cannot say what is there, so that it is left alone.\n"]);
        }
        text + &write::block(&live.address, &value, live.entry.shape())
    }

    fn summary(document: &ImportDocument, context: &Context) {
        for Skipped { kind, name, reason } in &document.skipped {
            context.remark(&format!("skipped: {kind} {name}: {reason}\n"));
        }
        for found in &document.found {
            for path in looks_secret(document, &found.address) {
                context.remark(&format!("warning: {} may hold a secret, written in clear: {path}\n", found.address));
            }
        }
        let (found, skipped) = (document.found.len(), document.skipped.len());
        context.remark(&format!("Found {}; skipped {skipped}.\n", count(found, "resource", "resources")));
    }

    /// Names that speak of secrets, in what is written of an address.
    fn looks_secret(document: &ImportDocument, address: &Address) -> Vec<String> {
        const WORDS: [&str; 5] = ["password", "secret", "token", "api_key", "credential"];
        let header = format!("[{address}");
        let lines = document.toml.lines().skip_while(|line| !line.starts_with(&header));
        let own = lines.take_while(|line| !line.starts_with('[') || line.starts_with(&header));
        let keys = own.filter_map(|line| Some(line.split_once(" = ")?.0.trim().to_owned()));
        keys.filter(|key| WORDS.iter().any(|word| key.to_ascii_lowercase().contains(word))).collect()
    }

    /// Adds the blocks to the file, and adopts what they describe without changing more of it than its tags.
    fn write_and_adopt(
        wish: &Wish<'_>,
        file: &Path,
        project: &Project,
        snapshot: &Snapshot,
        catch: &Catch,
        context: &Context,
    ) -> Result<Outcome, Failure> {
        let path: PathBuf = project.loaded.root.join(file);
        let before = if path.exists() { Some(fs::read_text(&path)?) } else { None };
        let put_back = || match &before {
            Some(text) => fs::write_shared(&path, text.as_bytes()),
            None => fs::remove(&path),
        };
        let write = |text: &str| {
            let start = before.as_deref().filter(|text| !text.is_empty()).map(|text| format!("{}\n\n", text.trim_end()));
            fs::write_shared(&path, format!("{}{text}", start.unwrap_or_default()).as_bytes())
        };
        let entry = |live: &Live| {
            let force = if wish.force { "force = true\n" } else { "" };
            format!("\n[[adopt]]\naddress = {:?}\nid = {:?}\n{force}", live.address.to_string(), live.id)
        };
        let entries: String = catch.lives.iter().map(entry).collect();
        let blocks = |left: &BTreeMap<Address, Vec<String>>| {
            let one = |live: &Live| block(live, left.get(&live.address).map(Vec::as_slice).unwrap_or_default());
            catch.lives.iter().map(one).collect::<Vec<_>>().join("\n")
        };
        let mut text = blocks(&BTreeMap::new());
        write(&format!("{text}{entries}"))?;
        // What a block cannot say must not be changed by taking the thing over: it is left alone, and that is said.
        let left = match differences(snapshot, catch, context) {
            Ok(left) => left,
            Err(failure) => {
                put_back()?;
                return Err(failure.hinted(format!("{} is as it was", file.display())));
            }
        };
        if !left.is_empty() {
            text = blocks(&left);
            write(&format!("{text}{entries}"))?;
            for (address, paths) in &left {
                context.remark(&format!("not imported: of {address}: {}\n", paths.join(", ")));
            }
        }
        let addresses = catch.lives.iter().map(|live| live.address.clone()).collect();
        match adopt(wish, addresses, None, context) {
            Ok(Outcome::Done) => {
                write(&text)?;
                context.remark(&format!("Wrote {} to {}.\n", count(catch.lives.len(), "block", "blocks"), file.display()));
                Ok(Outcome::Done)
            }
            Err(failure) if matches!(failure.kind, Kind::Declined | Kind::Configuration | Kind::Stale) => {
                put_back()?;
                Err(failure.hinted(format!("{} is as it was", file.display())))
            }
            other => {
                context.remark(&format!("The blocks and what they adopt are in {}; `pipetoll apply` goes on with them.\n", file.display()));
                other
            }
        }
    }

    /// What a plan would change beside tags, by block.
    fn differences(snapshot: &Snapshot, catch: &Catch, context: &Context) -> Result<BTreeMap<Address, Vec<String>>, Failure> {
        let project = Project::load(context)?;
        if let Some(live) = catch.lives.iter().find(|live| project.architecture.get(&live.address).is_none()) {
            let failure = Failure::configuration(format!("the file is no part of the project, so that there is no {}", live.address));
            return Err(failure.hinted("add it to `include` in pipetoll.toml"));
        }
        let narrowing = Narrowing { only: catch.lives.iter().map(|live| live.address.clone()).collect(), ..Narrowing::default() };
        let realities = Some(&catch.realities);
        let wanted = Wanted {
            narrowing: &narrowing,
            destroy: Destroy::Nothing,
            realities,
            account: None,
            snapshot,
            moved: &[],
            versions: &Versions::new(),
        };
        let plan = planning::build(&project, &wanted, context)?;
        let mut left: BTreeMap<Address, Vec<String>> = BTreeMap::new();
        for step in plan.steps.iter().filter(|step| step.action == Action::Adopt) {
            let first = |path: &Attribute| match path.segments().first() {
                Some(Segment::Key(key)) => key.clone(),
                _ => String::new(),
            };
            let mut paths: Vec<String> = step.changes.iter().map(|change| first(&change.path)).filter(|key| key != "tags").collect();
            paths.dedup();
            if !paths.is_empty() {
                left.insert(step.address.clone(), paths);
            }
        }
        Ok(left)
    }

    fn adopt(wish: &Wish<'_>, only: Vec<Address>, adoption: Option<Adoption>, context: &Context) -> Result<Outcome, Failure> {
        let narrowing = Narrowing { only, ..Narrowing::default() };
        let request = Request {
            saved: None,
            narrowing: &narrowing,
            destroy: Destroy::Nothing,
            confirm: None,
            allowed: &[],
            parallel: PARALLEL.into(),
            lock_timeout: wish.lock_timeout,
            command: "pipetoll import",
            adoption,
        };
        applying::run(&request, context)
    }

    impl Document for ImportDocument {
        const KIND: &'static str = "import";

        fn json(&self) -> Result<String, serde_json::Error> {
            render::json::document(Self::KIND, self)
        }

        fn human(&self, _: Look) -> String {
            self.toml.clone()
        }
    }
}
