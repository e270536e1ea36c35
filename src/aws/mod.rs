//! The only place that builds SDK clients: sessions, errors, retries, waits.

pub mod context;
pub mod error;
pub mod glue;
pub mod listing;
pub mod package;
pub mod policy;
pub mod remote;
pub mod retry;
pub mod session;
pub mod subscription;
pub mod tagging;

pub use context::{Cx, Poll, Stop};
pub use error::{Class, Failure};
pub use listing::{Listed, pages};
pub use package::Object;
pub use remote::{AnyRemote, Created, Found, Remote, Remotes, Target, Update};
pub use session::{Session, SessionError, kms_of_state, s3_of_state};
