//! `${secret('ssm:/path')}`: where a secret may stand, and what is wrong where it may not.

use super::check::Check;
use super::context::Context;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::base::tree::Node;
use crate::model::schema::{Form, Format, Marks, Shape};
use crate::model::secret::{NotASecret, Secret};
use crate::model::template::Template;

/// What to do where no secret can stand.
const WAY_OUT: &str = "pass the name of the parameter or of the secret instead, and let the code read it";

/// A string that is written as a call: the placeholder around it was forgotten.
pub(super) fn say_bare(text: &str, span: Span, context: &mut Context) {
    let diagnostic = Diagnostic::error("a secret is taken in by a placeholder");
    context.say(match Secret::placeholder(text) {
        Some(Ok(secret)) => diagnostic.at(span, "this is text").help(format!("write `${{secret('{secret}')}}`")),
        Some(Err(error)) => diagnostic.at(span, error.to_string()).help(error.way_out()),
        None => diagnostic.at(span, "this is text").help(NotASecret::Form.way_out()),
    });
}

/// Whether a placeholder names a secret and stands in a block; says what is wrong otherwise.
pub(super) fn may_stand(found: Result<Secret, NotASecret>, in_block: bool, place: Span, context: &mut Context) -> bool {
    match found {
        Ok(_) if in_block => return true,
        Ok(secret) => context.say(
            Diagnostic::error("a secret cannot stand here")
                .at(place, "must be known at load")
                .help(format!("`${{secret('{secret}')}}` stands where AWS is handed a value: in the environment of a function, say")),
        ),
        Err(error) => context.say(Diagnostic::error(error.to_string()).at(place, "").help(error.way_out())),
    }
    false
}

/// Whether a string has a secret in it.
pub(super) fn holds_one(text: &str) -> bool {
    text.contains("secret") && Template::parse(text).is_some_and(|template| template.secrets().next().is_some())
}

/// Why a field of this shape takes no secret.
fn unfit(shape: &Shape, marks: &Marks) -> Option<&'static str> {
    let plain = matches!(shape.form, Form::Any | Form::Text(Format::Plain));
    match () {
        () if marks.name => Some("a name is known to everybody"),
        () if marks.artifact.is_some() => Some("this names a file"),
        () if marks.json => Some("this JSON is compared key by key"),
        () if marks.set => Some("a set is kept in the order of its values"),
        () if !plain => Some("must be known before anything is applied"),
        () if marks.replace.is_some() && !marks.sensitive => Some("a new value would replace the resource"),
        () => None,
    }
}

impl Check<'_> {
    /// Checks a string with a secret in it: only where its value is handed to AWS and asked of nothing else.
    pub(super) fn secret(&mut self, node: &Node, shape: &Shape, marks: &Marks) {
        if let Some(why) = unfit(shape, marks) {
            let (path, owner) = (self.path(), self.owner.name);
            self.say(Diagnostic::error(format!("`{path}` in {owner} cannot be a secret")).at(node.span, why).help(WAY_OUT));
        }
    }
}

/// Says that what a block takes in from elsewhere (a tag, the text of a file) holds a secret.
pub(super) fn say_unfit(what: &str, span: Span, why: &str, context: &mut Context) {
    context.say(Diagnostic::error(format!("{what} cannot hold a secret")).at(span, why).help(WAY_OUT));
}
