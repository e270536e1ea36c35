//! `[state.encryption]`: the keys of the state.

use schemars::JsonSchema;

use super::context::Context;
use super::settings::plain;
use crate::base::diagnostic::Diagnostic;
use crate::base::tree::Node;

/// `[state.encryption]`: state, journal and saved plans are encrypted before they leave this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
pub struct EncryptionTable {
    /// The environment variable that holds the passphrase, of at least 16 characters.
    pub passphrase_env: Option<String>,
    /// The key of KMS, when it is no passphrase: an id, an ARN or `alias/…`.
    pub kms_key: Option<String>,
    /// Keys that were used before, to read what they encrypted. Alone, they let the state be written unencrypted again.
    pub previous: Option<Vec<KeyTable>>,
}

/// A key that was used before.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
pub struct KeyTable {
    /// The environment variable that holds the passphrase.
    pub passphrase_env: Option<String>,
    /// The key of KMS.
    pub kms_key: Option<String>,
}

/// The fields that name a key.
const KEYS: [&str; 2] = ["passphrase_env", "kms_key"];

/// Each key must be told, and in one way.
pub(super) fn judge(encryption: &Node, context: &mut Context) {
    let previous = encryption.get("previous").and_then(Node::list).unwrap_or_default();
    judge_key(encryption, !previous.is_empty(), context);
    for key in previous {
        judge_key(key, false, context);
    }
}

fn judge_key(table: &Node, may_be_absent: bool, context: &mut Context) {
    let named: Vec<&Node> = KEYS.iter().filter_map(|field| table.get(field)).collect();
    match named.as_slice() {
        [] if may_be_absent => {}
        [] => context.say(
            Diagnostic::error("this names no key")
                .at(table.span, "needs `passphrase_env` or `kms_key`")
                .help("add `passphrase_env = \"PIPETOLL_STATE_PASSPHRASE\"`, or `kms_key = \"alias/…\"`"),
        ),
        [_, second, ..] => {
            context.say(Diagnostic::error("a passphrase and a key of KMS exclude each other").at(second.key_span, "").help("take one out"));
        }
        [_] => {}
    }
    if let Some(node) = table.get("passphrase_env")
        && let Some(name) = node.text()
        && !is_variable(name)
    {
        context.say(
            Diagnostic::error("this cannot be the name of an environment variable")
                .at(node.span, "")
                .help("write the name of the variable that holds the passphrase, never the passphrase itself"),
        );
    }
    if let Some(node) = table.get("kms_key").filter(|node| node.text() == Some("")) {
        context.say(Diagnostic::error("this names no key").at(node.span, "empty").help("write an id, an ARN or `alias/…`"));
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Reads what was judged.
pub(super) fn read(encryption: &Node) -> EncryptionTable {
    let KeyTable { passphrase_env, kms_key } = read_key(encryption);
    let previous = encryption.get("previous").and_then(Node::list).map(|keys| keys.iter().map(read_key).collect());
    EncryptionTable { passphrase_env, kms_key, previous }
}

fn read_key(table: &Node) -> KeyTable {
    let [passphrase_env, kms_key] = KEYS.map(|field| table.get(field).and_then(Node::text).map(plain));
    KeyTable { passphrase_env, kms_key }
}
