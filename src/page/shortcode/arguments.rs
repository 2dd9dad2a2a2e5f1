//! The arguments of a shortcode: all that are needed, none that are unknown.

use crate::suggestion::did_you_mean;

/// Arguments as written, each a name and a text.
pub(super) struct Arguments<'s>(pub(super) &'s [(&'s str, &'s str)]);

impl<'s> Arguments<'s> {
    /// Refuses arguments that aren't among the given ones.
    ///
    /// # Errors
    /// The first unknown argument, and what it may have meant.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), String> {
        match self.0.iter().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => Err(format!("unknown argument `{name}`{}", did_you_mean(name, known))),
            None => Ok(()),
        }
    }

    /// An argument that may be absent.
    pub(super) fn optional(&self, name: &str) -> Option<&'s str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.trim())
    }

    /// An argument that must be there.
    ///
    /// # Errors
    /// When it is absent.
    pub(super) fn required(&self, name: &str) -> Result<&'s str, String> {
        self.optional(name).ok_or_else(|| format!("the argument `{name}` is missing. Add {name}=\"…\""))
    }

    /// Values separated by commas; none when the argument is absent.
    pub(super) fn list(&self, name: &str) -> Vec<&'s str> {
        let values = self.optional(name).into_iter().flat_map(|text| text.split(','));
        values.map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    /// A service level in tokens/s/user.
    ///
    /// # Errors
    /// When it is there and not a positive number.
    pub(super) fn level(&self, name: &str) -> Result<Option<f64>, String> {
        self.optional(name).map(|text| positive(name, text)).transpose()
    }

    /// Service levels separated by commas.
    ///
    /// # Errors
    /// When one is not a positive number.
    pub(super) fn levels(&self, name: &str) -> Result<Vec<f64>, String> {
        self.list(name).into_iter().map(|text| positive(name, text)).collect()
    }
}

fn positive(name: &str, text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number
        .ok_or_else(|| format!("`{name}` is \"{text}\". Expected tokens/s/user as a number, such as \"50\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_are_missing_unknown_or_no_numbers_are_told() {
        let arguments = Arguments(&[("at", " 50 "), ("levels", "20, x"), ("acelerator", "b200")]);
        assert_eq!(arguments.level("at"), Ok(Some(50.0)));
        assert_eq!(arguments.level("absent"), Ok(None));
        assert_eq!(arguments.list("acelerator"), ["b200"]);
        insta::assert_snapshot!(arguments.required("model").expect_err("absent"), @"the argument `model` is missing. Add model=\"…\"");
        insta::assert_snapshot!(arguments.levels("levels").expect_err("x"), @r#"`levels` is "x". Expected tokens/s/user as a number, such as "50""#);
        insta::assert_snapshot!(arguments.only(&["at", "levels", "accelerator"]).expect_err("a slip"), @"unknown argument `acelerator`; did you mean `accelerator`?");
    }
}
