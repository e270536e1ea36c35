//! What the lists of AWS tell of a kind: what there is, page by page. A scan begins with them.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::context::Cx;
use super::error::Failure;

/// One that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The physical id by which it is read.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whose it is, when it is AWS's own and no concern of a project: "a service-linked role".
    pub foreign: Option<String>,
}

impl Listed {
    /// One whose id is its name.
    pub fn of(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { id: name.clone(), name, foreign: None }
    }

    /// One whose id is another than its name.
    pub fn named(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), foreign: None }
    }

    /// The same, of somebody else.
    #[must_use]
    pub fn foreign(self, whose: Option<String>) -> Self {
        Self { foreign: whose, ..self }
    }
}

/// What a list holds on all its pages. `call` asks for the page that a token leads to, `open` takes a page apart: its items and the next token.
///
/// # Errors
/// What AWS answers, and a list that leads round to the page it comes from.
pub async fn pages<P, T, E, F, I>(
    cx: &Cx<'_>,
    operation: &str,
    call: impl Fn(Option<String>) -> F,
    open: impl Fn(P) -> (I, Option<String>),
) -> Result<Vec<T>, Failure>
where
    F: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + Error + 'static,
    I: IntoIterator<Item = T>,
{
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let Some(page) = cx.read(operation, || call(next.clone())).await? else { return Ok(found) };
        let (items, after) = open(page);
        found.extend(items);
        let after = after.filter(|token| !token.is_empty());
        if after.is_none() {
            return Ok(found);
        }
        if after == next {
            return Err(Failure::unexpected(operation, "the list leads back to the page it comes from"));
        }
        next = after;
    }
}
