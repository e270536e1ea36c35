//! `pipetoll init`.

use std::path::{Path, PathBuf};

use crate::base::fs;
use crate::base::prose::did_you_mean;
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;

/// Start a project in a folder
///
/// Writes a small project that is complete, the schema that gives editors completion, and a .gitignore. Nothing that exists is overwritten.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll init                 The smallest project, here
  pipetoll init etl             A crawler and a Spark job
  pipetoll -C new init emr      In another folder
  pipetoll init --list\n")]
pub struct Init {
    /// Which project to start with
    #[arg(default_value = "minimal")]
    template: String,
    /// The project's name; by default, that of the folder
    #[arg(long)]
    name: Option<String>,
    /// List the templates
    #[arg(long)]
    list: bool,
}

/// A starter project: its name, what it is, and its files.
struct Template {
    name: &'static str,
    about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

macro_rules! template {
    ($name:literal, $about:literal, [$($file:literal),* $(,)?]) => {
        Template {
            name: $name,
            about: $about,
            files: &[$(($file, include_str!(concat!("../../../templates/init/", $name, "/", $file)))),*],
        }
    };
}

static TEMPLATES: &[Template] = &[
    template!("minimal", "one function on a schedule", ["pipetoll.toml", "src/hello/app.py"]),
    template!("functions", "functions that hand work to each other", ["pipetoll.toml", "src/receive/app.py", "src/work/app.py"]),
    template!("etl", "a crawler and a Spark job", ["pipetoll.toml", "jobs/convert.py"]),
    template!("emr", "a transient EMR cluster", ["pipetoll.toml", "steps/count.py"]),
];

const PROJECT_FILE: &str = "pipetoll.toml";
const SCHEMA_FILE: &str = ".pipetoll/schema.json";
const IGNORE_FILE: &str = ".gitignore";
const IGNORE: &str = "# What pipetoll remembers, and saved plans: both belong to one machine.\n/.pipetoll/state/\n*.plan\n";

impl Init {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        if self.list {
            for template in TEMPLATES {
                context.print(&format!("{:<10}  {}\n", template.name, template.about))?;
            }
            return Ok(Outcome::Done);
        }
        let template = TEMPLATES.iter().find(|template| template.name == self.template).ok_or_else(|| {
            let failure = Failure::usage(format!("there is no template `{}`", self.template));
            match did_you_mean(&self.template, TEMPLATES.iter().map(|template| template.name)) {
                Some(near) => failure.hinted(format!("did you mean `{near}`?")),
                None => failure.hinted("`pipetoll init --list` lists them"),
            }
        })?;
        let folder = context.folder();
        let name = self.project_name(&folder)?;
        let files = files(template, &name)?;
        let there: Vec<String> = files.iter().filter(|(file, _)| folder.join(file).exists()).map(|(file, _)| file.clone()).collect();
        if !there.is_empty() {
            let failure = Failure::configuration(format!("{} exists already, and init overwrites nothing", there.join(", ")));
            return Err(failure.hinted("choose an empty folder with `-C DIR`, or remove what is there"));
        }
        for (file, text) in &files {
            fs::write_shared(&folder.join(file), text.as_bytes())?;
            context.remark(&format!("wrote {}\n", folder.join(file).display()));
        }
        keep_state_out_of_git(&folder, context)?;
        context.hint("`pipetoll plan` shows what would be made and what it costs; it needs no AWS account");
        Ok(Outcome::Done)
    }

    fn project_name(&self, folder: &Path) -> Result<String, Failure> {
        let of_folder = || {
            let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            let last = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
            plain_name(&last.unwrap_or_default()).unwrap_or_else(|| self.template.clone())
        };
        let given = self.name.clone().unwrap_or_else(of_folder);
        match plain_name(&given) {
            Some(name) if name == given => Ok(name),
            Some(name) => Err(Failure::usage(format!("`{given}` cannot begin AWS names")).hinted(format!("`--name {name}` can"))),
            None => {
                Err(Failure::usage(format!("`{given}` cannot begin AWS names")).hinted("letters, digits and `-`, starting with a letter"))
            }
        }
    }
}

/// Lower-case letters, digits and `-`, starting with a letter: what every AWS name takes. `None` when nothing is left.
fn plain_name(text: &str) -> Option<String> {
    const LONGEST: usize = 40;
    let lower = text.to_ascii_lowercase();
    let mut name: String = lower.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(LONGEST).collect();
    while let Some(rest) = name.strip_prefix(|c: char| !c.is_ascii_alphabetic()) {
        name = rest.to_owned();
    }
    let name = name.trim_end_matches('-').to_owned();
    (!name.is_empty()).then_some(name)
}

fn files(template: &Template, name: &str) -> Result<Vec<(String, String)>, Failure> {
    let own = format!("name = \"{}\"", template.name);
    let mut files: Vec<(String, String)> = template
        .files
        .iter()
        .map(|(file, text)| match *file {
            PROJECT_FILE => ((*file).to_owned(), text.replacen(&own, &format!("name = \"{name}\""), 1)),
            _ => ((*file).to_owned(), (*text).to_owned()),
        })
        .collect();
    files.push((SCHEMA_FILE.to_owned(), super::schema::text()?));
    Ok(files)
}

/// A .gitignore that is there is the user's; only what is missing is added at its end.
fn keep_state_out_of_git(folder: &Path, context: &Context) -> Result<(), Failure> {
    let path: PathBuf = folder.join(IGNORE_FILE);
    let before = match fs::read_text(&path) {
        Ok(text) => text,
        Err(error) if error.is_absent() => String::new(),
        Err(error) => return Err(error.into()),
    };
    if before.lines().any(|line| line.trim_start_matches('/').starts_with(".pipetoll/")) {
        return Ok(());
    }
    let separator = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    fs::write_shared(&path, format!("{before}{separator}{IGNORE}").as_bytes())?;
    context.remark(&format!("{} {}\n", if before.is_empty() { "wrote" } else { "added to" }, path.display()));
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_every_template_is_in_the_program() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/init");
        let (mut open, mut found) = (vec![root.clone()], Vec::new());
        while let Some(folder) = open.pop() {
            for path in fs::list(&folder).unwrap() {
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        let mut known: Vec<String> =
            TEMPLATES.iter().flat_map(|template| template.files.iter().map(|(file, _)| format!("{}/{file}", template.name))).collect();
        known.sort();
        assert_eq!(found, known);
    }

    #[test]
    fn the_project_gets_its_own_name_and_the_schema_line() {
        for template in TEMPLATES {
            let files = files(template, "shop").unwrap();
            let (_, text) = files.iter().find(|(file, _)| file == PROJECT_FILE).unwrap();
            assert!(text.starts_with("#:schema .pipetoll/schema.json\n") && text.contains("name = \"shop\""), "{}", template.name);
        }
    }

    #[test]
    fn a_folder_name_becomes_a_project_name() {
        assert_eq!(plain_name("My_Data 2").as_deref(), Some("my-data-2"));
        assert_eq!(plain_name("2026-"), None);
    }
}
