//! Two pieces of work at once.

/// Does both and returns what they give: beside each other on two cores, or, where `alone` says that it is not worth a thread, in turn.
pub fn beside<A, B: Send>(alone: bool, first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    if alone {
        return (first(), second());
    }
    std::thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        match second.join() {
            Ok(second) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn both_are_done_in_turn_and_beside_each_other() {
        assert_eq!(beside(true, || 1, || "two"), (1, "two"));
        assert_eq!(beside(false, || 1, || "two"), (1, "two"));
    }
}
