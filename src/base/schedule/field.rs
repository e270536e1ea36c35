//! One field of a cron expression: which values it allows, and what a wrong one is told.

use super::error::ScheduleError;

/// What may stand in a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Its name in messages, for several: "minutes".
    pub(super) name: &'static str,
    /// Least value.
    pub(super) min: u16,
    /// Greatest value.
    pub(super) max: u16,
    /// Names of the values, from the least.
    pub(super) names: &'static [&'static str],
    /// What may stand in it, for messages.
    pub(super) signs: &'static str,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The six fields, in order. Ranges and signs: EventBridge user guide, "Setting a schedule pattern"; Glue's are the same.
pub(super) const FIELDS: [Field; 6] = [
    Field { name: "minutes", min: 0, max: 59, names: &[], signs: "`,` `-` `*` `/`" },
    Field { name: "hours", min: 0, max: 23, names: &[], signs: "`,` `-` `*` `/`" },
    Field { name: "days of the month", min: 1, max: 31, names: &[], signs: "`,` `-` `*` `?` `/` `L` `W`" },
    Field { name: "months", min: 1, max: 12, names: &MONTHS, signs: "`,` `-` `*` `/`" },
    Field { name: "days of the week", min: 1, max: 7, names: &WEEKDAYS, signs: "`,` `-` `*` `?` `/` `L` `#`" },
    Field { name: "years", min: 1970, max: 2199, names: &[], signs: "`,` `-` `*` `/`" },
];

/// The text of a field with its place in the expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl Part<'_> {
    /// The pieces between commas.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        let mut at = self.at;
        self.text.split(',').map(move |text| {
            let item = Part { text, at };
            at += text.len() + 1;
            item
        })
    }

    /// The words between blanks.
    pub(super) fn words(self) -> Vec<Self> {
        let start = self.text.as_ptr() as usize;
        self.text.split_whitespace().map(|word| Part { text: word, at: self.at + (word.as_ptr() as usize - start) }).collect()
    }

    pub(super) fn error(self, message: impl Into<String>, help: impl Into<String>) -> ScheduleError {
        ScheduleError::new(self.at..self.at + self.text.len(), message, help)
    }

    /// Splits off the text after `sign`.
    fn split(self, sign: char) -> Option<(Self, Self)> {
        let (left, right) = self.text.split_once(sign)?;
        Some((Part { text: left, at: self.at }, Part { text: right, at: self.at + left.len() + 1 }))
    }
}

impl Field {
    /// The message for a text that cannot stand in this field.
    pub(super) fn wrong(&self, part: Part<'_>) -> ScheduleError {
        let range = if self.names.is_empty() {
            format!("{} to {}", self.min, self.max)
        } else {
            format!("{} to {} or {} to {}", self.min, self.max, self.names[0], self.names[self.names.len() - 1])
        };
        let message = if part.text.is_empty() {
            format!("an item of the {} is empty", self.name)
        } else {
            format!("`{}` is not among the {} of a schedule", part.text, self.name)
        };
        part.error(message, format!("{} are {range}, with {}", self.name, self.signs))
    }

    /// A single value: a number in the range or a name.
    pub(super) fn value(&self, part: Part<'_>) -> Result<u16, ScheduleError> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(part.text));
        if let Some(value) = named.and_then(|at| u16::try_from(at).ok()) {
            return Ok(self.min + value);
        }
        let digits = !part.text.is_empty() && part.text.bytes().all(|byte| byte.is_ascii_digit());
        match part.text.parse::<u16>() {
            Ok(value) if digits && (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(self.wrong(part)),
        }
    }

    /// The values of one item without letters of its own: `*`, `5`, `1-5`, `*/15`, `0/15`, `0-30/5`.
    pub(super) fn values(&self, item: Part<'_>) -> Result<Vec<u16>, ScheduleError> {
        let (base, step) = match item.split('/') {
            Some((base, step)) => {
                let digits = !step.text.is_empty() && step.text.bytes().all(|byte| byte.is_ascii_digit());
                let every = step.text.parse::<u16>().ok().filter(|every| digits && *every > 0);
                let every = every.ok_or_else(|| {
                    let help =
                        format!("after `/` stands a whole number from 1, as in `{}/2`", if base.text.is_empty() { "*" } else { base.text });
                    step.error(format!("`{}` is not a step of the {}", step.text, self.name), help)
                })?;
                (base, Some(every))
            }
            None => (item, None),
        };
        let (from, to) = if base.text == "*" {
            (self.min, self.max)
        } else if let Some((from, to)) = base.split('-') {
            (self.value(from)?, self.value(to)?)
        } else {
            let from = self.value(base)?;
            (from, if step.is_some() { self.max } else { from })
        };
        let step = step.unwrap_or(1).into();
        if from <= to {
            return Ok((from..=to).step_by(step).collect());
        }
        if self.max == 2199 {
            return Err(base.error(format!("the years {from} to {to} run backwards"), format!("write `{to}-{from}`")));
        }
        // A range that runs over the end begins anew: FRI-MON, 22-2.
        Ok((from..=self.max).chain(self.min..=to).step_by(step).collect())
    }
}
