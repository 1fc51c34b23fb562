//! One request of an endpoint, with its repetitions: create, fetch, delete.

use std::convert::Infallible;
use std::fmt;
use std::ops::ControlFlow;

use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step};
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client};
use crate::endpoints::{CreateSender, Definition, DeleteSender, Endpoint, FetchSender};
use crate::error::Error;
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::time::Now;

/// A call of one endpoint. See [`Machine`].
pub struct Call<E: Endpoint>(RetryLoop<E::Output>);

#[expect(private_bounds, reason = "only this crate makes calls")]
impl<E: Definition> Call<E> {
    pub(crate) fn new(client: &Client, endpoint: &E, options: &CallOptions) -> Result<Self, InvalidArgument> {
        RetryLoop::new(client, endpoint, options).map(Self)
    }

    pub(crate) fn cancel(&mut self, error: Error) {
        self.0.cancel(error);
    }
}

impl Client {
    /// Registers a number or an agent.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn create(
        &self,
        create: CreateSender,
        options: &CallOptions,
    ) -> Result<Call<CreateSender>, InvalidArgument> {
        Call::new(self, &create, options)
    }

    /// Looks at one sender.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn fetch(
        &self,
        fetch: FetchSender,
        options: &CallOptions,
    ) -> Result<Call<FetchSender>, InvalidArgument> {
        Call::new(self, &fetch, options)
    }

    /// Deletes a sender.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn delete(
        &self,
        delete: DeleteSender,
        options: &CallOptions,
    ) -> Result<Call<DeleteSender>, InvalidArgument> {
        Call::new(self, &delete, options)
    }
}

impl<E: Definition> Machine for Call<E> {
    type Yield = Infallible;
    type Output = E::Output;

    fn step(&mut self, now: Now) -> Step<Infallible, E::Output> {
        match self.0.step(now) {
            ControlFlow::Break(result) => Step::Done(result),
            ControlFlow::Continue(action) => Step::Act(action),
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.0.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.0.on_failure(now, attempt, &failure)
    }
}

impl<E: Endpoint> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} sent)", self.0.attempts())
    }
}
