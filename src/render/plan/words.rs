//! The sentence that stands above each step.

use crate::model::plan::{Action, Reason, Step};

/// "will be updated in place", "must be replaced (AWS cannot rename a job)", …
pub(super) fn sentence(step: &Step) -> String {
    let what = match (step.action, &step.reason) {
        (Action::None, Reason::Unmanaged) => "is looked up and never changed",
        (Action::None, _) => "stays as it is",
        (Action::Create, _) => "will be created",
        (Action::Update, _) => "will be updated in place",
        (Action::Replace | Action::CreateThenDelete, Reason::ReplaceRequested) => "will be replaced",
        (Action::Replace | Action::CreateThenDelete, _) => "must be replaced",
        (Action::Delete, _) => "will be destroyed",
        (Action::Forget, _) => "will be forgotten and stays in AWS",
        (Action::Adopt, _) => "exists already and will be adopted",
    };
    if step.action == Action::Adopt && step.prior.is_none() {
        return format!("{what}; AWS was not asked, so that it cannot be compared with the block");
    }
    let mut why: Vec<String> = because(step).into_iter().collect();
    if step.action == Action::CreateThenDelete {
        why.push("the new one is made first".into());
    }
    if let (Some(origin), Action::Create) = (&step.derived_from, step.action) {
        why.push(format!("{origin} asked for it"));
    }
    if why.is_empty() { what.to_owned() } else { format!("{what} ({})", why.join("; ")) }
}

fn because(step: &Step) -> Option<String> {
    Some(match &step.reason {
        Reason::NotInState
        | Reason::AttributesDiffer
        | Reason::Matches
        | Reason::Unmanaged
        | Reason::DestroyRequested
        | Reason::ToBeAdopted => return None,
        Reason::Released => "`[[removed]]` names it".into(),
        Reason::Vanished => "it was made before and is gone from AWS".into(),
        Reason::CannotUpdate { attributes } => {
            let mut reasons: Vec<&str> = Vec::new();
            for (_, why) in attributes {
                if !reasons.contains(&why.as_str()) {
                    reasons.push(why);
                }
            }
            if reasons.is_empty() {
                return None;
            }
            reasons.join("; ")
        }
        Reason::Unfinished => "an earlier apply was cut off; it goes on where it stopped".into(),
        Reason::NotInConfiguration => "it is no longer in the configuration".into(),
        Reason::Retained => "on_remove = \"retain\"".into(),
        Reason::ReplaceRequested => "--replace asked for it".into(),
        Reason::DependencyReplaced { address } => format!("it stands on {address}, which is replaced"),
    })
}
