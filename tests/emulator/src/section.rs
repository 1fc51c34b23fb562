//! The fields of a section, and a change of them.

/// A field in a request: absent, null, or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Patch<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<T> Patch<T> {
    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// The fields that a section of a request has, by their index in the table; `None` is null.
pub(crate) type SectionPatch = Vec<(usize, Option<FieldValue>)>;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldValue {
    Text(String),
    Items(Vec<Item>),
}

/// One website, e-mail address or phone number of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) value: Option<String>,
    pub(crate) label: Option<String>,
}

/// The fields of a section that have a value, by their index in the table, in its order.
///
/// Not a map, to keep ten thousand senders small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    fields: Vec<(u8, FieldValue)>,
}

impl Section {
    pub(crate) fn of(values: Vec<(u8, FieldValue)>) -> Self {
        Self { fields: values }
    }

    pub(crate) fn value(&self, index: usize) -> Option<&FieldValue> {
        self.fields.iter().find(|(known, _)| usize::from(*known) == index).map(|(_, value)| value)
    }

    pub(crate) fn text(&self, index: usize) -> Option<&str> {
        match self.value(index) {
            Some(FieldValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn set(&mut self, index: usize, value: Option<FieldValue>) {
        let Ok(index) = u8::try_from(index) else { return };
        let at = self.fields.binary_search_by_key(&index, |(known, _)| *known);
        match (at, value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = self.fields.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(self.fields.remove(at)),
            (Err(at), Some(value)) => self.fields.insert(at, (index, value)),
            (Err(_), None) => {}
        }
    }

    pub(crate) fn patch(&mut self, patch: &SectionPatch, merge_arrays: bool) {
        for (index, value) in patch {
            let merged = match (merge_arrays, self.value(*index), value) {
                (true, Some(FieldValue::Items(old)), Some(FieldValue::Items(new))) => {
                    let mut items = old.clone();
                    items.retain(|item| new.iter().all(|newer| newer.value != item.value));
                    items.extend(new.iter().cloned());
                    Some(FieldValue::Items(items))
                }
                _ => value.clone(),
            };
            self.set(*index, merged);
        }
    }
}
