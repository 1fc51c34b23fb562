//! The tables of the core in the order in which the files list them.

use senders_core::schema::{ErrorGroup, ErrorKind, Field, Object, Type, Words};
use senders_core::{Explanation, Sections, Sender, Status};

/// Everything the files are generated from.
#[derive(Debug)]
pub(crate) struct Tables {
    /// The objects that a request can send, each before those that hold it: websites before the profile.
    pub(crate) sent: Vec<&'static Object>,
    /// The objects that are only received, each before those that hold it.
    pub(crate) received: Vec<&'static Object>,
    /// The objects that this library makes by itself: the API has none of them.
    pub(crate) own: Vec<&'static Object>,
    /// The fields of a create or an update.
    pub(crate) sections: &'static Object,
    /// A sender.
    pub(crate) sender: &'static Object,
    /// Every set of words, `Status` first.
    pub(crate) words: Vec<&'static Words>,
    /// The kinds of errors.
    pub(crate) errors: &'static [ErrorKind],
}

impl Tables {
    /// Walks from a sender and from the fields of a request to all that they hold.
    pub(crate) fn read() -> Self {
        let (mut sent, mut all, mut words) = (Vec::new(), Vec::new(), vec![Status::SCHEMA]);
        for field in Sections::SCHEMA.fields {
            walk(field.ty, &mut sent, &mut words);
        }
        for field in Sender::SCHEMA.fields {
            walk(field.ty, &mut all, &mut words);
        }
        let is_sent = |object: &Object| sent.iter().any(|it: &&Object| it.name == object.name);
        let received = all.into_iter().filter(|object| !is_sent(object)).collect();
        Self {
            received,
            sent,
            own: vec![Explanation::SCHEMA],
            sections: Sections::SCHEMA,
            sender: Sender::SCHEMA,
            words,
            errors: senders_core::ErrorKind::SCHEMA,
        }
    }

    /// Every object but a sender and the fields of a request, each before those that hold it.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &&'static Object> {
        self.sent.iter().chain(&self.received).chain(&self.own)
    }

    /// Each kind with the group of its class, if no kind before it has that group.
    pub(crate) fn kinds_with_new_groups(&self) -> Vec<(Option<&'static ErrorGroup>, &'static ErrorKind)> {
        let mut seen = Vec::new();
        let mut new = |group: &&'static ErrorGroup| {
            let is_new = !seen.contains(&group.class);
            seen.push(group.class);
            is_new
        };
        self.errors.iter().map(|kind| (kind.group.filter(&mut new), kind)).collect()
    }

    /// The groups of the errors' classes, in the order of their first kind.
    pub(crate) fn groups(&self) -> Vec<&'static ErrorGroup> {
        self.kinds_with_new_groups().into_iter().filter_map(|(group, _)| group).collect()
    }

    /// The object that a field holds one or many of.
    pub(crate) fn object_of(field: &Field) -> Option<&'static Object> {
        match field.ty {
            Type::Object(object) => Some(object),
            Type::List(&Type::Object(object)) => Some(object),
            _ => None,
        }
    }
}

fn walk(ty: Type, objects: &mut Vec<&'static Object>, words: &mut Vec<&'static Words>) {
    match ty {
        Type::Object(object) => {
            for field in object.fields {
                walk(field.ty, objects, words);
            }
            if !objects.iter().any(|it| it.name == object.name) {
                objects.push(object);
            }
        }
        Type::List(item) => walk(*item, objects, words),
        Type::Word(set) if !words.iter().any(|it| it.name == set.name) => words.push(set),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_listed_once_before_its_holder() {
        let tables = Tables::read();
        let names = |objects: &[&Object]| objects.iter().map(|object| object.name).collect::<Vec<_>>();
        assert_eq!(
            names(&tables.sent),
            ["Configuration", "Webhook", "Website", "Email", "PhoneNumber", "Profile"]
        );
        assert_eq!(
            names(&tables.received),
            ["Properties", "OfflineReason", "Carrier", "Country", "Compliance"]
        );
        assert_eq!(names(&tables.own), ["Explanation"]);
        assert_eq!(tables.objects().count(), 12);
        assert_eq!(tables.words.iter().filter(|words| words.name == "Status").count(), 1);
        assert_eq!(
            tables.groups().iter().map(|group| group.class).collect::<Vec<_>>(),
            ["Api", "NoAnswer", "Wait"]
        );
    }
}
